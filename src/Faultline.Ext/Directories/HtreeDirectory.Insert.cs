// Makes room for names in hash trees. Each step leaves a tree that is whole and holds the same names, so that a step
// that finds no space leaves nothing half done: a full inner block is split before anything below it is, from the
// lowest one that has room above it; then the leaf.
//
// Locks: caller, the directory's inode lock exclusive.

using System;
using System.Buffers;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Directories;

/// <content>Insertion.</content>
internal sealed partial class HtreeDirectory
{
    private const int StepsMax = 16;
    private const uint ContinuedBit = 1;
    private const int DotRecordLength = 12;
    private const byte InfoLength = 8;

    /// <summary>Finds room for a name, splitting blocks where there is none.</summary>
    /// <param name="handle">With credits for a new block at each level, and two more.</param>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <param name="name">The name, which it does not have.</param>
    /// <param name="space">Where new blocks come from.</param>
    /// <returns>A place with enough slack.</returns>
    /// <errors>ENOSPC no block, or the tree is as deep as it may be; damage throws FsException.</errors>
    internal Result<NamePlace> MakeRoom(
        MetadataHandle handle, InodeRecord directory, ReadOnlySpan<byte> name, IBlockSource space)
    {
        Span<Frame> frames = stackalloc Frame[LevelsMax];
        int needed = DirectoryRecords.BytesOf(name.Length);
        int room = DirectoryRecords.Room(file.Rules);
        for (int step = 0; step < StepsMax; step++)
        {
            ulong blockCount = file.BlockCount(directory);
            int levels = Walk(directory, name, frames, blockCount, out _);
            MetadataBuffer leaf = file.Read(directory, Child(directory, frames[levels - 1], blockCount));
            int gap = DirectoryRecords.FindGap(leaf.Bytes.Slice(0, room), file.Rules, needed);
            if (gap >= 0)
            {
                return new NamePlace(leaf, gap, -1, 0);
            }

            Result split = SplitOne(handle, directory, frames.Slice(0, levels), leaf, space);
            if (!split.IsOk)
            {
                return split.Error;
            }
        }

        throw new FsException(ExtWriteReasons.HtreeSplit.At(directory.Number));
    }

    /// <summary>Turns a directory of one block into one with a hash tree: its names go to a second block, and the
    /// first becomes the root.</summary>
    /// <param name="handle">With credits for a new block and the first.</param>
    /// <param name="directory">A directory of one block.</param>
    /// <param name="space">Where the new block comes from.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC; damage throws FsException.</errors>
    internal Result MakeTree(MetadataHandle handle, InodeRecord directory, IBlockSource space)
    {
        MetadataBuffer first = file.Read(directory, 0);
        byte[] old = first.Bytes.ToArray();
        DotDots dots = ReadDots(directory, old, first.Block);
        directory.Flags |= ExtInodeFlags.Index;
        Result<MetadataBuffer> appended = file.Append(handle, directory, space);
        if (!appended.TryGet(out MetadataBuffer? leaf, out FsError error))
        {
            directory.Flags &= ~ExtInodeFlags.Index;
            return error;
        }

        Span<byte> target = handle.Change(leaf);
        DirectoryRecords.Clear(target, file.Rules);
        CopyRecords(old, target, dots.End);
        MetadataBuffer rootBuffer = file.Recreate(handle, directory, 0);
        Span<byte> root = handle.Change(rootBuffer);
        DirectoryRecords.Write(
            root, file.Rules, 0, DotRecordLength, (uint)directory.Number.Value, DirectoryType, "."u8);
        DirectoryRecords.Write(
            root, file.Rules, DotRecordLength, root.Length - DotRecordLength, dots.Parent, DirectoryType, ".."u8);
        ref HtreeRootInfoDisk info = ref Disk.Overlay<HtreeRootInfoDisk>(root, HtreeRootInfoDisk.Offset);
        info.HashVersion = DefaultHash();
        info.InfoLength = InfoLength;
        WriteEntries(root, isRoot: true, [new HtreeEntryDisk { Block = 1 }]);
        return Result.Ok;
    }

    private const byte DirectoryType = 2;

    private byte DefaultHash() =>
        super.Raw.HashVersion < (byte)HashVersion.LegacyUnsigned ? super.Raw.HashVersion : (byte)HashVersion.HalfMd4;

    private readonly record struct DotDots(uint Parent, int End);

    private DotDots ReadDots(InodeRecord directory, ReadOnlySpan<byte> block, BlockNumber number)
    {
        DirEntryReader reader = new(block, file.Rules);
        bool isSane = reader.TryRead(out DirEntry dot, out _) && dot.Name.SequenceEqual("."u8)
            && reader.TryRead(out _, out _);
        int second = isSane ? dot.End : 0;
        DirEntryReader again = new(block, file.Rules);
        _ = again.TryRead(out _, out _);
        isSane = isSane && again.TryRead(out DirEntry parent, out _) && parent.Name.SequenceEqual(".."u8);
        if (!isSane)
        {
            throw new FsException(ExtWriteReasons.DirectoryDots.At(directory.Number, number));
        }

        uint inode = Disk.View<DirEntryDisk>(block, second).Inode;
        return new DotDots(inode, second + DirectoryRecords.LengthAt(block, file.Rules, second));
    }

    // Copies the entries from an offset on, packed; the last one's record reaches to the end.
    private void CopyRecords(ReadOnlySpan<byte> from, Span<byte> to, int offset)
    {
        int room = DirectoryRecords.Room(file.Rules);
        int end = 0;
        int last = -1;
        DirEntryReader reader = new(from, file.Rules);
        while (reader.TryRead(out DirEntry entry, out _))
        {
            if ((entry.Inode == 0) || (entry.Offset < offset))
            {
                continue;
            }

            int bytes = DirectoryRecords.BytesOf(entry.Name.Length);
            DirectoryRecords.Write(to, file.Rules, end, bytes, entry.Inode, entry.FileType, entry.Name);
            last = end;
            end += bytes;
        }

        if (last >= 0)
        {
            DirectoryRecords.SetLength(to, file.Rules, last, room - last);
        }
    }

    // Splits what must be split first on the way to a full leaf.
    private Result SplitOne(
        MetadataHandle handle,
        InodeRecord directory,
        ReadOnlySpan<Frame> frames,
        MetadataBuffer leaf,
        IBlockSource space)
    {
        int level = frames.Length - 1;
        while ((level >= 0) && IsFull(directory, frames[level]))
        {
            level--;
        }

        if (level == frames.Length - 1)
        {
            return SplitLeaf(handle, directory, frames[level], leaf, space);
        }

        return level < 0
            ? GrowRoot(handle, directory, frames.Length, space)
            : SplitInner(handle, directory, frames[level], frames[level + 1], space);
    }

    private bool IsFull(InodeRecord directory, in Frame frame)
    {
        MetadataBuffer node = file.Read(directory, frame.Block);
        ref readonly HtreeCountDisk count =
            ref Disk.View<HtreeCountDisk>(node.Bytes, DirectoryBlock.EntriesOffset(frame.IsRoot));
        return count.Count >= count.Limit;
    }

    // The root's entries go to a new block, the only child of the root from then on.
    private Result GrowRoot(MetadataHandle handle, InodeRecord directory, int levels, IBlockSource space)
    {
        int levelsMax = super.Has(FeatureIncompat.LargeDir) ? LevelsMax : LevelsMax - 1;
        if (levels >= levelsMax)
        {
            return ExtWriteReasons.HtreeFull.At(directory.Number);
        }

        uint index = (uint)file.BlockCount(directory);
        Result<MetadataBuffer> appended = file.Append(handle, directory, space);
        if (!appended.TryGet(out MetadataBuffer? node, out FsError error))
        {
            return error;
        }

        MetadataBuffer rootBuffer = file.Read(directory, 0);
        HtreeEntryDisk[] entries = ReadEntries(rootBuffer.Bytes, isRoot: true);
        Span<byte> inner = handle.Change(node);
        MakeInner(inner);
        WriteEntries(inner, isRoot: false, entries);
        Span<byte> root = handle.Change(rootBuffer);
        WriteEntries(root, isRoot: true, [new HtreeEntryDisk { Block = index }]);
        Disk.Overlay<HtreeRootInfoDisk>(root, HtreeRootInfoDisk.Offset).IndirectLevels++;
        return Result.Ok;
    }

    private Result SplitInner(
        MetadataHandle handle, InodeRecord directory, in Frame parent, in Frame full, IBlockSource space)
    {
        uint index = (uint)file.BlockCount(directory);
        Result<MetadataBuffer> appended = file.Append(handle, directory, space);
        if (!appended.TryGet(out MetadataBuffer? node, out FsError error))
        {
            return error;
        }

        MetadataBuffer fullBuffer = file.Read(directory, full.Block);
        HtreeEntryDisk[] entries = ReadEntries(fullBuffer.Bytes, full.IsRoot);
        int half = entries.Length / 2;
        Span<byte> upper = handle.Change(node);
        MakeInner(upper);
        WriteEntries(upper, isRoot: false, entries.AsSpan(half));
        WriteEntries(handle.Change(fullBuffer), full.IsRoot, entries.AsSpan(0, half));
        InsertEntry(handle, directory, parent, entries[half].Hash, index);
        return Result.Ok;
    }

    private Result SplitLeaf(
        MetadataHandle handle, InodeRecord directory, in Frame parent, MetadataBuffer leaf, IBlockSource space)
    {
        uint index = (uint)file.BlockCount(directory);
        Result<MetadataBuffer> appended = file.Append(handle, directory, space);
        if (!appended.TryGet(out MetadataBuffer? upperBuffer, out FsError error))
        {
            return error;
        }

        HashVersion version = (HashVersion)Disk.View<HtreeRootInfoDisk>(
            file.Read(directory, 0).Bytes, HtreeRootInfoDisk.Offset).HashVersion;
        int countMax = leaf.Bytes.Length / DirEntryDisk.RecordBytesMin;
        LeafEntry[] entries = ArrayPool<LeafEntry>.Shared.Rent(countMax);
        byte[] old = ArrayPool<byte>.Shared.Rent(leaf.Bytes.Length);
        try
        {
            leaf.Bytes.CopyTo(old);
            ReadOnlySpan<byte> bytes = old.AsSpan(0, leaf.Bytes.Length);
            int count = ReadLeaf(directory, bytes, version, entries);
            if (count < 2)
            {
                throw new FsException(ExtWriteReasons.HtreeLeaf.At(directory.Number, leaf.Block));
            }

            Array.Sort(entries, 0, count);
            int half = HalfOf(entries.AsSpan(0, count));
            WriteLeaf(bytes, handle.Change(upperBuffer), entries.AsSpan(half, count - half));
            WriteLeaf(bytes, handle.Change(leaf), entries.AsSpan(0, half));
            bool isContinued = entries[half].Hash == entries[half - 1].Hash;
            InsertEntry(handle, directory, parent, entries[half].Hash | (isContinued ? ContinuedBit : 0), index);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(old);
            ArrayPool<LeafEntry>.Shared.Return(entries);
        }

        return Result.Ok;
    }

    private int ReadLeaf(
        InodeRecord directory, ReadOnlySpan<byte> bytes, HashVersion version, LeafEntry[] entries)
    {
        int count = 0;
        DirEntryReader reader = new(bytes, file.Rules);
        while (reader.TryRead(out DirEntry entry, out _))
        {
            if (entry.Inode != 0)
            {
                uint hash = names.Hash(directory, entry.Name, version, out _);
                entries[count] = new LeafEntry(hash, entry.Offset, DirectoryRecords.BytesOf(entry.Name.Length));
                count++;
            }
        }

        return count;
    }

    // The first entry of the upper part: about half of the bytes stay, and at least one entry on each side.
    private static int HalfOf(ReadOnlySpan<LeafEntry> entries)
    {
        int total = 0;
        foreach (LeafEntry entry in entries)
        {
            total += entry.Bytes;
        }

        int lower = 0;
        int half = 0;
        while ((half < entries.Length - 1) && ((half == 0) || (lower + entries[half].Bytes <= total / 2)))
        {
            lower += entries[half].Bytes;
            half++;
        }

        return half;
    }

    private void WriteLeaf(ReadOnlySpan<byte> from, Span<byte> to, ReadOnlySpan<LeafEntry> entries)
    {
        DirectoryRecords.Clear(to, file.Rules);
        int end = 0;
        for (int index = 0; index < entries.Length; index++)
        {
            LeafEntry entry = entries[index];
            from.Slice(entry.Offset, entry.Bytes).CopyTo(to.Slice(end));
            bool isLast = index == entries.Length - 1;
            int length = isLast ? DirectoryRecords.Room(file.Rules) - end : entry.Bytes;
            DirectoryRecords.SetLength(to, file.Rules, end, length);
            end += entry.Bytes;
        }
    }

    private void InsertEntry(
        MetadataHandle handle, InodeRecord directory, in Frame parent, uint hash, uint block)
    {
        MetadataBuffer node = file.Read(directory, parent.Block);
        HtreeEntryDisk[] entries = ReadEntries(node.Bytes, parent.IsRoot);
        HtreeEntryDisk[] changed = new HtreeEntryDisk[entries.Length + 1];
        int at = parent.Index + 1;
        entries.AsSpan(0, at).CopyTo(changed);
        changed[at] = new HtreeEntryDisk { Hash = hash, Block = block };
        entries.AsSpan(at).CopyTo(changed.AsSpan(at + 1));
        WriteEntries(handle.Change(node), parent.IsRoot, changed);
    }

    // An inner block looks like one unused record to who knows no trees.
    private void MakeInner(Span<byte> block)
    {
        block.Clear();
        DirectoryRecords.SetLength(block, file.Rules, 0, block.Length);
    }

    private static HtreeEntryDisk[] ReadEntries(ReadOnlySpan<byte> block, bool isRoot)
    {
        int offset = DirectoryBlock.EntriesOffset(isRoot);
        HtreeEntryDisk[] entries = new HtreeEntryDisk[Disk.View<HtreeCountDisk>(block, offset).Count];
        for (int index = 0; index < entries.Length; index++)
        {
            entries[index] = Disk.View<HtreeEntryDisk>(block, offset + (index * HtreeEntryDisk.SizeBytes));
        }

        // The first entry's hash is where the counts are.
        entries[0].Hash = 0;
        return entries;
    }

    private void WriteEntries(Span<byte> block, bool isRoot, ReadOnlySpan<HtreeEntryDisk> entries)
    {
        int offset = DirectoryBlock.EntriesOffset(isRoot);
        int tailBytes = file.Rules.HasChecksums ? HtreeEntryDisk.TailBytes : 0;
        int limit = (block.Length - offset - tailBytes) / HtreeEntryDisk.SizeBytes;
        Check.That(entries.Length <= limit);
        block.Slice(offset).Clear();
        for (int index = 0; index < entries.Length; index++)
        {
            Disk.Overlay<HtreeEntryDisk>(block, offset + (index * HtreeEntryDisk.SizeBytes)) = entries[index];
        }

        ref HtreeCountDisk count = ref Disk.Overlay<HtreeCountDisk>(block, offset);
        count.Limit = (ushort)limit;
        count.Count = (ushort)entries.Length;
    }

    private readonly record struct LeafEntry(uint Hash, int Offset, int Bytes) : IComparable<LeafEntry>
    {
        public int CompareTo(LeafEntry other)
        {
            int order = Hash.CompareTo(other.Hash);
            return order != 0 ? order : Offset.CompareTo(other.Offset);
        }
    }
}
