// Looks file blocks up in an extent tree. Each step goes down one level, and a node must have
// exactly the depth of its place, so that a walk ends after at most six nodes whatever the blocks
// say. Keys of a node must lie in the range that its parent gives it.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Extent trees of a volume.</summary>
internal sealed class ExtentTree
{
    private readonly BufferCache _buffers;
    private readonly ExtentNode _verifier;
    private readonly BlockFormat _format;

    internal ExtentTree(ExtSuperBlock super, BufferCache buffers)
    {
        _buffers = buffers;
        _verifier = new ExtentNode(super);
        _format = _verifier.Format();
    }

    /// <summary>The kind of block that nodes are: readers and writers must name the same.</summary>
    internal BlockFormat Format => _format;

    /// <summary>Verifies the root of an inode's tree.</summary>
    /// <param name="inode">The inode.</param>
    internal void VerifyRoot(InodeRecord inode) => _verifier.VerifyRoot(inode.Map, inode.Number).ThrowIfError();

    /// <summary>Looks a file block up.</summary>
    /// <param name="inode">An inode with an extent tree.</param>
    /// <param name="fileBlock">The file block, below 2^32.</param>
    /// <returns>The longest known range around it with one state.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal MappedRange Lookup(InodeRecord inode, ulong fileBlock)
    {
        _verifier.VerifyRoot(inode.Map, inode.Number).ThrowIfError();
        ReadOnlySpan<byte> node = inode.Map;
        BlockNumber place = default;
        ulong first = 0;
        ulong end = uint.MaxValue;
        int depth = Disk.View<ExtentHeaderDisk>(node).Depth;
        for (; depth > 0; depth--)
        {
            int index = FindIndex(node, fileBlock);
            if (index < 0)
            {
                // Before the first key there is nothing.
                ulong firstKey = Key(node, 0);
                return new MappedRange(first, firstKey - first, MapState.Hole, 0);
            }

            first = Key(node, index);
            end = index + 1 < Count(node) ? Key(node, index + 1) : end;
            place = new BlockNumber(
                Disk.View<ExtentIndexDisk>(node, ExtentNode.EntryOffset(index)).Child);
            BlockContext context = new(inode.Number, inode.ChecksumSeed, (uint)depth - 1);
            node = _buffers.Read(place, _format, context).Bytes;
            CheckParent(node, first, end, depth - 1, inode.Number, place);
        }

        return LookupLeaf(node, fileBlock, first, end);
    }

    /// <summary>Depth of an inode's tree.</summary>
    /// <param name="inode">An inode with an extent tree.</param>
    /// <returns>0 when the extents lie in the inode.</returns>
    internal int Depth(InodeRecord inode)
    {
        _verifier.VerifyRoot(inode.Map, inode.Number).ThrowIfError();
        return Disk.View<ExtentHeaderDisk>(inode.Map).Depth;
    }

    /// <summary>Checks that the keys of a node lie in the range that its parent gives it.</summary>
    internal static void CheckParent(
        ReadOnlySpan<byte> node,
        ulong first,
        ulong end,
        int depth,
        InodeNumber inode,
        BlockNumber place)
    {
        int count = Count(node);
        if (count == 0)
        {
            return;
        }

        ulong last = Key(node, count - 1);
        if (depth == 0)
        {
            last += Disk.View<ExtentDisk>(node, ExtentNode.EntryOffset(count - 1)).Length - 1;
        }

        if ((Key(node, 0) < first) || (last >= end))
        {
            throw new FsException(ExtReasons.ExtentParent.At(
                inode, place, $"file blocks {Key(node, 0)}..{last}, parent {first}..{end}"));
        }
    }

    private static MappedRange LookupLeaf(
        ReadOnlySpan<byte> node, ulong fileBlock, ulong first, ulong end)
    {
        int index = FindIndex(node, fileBlock);
        int count = Count(node);
        ulong holeFirst = first;
        if (index >= 0)
        {
            ref readonly ExtentDisk extent =
                ref Disk.View<ExtentDisk>(node, ExtentNode.EntryOffset(index));
            MappedRange range = new(
                extent.FileBlock,
                extent.Length,
                extent.IsUnwritten ? MapState.Unwritten : MapState.Written,
                extent.Start);
            if (range.Contains(fileBlock))
            {
                return range;
            }

            holeFirst = range.End;
        }

        ulong holeEnd = index + 1 < count ? Key(node, index + 1) : end;
        return new MappedRange(
            holeFirst, ulong.Max(holeEnd, fileBlock + 1) - holeFirst, MapState.Hole, 0);
    }

    /// <summary>The last entry whose key is at most a file block; -1 when all keys are greater. Keys of extents and
    /// of inner entries are at the same place.</summary>
    internal static int FindIndex(ReadOnlySpan<byte> node, ulong fileBlock)
    {
        int low = 0;
        int high = Count(node) - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Key(node, middle) <= fileBlock)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>Entries of a node.</summary>
    internal static int Count(ReadOnlySpan<byte> node) =>
        Disk.View<ExtentHeaderDisk>(node).EntryCount;

    /// <summary>First file block of an entry.</summary>
    internal static uint Key(ReadOnlySpan<byte> node, int index) =>
        Disk.View<LeUInt32>(node, ExtentNode.EntryOffset(index));
}
