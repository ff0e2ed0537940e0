// A way from the root of an extent tree to a leaf: at each level the node and the entry taken. Bytes are asked for
// anew after every change, because a change may give a buffer new ones.
//
// Locks: the caller holds the inode's block-map lock exclusive.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>A way from the root of an extent tree to a leaf.</summary>
/// <param name="inode">The inode.</param>
internal sealed class ExtentPath(InodeRecord inode)
{
    private readonly MetadataBuffer?[] _buffers = new MetadataBuffer?[ExtentHeaderDisk.DepthMax + 1];
    private readonly int[] _indexes = new int[ExtentHeaderDisk.DepthMax + 1];

    /// <summary>Level of the leaf; the root is level 0.</summary>
    internal int Depth { get; private set; }

    /// <summary>The leaf.</summary>
    internal ReadOnlySpan<byte> Leaf => Node(Depth);

    /// <summary>Entry of the leaf whose key is at most the file block looked for; -1 when there is none.</summary>
    internal int LeafIndex => _indexes[Depth];

    /// <summary>File block at which the next leaf begins, or the end of all.</summary>
    internal ulong LeafEnd { get; private set; }

    /// <summary>Bytes of a node.</summary>
    internal ReadOnlySpan<byte> Node(int level) => level == 0 ? inode.Map : _buffers[level]!.Bytes;

    /// <summary>Buffer of a node that is not the root.</summary>
    internal MetadataBuffer Buffer(int level) => _buffers[level]!;

    /// <summary>Entry taken in a node.</summary>
    internal int Index(int level) => _indexes[level];

    /// <summary>Goes down to the leaf where a file block is, or belongs.</summary>
    /// <param name="tree">The trees of the volume.</param>
    /// <param name="buffers">Its metadata blocks.</param>
    /// <param name="fileBlock">The file block.</param>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal void Find(ExtentTree tree, BufferCache buffers, ulong fileBlock)
    {
        tree.VerifyRoot(inode);
        int depth = Disk.View<ExtentHeaderDisk>(inode.Map).Depth;
        ulong first = 0;
        ulong end = uint.MaxValue;
        Depth = depth;
        for (int level = 0; level < depth; level++)
        {
            ReadOnlySpan<byte> node = Node(level);
            int index = int.Max(0, ExtentTree.FindIndex(node, fileBlock));
            _indexes[level] = index;
            first = ExtentTree.Key(node, index);
            end = index + 1 < ExtentTree.Count(node) ? ExtentTree.Key(node, index + 1) : end;
            BlockNumber place = new(Disk.View<ExtentIndexDisk>(node, ExtentNode.EntryOffset(index)).Child);
            BlockContext context = new(inode.Number, inode.ChecksumSeed, (uint)(depth - level - 1));
            _buffers[level + 1] = buffers.Read(place, tree.Format, context);
            ExtentTree.CheckParent(Node(level + 1), first, end, depth - level - 1, inode.Number, place);
        }

        LeafEnd = end;
        _indexes[depth] = ExtentTree.FindIndex(Leaf, fileBlock);
    }

    /// <summary>An extent of the leaf.</summary>
    internal MappedRange Extent(int index) => ExtentAt(Leaf, index);

    /// <summary>An extent of a leaf.</summary>
    internal static MappedRange ExtentAt(ReadOnlySpan<byte> leaf, int index)
    {
        ref readonly ExtentDisk extent = ref Disk.View<ExtentDisk>(leaf, ExtentNode.EntryOffset(index));
        return new MappedRange(
            extent.FileBlock,
            extent.Length,
            extent.IsUnwritten ? MapState.Unwritten : MapState.Written,
            extent.Start);
    }
}
