// Removal, from the right to the left so that what is left is whole at every step; taking empty nodes out; shrinking
// the tree; and moving extents to other file blocks.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <content>Removal and shifting.</content>
internal sealed partial class ExtentWriter
{
    /// <summary>Makes a range a hole and gives its blocks back.</summary>
    /// <param name="change">The change.</param>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range; moved down to where it stopped.</param>
    /// <param name="isMetadata">Whether the blocks hold metadata (directories, links).</param>
    /// <returns>True when done; false when the handle's credits ran short: go on with a new one.</returns>
    /// <errors>ENOSPC an extent must be split and a node is needed. FsException EUCLEAN damage.</errors>
    internal Result<bool> Remove(in MapChange change, ulong first, ref ulong end, bool isMetadata)
    {
        ExtentPath path = new(change.Inode);
        while (first < end)
        {
            path.Find(_tree, _buffers, end - 1);
            int index = path.LeafIndex;
            if (index < 0 || path.Extent(index).End <= first)
            {
                // Nothing of the range is in this leaf; whatever lies left of it ends before its first key.
                ulong leafFirst = index < 0 ? LeafFirst(path) : first;
                if (leafFirst <= first || leafFirst >= end)
                {
                    end = first;
                    break;
                }

                end = leafFirst;
                continue;
            }

            MappedRange extent = path.Extent(index);
            ulong from = ulong.Max(first, extent.First);
            ulong to = ulong.Min(end, extent.End);
            MappedRange piece = new(from, to - from, extent.State, extent.At(from).Value);
            piece = isMetadata ? LimitMetadata(piece) : piece;
            int credits = StepCredits(change.Inode) + (3 * path.Depth) + _space.FreeCredits(piece, isMetadata);
            if (!change.HasCredits(credits))
            {
                return false;
            }

            _space.PrepareFree(piece);
            Result cut = Cut(change, path, extent, piece);
            if (!cut.IsOk)
            {
                return cut.Error;
            }

            end = piece.First;
            _space.FreeData(change, piece, isMetadata);
        }

        Shrink(change);
        return true;
    }

    /// <summary>Moves all extents from a file block on.</summary>
    /// <param name="change">The change.</param>
    /// <param name="first">Extents that begin here or behind move; none reaches over it.</param>
    /// <param name="distance">Where to; what is in the way is a hole.</param>
    /// <param name="at">Where to go on, in places before the move; start with <paramref name="first"/> to move down,
    /// with the end of all to move up. Moved to where it stopped.</param>
    /// <returns>True when done; false when the handle's credits ran short: go on with a new one.</returns>
    internal Result<bool> Shift(in MapChange change, ulong first, long distance, ref ulong at)
    {
        ExtentPath path = new(change.Inode);
        while (true)
        {
            bool isThere = distance < 0
                ? FindAtOrAfter(path, at, out int from)
                : FindBefore(path, first, at, out from);
            if (!isThere)
            {
                return true;
            }

            if (!change.HasCredits(path.Depth + 1))
            {
                return false;
            }

            at = ShiftLeaf(change, path, first, distance, from);
        }
    }

    /// <summary>Makes an extent begin at a file block that lies inside one.</summary>
    /// <param name="change">The change; <see cref="StepCredits"/>.</param>
    /// <param name="fileBlock">The file block.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC a node is needed.</errors>
    internal Result SplitAt(in MapChange change, ulong fileBlock)
    {
        MappedRange found = _tree.Lookup(change.Inode, fileBlock);
        if (found.State == MapState.Hole || found.First == fileBlock)
        {
            return Result.Ok;
        }

        ExtentPath path = new(change.Inode);
        path.Find(_tree, _buffers, fileBlock);
        Result room = EnsureRoom(change, path, fileBlock, 1);
        if (!room.IsOk)
        {
            return room;
        }

        Span<MappedRange> parts =
        [
            found with { Count = fileBlock - found.First },
            new MappedRange(fileBlock, found.End - fileBlock, found.State, found.At(fileBlock).Value),
        ];
        Splice(change, path, path.LeafIndex, 1, parts);
        return Result.Ok;
    }

    // Blocks of directories must each be forgotten: few at a time.
    private static MappedRange LimitMetadata(in MappedRange piece)
    {
        const ulong CountMax = 64;
        ulong count = ulong.Min(piece.Count, CountMax);
        ulong from = piece.End - count;
        return new MappedRange(from, count, piece.State, piece.At(from).Value);
    }

    // Takes a piece out of an extent of the leaf.
    private Result Cut(in MapChange change, ExtentPath path, in MappedRange extent, in MappedRange piece)
    {
        Span<MappedRange> rest = stackalloc MappedRange[2];
        int count = 0;
        if (extent.First < piece.First)
        {
            rest[count] = extent with { Count = piece.First - extent.First };
            count++;
        }

        if (piece.End < extent.End)
        {
            rest[count] = new MappedRange(
                piece.End, extent.End - piece.End, extent.State, extent.At(piece.End).Value);
            count++;
        }

        if (count == 2)
        {
            Result room = EnsureRoom(change, path, piece.First, 1);
            if (!room.IsOk)
            {
                return room;
            }
        }

        Splice(change, path, path.LeafIndex, 1, rest.Slice(0, count));
        if (ExtentTree.Count(path.Leaf) == 0)
        {
            RemoveNode(change, path);
        }

        return Result.Ok;
    }

    // The leaf is empty: takes it out, and what is empty above it then.
    private void RemoveNode(in MapChange change, ExtentPath path)
    {
        for (int level = path.Depth; level > 0; level--)
        {
            _space.FreeNode(change, path.Buffer(level).Block);
            Span<byte> node = Writable(change, path, level - 1);
            int count = ExtentTree.Count(node);
            int after = ExtentNode.EntryOffset(path.Index(level - 1) + 1);
            node.Slice(after, ExtentNode.EntryOffset(count) - after)
                .CopyTo(node.Slice(ExtentNode.EntryOffset(path.Index(level - 1))));
            Disk.Overlay<ExtentHeaderDisk>(node).EntryCount = (ushort)(count - 1);
            if (count > 1)
            {
                if (path.Index(level - 1) == 0)
                {
                    MendKeys(change, path, level - 1, ExtentTree.Key(node, 0));
                }

                return;
            }
        }

        if (path.Depth > 0)
        {
            InitialiseRoot(change.WritableMap);
        }
    }

    // While the root leads to one node that fits into it, it becomes that node.
    private void Shrink(in MapChange change)
    {
        InodeRecord inode = change.Inode;
        for (int level = 0; level < ExtentHeaderDisk.DepthMax; level++)
        {
            ref readonly ExtentHeaderDisk header = ref Disk.View<ExtentHeaderDisk>(inode.Map);
            if (header.Depth == 0 || header.EntryCount != 1 || !change.HasCredits(3))
            {
                return;
            }

            BlockNumber place = new(Disk.View<ExtentIndexDisk>(inode.Map, ExtentHeaderDisk.SizeBytes).Child);
            BlockContext context = new(inode.Number, inode.ChecksumSeed, (uint)header.Depth - 1);
            ReadOnlySpan<byte> child = _buffers.Read(place, _tree.Format, context).Bytes;
            int count = ExtentTree.Count(child);
            if (count > header.EntryCountMax)
            {
                return;
            }

            ushort depth = (ushort)(header.Depth - 1);
            Span<byte> root = change.WritableMap;
            InitialiseRoot(root);
            child.Slice(ExtentHeaderDisk.SizeBytes, count * ExtentHeaderDisk.EntryBytes)
                .CopyTo(root.Slice(ExtentHeaderDisk.SizeBytes));
            Disk.Overlay<ExtentHeaderDisk>(root).EntryCount = (ushort)count;
            Disk.Overlay<ExtentHeaderDisk>(root).Depth = depth;
            _space.FreeNode(change, place);
        }
    }

    private static ulong LeafFirst(ExtentPath path) => path.Depth == 0
        ? 0
        : ExtentTree.Key(path.Node(path.Depth - 1), path.Index(path.Depth - 1));

    // The first extent that begins at or after a file block.
    private bool FindAtOrAfter(ExtentPath path, ulong at, out int index)
    {
        path.Find(_tree, _buffers, at);
        index = path.LeafIndex;
        if (index >= 0 && path.Extent(index).First < at)
        {
            index++;
        }

        index = int.Max(index, 0);
        if (index < ExtentTree.Count(path.Leaf))
        {
            return true;
        }

        if (path.LeafEnd >= uint.MaxValue)
        {
            return false;
        }

        path.Find(_tree, _buffers, path.LeafEnd);
        index = int.Max(path.LeafIndex, 0);
        return index < ExtentTree.Count(path.Leaf);
    }

    // The last extent that begins before a file block, and not before another.
    private bool FindBefore(ExtentPath path, ulong first, ulong at, out int index)
    {
        index = -1;
        if (at <= first)
        {
            return false;
        }

        path.Find(_tree, _buffers, at - 1);
        index = path.LeafIndex;
        return index >= 0 && path.Extent(index).First >= first;
    }

    // Moves extents of one leaf: from an entry on when moving down, up to it when moving up. Answers where to go on.
    private static ulong ShiftLeaf(in MapChange change, ExtentPath path, ulong first, long distance, int from)
    {
        Span<byte> leaf = Writable(change, path, path.Depth);
        int count = ExtentTree.Count(leaf);
        int low = from;
        int high = from;
        while (distance > 0 && low > 0 && ExtentTree.Key(leaf, low - 1) >= first)
        {
            low--;
        }

        high = distance > 0 ? high : count - 1;
        ulong next = distance > 0
            ? ExtentTree.Key(leaf, low)
            : ExtentPath.ExtentAt(leaf, high).End;
        for (int index = low; index <= high; index++)
        {
            ref LeUInt32 key = ref Disk.Overlay<LeUInt32>(leaf, ExtentNode.EntryOffset(index));
            key = (uint)(key.Value + distance);
        }

        if (low == 0)
        {
            MendKeys(change, path, path.Depth, ExtentTree.Key(leaf, 0));
        }

        return next;
    }
}
