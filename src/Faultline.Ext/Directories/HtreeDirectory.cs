// Looks names up through the hash tree of a directory: from the root down to the leaf whose hashes
// include the name's, and on to the next leaves while they hold names of the same hash.
//
// Bounds: at most three levels of inner blocks; at most as many leaves as the directory has blocks.
// Damage is never papered over by a linear search: the error names the block.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>Hash trees of directories.</summary>
/// <param name="super">The superblock.</param>
/// <param name="file">Blocks of directories.</param>
/// <param name="names">How names compare and hash.</param>
internal sealed partial class HtreeDirectory(
    ExtSuperBlock super, DirectoryFile file, DirectoryNames names)
{
    private const int LevelsMax = 3;

    /// <summary>Looks a name up.</summary>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <param name="name">The name.</param>
    /// <param name="place">Where its entry is.</param>
    /// <returns>Whether there is such a name.</returns>
    /// <errors>FsException: EUCLEAN naming inode and block; EOPNOTSUPP the hash.</errors>
    internal bool TryFind(InodeRecord directory, ReadOnlySpan<byte> name, out NamePlace place)
    {
        ulong blockCount = file.BlockCount(directory);
        Span<Frame> frames = stackalloc Frame[LevelsMax];
        Span<Frame> used = frames.Slice(0, Walk(directory, name, frames, blockCount, out uint hash));
        for (ulong step = 0; step < blockCount; step++)
        {
            if (SearchLeaf(directory, Child(directory, used[^1], blockCount), name, out place))
            {
                return true;
            }

            if (!MoveToNextLeaf(directory, used, hash, blockCount, out _))
            {
                return false;
            }
        }

        place = default;
        return false;
    }

    /// <summary>Depth of a directory's tree, for reports.</summary>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <returns>Levels of inner blocks, root included.</returns>
    internal int Levels(InodeRecord directory)
    {
        MetadataBuffer root = file.Read(directory, 0);
        HtreeRootInfoDisk info =
            Disk.View<HtreeRootInfoDisk>(root.Bytes, HtreeRootInfoDisk.Offset);
        return CheckRoot(directory, info, root.Block);
    }

    /// <summary>Lists a directory in the order of hashes.</summary>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <param name="listing">Where to start, and who takes the entries.</param>
    /// <errors>As <see cref="TryFind"/>.</errors>
    internal void List(InodeRecord directory, HashedListing listing)
    {
        ulong blockCount = file.BlockCount(directory);
        Span<Frame> frames = stackalloc Frame[LevelsMax];
        Span<Frame> used = frames.Slice(0, WalkTo(directory, listing.FirstHash, frames, blockCount));
        for (ulong step = 0; step < blockCount; step++)
        {
            MetadataBuffer leaf = file.Read(directory, Child(directory, used[^1], blockCount));
            listing.Take(leaf, file.Records(leaf));
            bool hasNext = MoveToNextLeaf(directory, used, null, blockCount, out bool isContinued);

            // Names of one hash in two leaves are listed together.
            if (!(hasNext && isContinued) && (!listing.Flush() || !hasNext))
            {
                return;
            }
        }
    }

    /// <summary>Hash of a directory's tree.</summary>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <returns>The version; not one that needs a key.</returns>
    /// <errors>As <see cref="TryFind"/>.</errors>
    internal HashVersion Version(InodeRecord directory)
    {
        MetadataBuffer root = file.Read(directory, 0);
        HtreeRootInfoDisk info = Disk.View<HtreeRootInfoDisk>(root.Bytes, HtreeRootInfoDisk.Offset);
        _ = CheckRoot(directory, info, root.Block);
        return (HashVersion)info.HashVersion;
    }

    // The way down to the leaf where a name belongs; the number of inner blocks on it.
    private int Walk(
        InodeRecord directory, ReadOnlySpan<byte> name, Span<Frame> frames, ulong blockCount, out uint hash)
    {
        hash = names.Hash(directory, name, Version(directory), out _);
        return WalkTo(directory, hash, frames, blockCount);
    }

    private int WalkTo(InodeRecord directory, uint hash, Span<Frame> frames, ulong blockCount)
    {
        MetadataBuffer root = file.Read(directory, 0);
        HtreeRootInfoDisk info =
            Disk.View<HtreeRootInfoDisk>(root.Bytes, HtreeRootInfoDisk.Offset);
        int levels = CheckRoot(directory, info, root.Block);
        frames[0] = Search(root.Bytes, isRoot: true, hash, 0);
        for (int level = 1; level < levels; level++)
        {
            ulong child = Child(directory, frames[level - 1], blockCount);
            MetadataBuffer node = ReadInner(directory, child);
            frames[level] = Search(node.Bytes, isRoot: false, hash, child);
        }

        return levels;
    }

    // The number of levels of inner blocks, root included.
    private int CheckRoot(InodeRecord directory, in HtreeRootInfoDisk info, BlockNumber block)
    {
        if (info.HashVersion >= (byte)HashVersion.SipHash)
        {
            throw new FsException(ExtReasons.HtreeHash.At(
                directory.Number, block, $"version {info.HashVersion}"));
        }

        int levelsMax = super.Has(FeatureIncompat.LargeDir) ? LevelsMax : LevelsMax - 1;
        int levels = info.IndirectLevels + 1;
        return levels <= levelsMax
            ? levels
            : throw new FsException(ExtReasons.HtreeDepth.At(
                directory.Number, block, $"{info.IndirectLevels} indirect levels"));
    }

    // The last entry whose hash is not above the one sought; the first entry has none.
    private static Frame Search(ReadOnlySpan<byte> bytes, bool isRoot, uint hash, ulong block)
    {
        int offset = DirectoryBlock.EntriesOffset(isRoot);
        int count = Disk.View<HtreeCountDisk>(bytes, offset).Count;
        int low = 1;
        int high = count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (EntryHash(bytes, offset, middle) <= hash)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return new Frame(block, isRoot, low - 1, count);
    }

    private ulong Child(InodeRecord directory, in Frame frame, ulong blockCount)
    {
        MetadataBuffer node = file.Read(directory, frame.Block);
        int offset = DirectoryBlock.EntriesOffset(frame.IsRoot)
            + (frame.Index * HtreeEntryDisk.SizeBytes);
        uint child = Disk.View<HtreeEntryDisk>(node.Bytes, offset).Block & HtreeEntryDisk.BlockMask;
        bool isInside = (child > 0) && (child < blockCount);
        return isInside
            ? child
            : throw new FsException(ExtReasons.HtreeChild.At(
                directory.Number, node.Block, $"child {child} of {blockCount} blocks"));
    }

    private MetadataBuffer ReadInner(InodeRecord directory, ulong index)
    {
        MetadataBuffer node = file.Read(directory, index);
        int count = Disk.View<HtreeCountDisk>(node.Bytes, HtreeEntryDisk.NodeEntriesOffset).Count;
        int room = (node.Bytes.Length / HtreeEntryDisk.SizeBytes) - 1;
        // Without checksums the verifier cannot tell an inner block from a leaf.
        bool isInner = DirectoryBlock.IsInner(node.Bytes, file.Rules)
            && (count >= 1) && (count <= room);
        return isInner
            ? node
            : throw new FsException(ExtReasons.HtreeLevel.At(directory.Number, node.Block));
    }

    private bool SearchLeaf(InodeRecord directory, ulong index, ReadOnlySpan<byte> name, out NamePlace place)
    {
        MetadataBuffer block = file.Read(directory, index);
        DirEntryReader records = file.Records(block);
        int previous = -1;
        while (records.TryRead(out DirEntry entry, out _))
        {
            if ((entry.Inode != 0) && DirectoryNames.Matches(directory, entry.Name, name))
            {
                place = new NamePlace(block, entry.Offset, previous, entry.Inode);
                return true;
            }

            previous = entry.Offset;
        }

        place = default;
        return false;
    }

    // Goes to the next leaf; only to one that may hold more names of a hash, if one is given.
    private bool MoveToNextLeaf(
        InodeRecord directory, Span<Frame> frames, uint? hash, ulong blockCount, out bool isContinued)
    {
        isContinued = false;
        int level = frames.Length - 1;
        while (frames[level].Index + 1 >= frames[level].Count)
        {
            if (level == 0)
            {
                return false;
            }

            level--;
        }

        frames[level] = frames[level] with { Index = frames[level].Index + 1 };
        MetadataBuffer node = file.Read(directory, frames[level].Block);
        int offset = DirectoryBlock.EntriesOffset(frames[level].IsRoot);
        uint next = EntryHash(node.Bytes, offset, frames[level].Index);
        isContinued = (next & 1) != 0;
        if ((hash is uint wanted) && ((next & ~1U) != wanted))
        {
            return false;
        }

        for (level++; level < frames.Length; level++)
        {
            ulong child = Child(directory, frames[level - 1], blockCount);
            int count = Disk.View<HtreeCountDisk>(
                ReadInner(directory, child).Bytes, HtreeEntryDisk.NodeEntriesOffset).Count;
            frames[level] = new Frame(child, IsRoot: false, 0, count);
        }

        return true;
    }

    private static uint EntryHash(ReadOnlySpan<byte> bytes, int offset, int index) =>
        Disk.View<HtreeEntryDisk>(bytes, offset + (index * HtreeEntryDisk.SizeBytes)).Hash;

    private readonly record struct Frame(ulong Block, bool IsRoot, int Index, int Count);
}
