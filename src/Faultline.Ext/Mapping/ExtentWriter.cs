// Changes extent trees. Every operation is a row of small steps, each of which leaves a tree that is whole: make room
// in a leaf (split, grow in depth), replace a few neighbouring entries of one leaf, take an empty node out. So an
// operation that runs out of credits or space stops between two steps, and can go on later from where it was.
//
// Invariants after each step
//   - keys ascend; an inner entry's key is the first key of its child; all leaves have the same depth;
//   - a node has entries unless it is an empty leaf about to be filled or taken out. The log seals nodes.
// Locks: the caller holds the inode's block-map lock exclusive, and a handle.
//
// ExtentWriter.cs          insertion and change of state
// ExtentWriter.Room.cs     splitting and growing         ExtentWriter.Remove.cs    removal, shrinking, shifting

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Changes extent trees.</summary>
internal sealed partial class ExtentWriter
{
    private const ulong UnwrittenCountMax = 32767;

    private readonly ExtSuperBlock _super;
    private readonly BufferCache _buffers;
    private readonly ExtentTree _tree;
    private readonly SpaceOfInodes _space;

    internal ExtentWriter(ExtSuperBlock super, BufferCache buffers, ExtentTree tree, SpaceOfInodes space)
    {
        _super = super;
        _buffers = buffers;
        _tree = tree;
        _space = space;
    }

    /// <summary>Entries of a node in a block.</summary>
    internal int EntriesPerNode => (_super.BlockSize - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;

    /// <summary>Makes the map of a new inode an empty tree.</summary>
    /// <param name="map">The 60 bytes.</param>
    internal static void InitialiseRoot(Span<byte> map)
    {
        map.Clear();
        ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(map);
        header.Magic = ExtentHeaderDisk.ExpectedMagic;
        header.EntryCountMax = (ushort)((map.Length - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes);
    }

    /// <summary>Credits for one step: every node of the way changes, and every level splits.</summary>
    /// <param name="inode">The inode.</param>
    internal static int StepCredits(InodeRecord inode)
    {
        int depth = int.Min(Disk.View<ExtentHeaderDisk>(inode.Map).Depth, ExtentHeaderDisk.DepthMax);
        return depth + 1 + ((depth + 2) * (1 + Allocation.BlockAllocator.CreditsPerRun));
    }

    /// <summary>As <see cref="StepCredits"/>, of an empty tree; more than an empty map of pointers needs.</summary>
    internal const int FirstStepCredits = 8;

    /// <summary>Inserts blocks where there is a hole.</summary>
    /// <param name="change">The change; <see cref="StepCredits"/> for each 32767 blocks.</param>
    /// <param name="range">File blocks, blocks and state.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC a node is needed: an ascending prefix may be inserted. EFBIG. FsException EUCLEAN it is no hole,
    /// or the tree is damaged.</errors>
    internal Result Insert(in MapChange change, in MappedRange range)
    {
        ulong at = range.First;
        while (at < range.End)
        {
            ulong count = ulong.Min(range.End - at, CountMax(range.State));
            MappedRange piece = new(at, count, range.State, range.At(at).Value);
            Result inserted = InsertPiece(change, piece);
            if (!inserted.IsOk)
            {
                return inserted;
            }

            at += count;
        }

        return Result.Ok;
    }

    /// <summary>Changes the state of all blocks of a range that are mapped otherwise; holes stay.</summary>
    /// <param name="change">The change.</param>
    /// <param name="at">First file block; moved to where it stopped.</param>
    /// <param name="end">First file block after the range.</param>
    /// <param name="state">Written or unwritten.</param>
    /// <returns>True when done; false when the handle's credits ran short: go on with a new one.</returns>
    /// <errors>As <see cref="Insert"/>.</errors>
    internal Result<bool> SetState(in MapChange change, ref ulong at, ulong end, MapState state)
    {
        while (at < end)
        {
            MappedRange found = _tree.Lookup(change.Inode, at);
            if (found.State == MapState.Hole || found.State == state)
            {
                at = ulong.Min(end, found.End);
                continue;
            }

            if (!change.HasCredits(StepCredits(change.Inode)))
            {
                return false;
            }

            ulong count = ulong.Min(ulong.Min(end, found.End) - at, UnwrittenCountMax);
            Result changed = SetStatePiece(change, new MappedRange(at, count, state, found.At(at).Value));
            if (!changed.IsOk)
            {
                return changed.Error;
            }

            at += count;
        }

        return true;
    }

    /// <summary>Most blocks of one extent.</summary>
    /// <param name="state">Its state.</param>
    internal static ulong CountMax(MapState state) =>
        state == MapState.Written ? ExtentDisk.WrittenLengthMax : UnwrittenCountMax;

    private Result InsertPiece(in MapChange change, in MappedRange piece)
    {
        ExtentPath path = new(change.Inode);
        path.Find(_tree, _buffers, piece.First);
        Result room = EnsureRoom(change, path, piece.First, 1);
        if (!room.IsOk)
        {
            return room;
        }

        int index = path.LeafIndex;
        int count = ExtentTree.Count(path.Leaf);
        bool isHole = (index < 0 || path.Extent(index).End <= piece.First)
            && (index + 1 >= count || path.Extent(index + 1).First >= piece.End)
            && piece.End <= path.LeafEnd;
        if (!isHole)
        {
            throw new FsException(ExtSpaceReasons.MappedTwice.At(
                change.Inode.Number, new BlockNumber(piece.Start), $"file blocks {piece.First}..{piece.End - 1}"));
        }

        Span<MappedRange> add = stackalloc MappedRange[3];
        int added = 0;
        int from = int.Max(index, 0);
        int to = int.Min(count, index + 2);
        if (index >= 0)
        {
            Append(add, ref added, path.Extent(index));
        }

        Append(add, ref added, piece);
        if (index + 1 < count)
        {
            Append(add, ref added, path.Extent(index + 1));
        }

        Splice(change, path, from, to - from, add.Slice(0, added));
        return Result.Ok;
    }

    private Result SetStatePiece(in MapChange change, in MappedRange piece)
    {
        ExtentPath path = new(change.Inode);
        path.Find(_tree, _buffers, piece.First);
        Result room = EnsureRoom(change, path, piece.First, 2);
        if (!room.IsOk)
        {
            return room;
        }

        int index = path.LeafIndex;
        int count = ExtentTree.Count(path.Leaf);
        bool isThere = index >= 0 && path.Extent(index).Contains(piece.First) && piece.End <= path.Extent(index).End;
        if (!isThere)
        {
            throw new FsException(ExtSpaceReasons.TreeInconsistent.At(
                change.Inode.Number, new BlockNumber(piece.Start), $"file block {piece.First}"));
        }

        MappedRange old = path.Extent(index);
        Span<MappedRange> add = stackalloc MappedRange[5];
        int added = 0;
        int from = int.Max(index - 1, 0);
        int to = int.Min(count, index + 2);
        if (index > 0)
        {
            Append(add, ref added, path.Extent(index - 1));
        }

        if (old.First < piece.First)
        {
            Append(add, ref added, old with { Count = piece.First - old.First });
        }

        Append(add, ref added, piece);
        if (piece.End < old.End)
        {
            Append(
                add, ref added, new MappedRange(piece.End, old.End - piece.End, old.State, old.At(piece.End).Value));
        }

        if (index + 1 < count)
        {
            Append(add, ref added, path.Extent(index + 1));
        }

        Splice(change, path, from, to - from, add.Slice(0, added));
        return Result.Ok;
    }

    // Adds an extent to a row, joined with the last one where it continues it.
    private static void Append(Span<MappedRange> row, ref int count, in MappedRange next)
    {
        if (count > 0)
        {
            MappedRange last = row[count - 1];
            bool continues = last.State == next.State
                && last.End == next.First
                && last.Start + last.Count == next.Start
                && last.Count + next.Count <= CountMax(next.State);
            if (continues)
            {
                row[count - 1] = last with { Count = last.Count + next.Count };
                return;
            }
        }

        row[count] = next;
        count++;
    }

    // Replaces entries of the leaf by others, for which there is room, and mends the keys above.
    private static void Splice(
        in MapChange change, ExtentPath path, int at, int removed, ReadOnlySpan<MappedRange> added)
    {
        Span<byte> leaf = Writable(change, path, path.Depth);
        ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(leaf);
        int count = header.EntryCount;
        int left = count - removed + added.Length;
        Check.That(left <= header.EntryCountMax);
        int tail = ExtentNode.EntryOffset(at + removed);
        int target = ExtentNode.EntryOffset(at + added.Length);
        leaf.Slice(tail, ExtentNode.EntryOffset(count) - tail).CopyTo(leaf.Slice(target));
        for (int index = 0; index < added.Length; index++)
        {
            StoreExtent(leaf, at + index, added[index]);
        }

        header.EntryCount = (ushort)left;
        if (at == 0 && left > 0)
        {
            MendKeys(change, path, path.Depth, ExtentTree.Key(leaf, 0));
        }
    }

    // The first key of a node changed: so do those that lead there.
    private static void MendKeys(in MapChange change, ExtentPath path, int level, uint key)
    {
        for (int above = level - 1; above >= 0; above--)
        {
            if (ExtentTree.Key(path.Node(above), path.Index(above)) == key)
            {
                return;
            }

            Span<byte> node = Writable(change, path, above);
            Disk.Overlay<ExtentIndexDisk>(node, ExtentNode.EntryOffset(path.Index(above))).FileBlock = key;
            if (path.Index(above) > 0)
            {
                return;
            }
        }
    }

    private static Span<byte> Writable(in MapChange change, ExtentPath path, int level) =>
        level == 0 ? change.WritableMap : change.Handle.Change(path.Buffer(level));

    private static void StoreExtent(Span<byte> leaf, int index, in MappedRange range)
    {
        ref ExtentDisk extent = ref Disk.Overlay<ExtentDisk>(leaf, ExtentNode.EntryOffset(index));
        ulong length = range.State == MapState.Unwritten
            ? range.Count + ExtentDisk.WrittenLengthMax
            : range.Count;
        extent.FileBlock = (uint)range.First;
        extent.RawLength = (ushort)length;
        extent.StartHigh = (ushort)(range.Start >> 32);
        extent.StartLow = (uint)(range.Start & uint.MaxValue);
    }

    private static void StoreIndex(Span<byte> node, int index, uint key, BlockNumber child)
    {
        ref ExtentIndexDisk entry = ref Disk.Overlay<ExtentIndexDisk>(node, ExtentNode.EntryOffset(index));
        entry.FileBlock = key;
        entry.ChildLow = (uint)(child.Value & uint.MaxValue);
        entry.ChildHigh = (ushort)(child.Value >> 32);
        entry.Reserved = 0;
    }
}
