// Room for more entries in a leaf: splits the way down to it, and lets the tree grow in depth when the root is full.
// Appending leaves full nodes behind: a split at the end of the tree moves one entry only.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <content>Room.</content>
internal sealed partial class ExtentWriter
{
    // Makes the leaf of a file block take some more entries. The path leads there on return.
    private Result EnsureRoom(in MapChange change, ExtentPath path, ulong fileBlock, int entries)
    {
        // Bound: each round adds a node, and each level needs at most two.
        for (int round = 0; round <= 2 * (ExtentHeaderDisk.DepthMax + 1); round++)
        {
            if (FreeEntries(path.Leaf) >= entries)
            {
                return Result.Ok;
            }

            int level = path.Depth;
            while (level > 0 && FreeEntries(path.Node(level - 1)) == 0)
            {
                level--;
            }

            Result made = level == 0 ? GrowDepth(change, path) : Split(change, path, level, fileBlock);
            if (!made.IsOk)
            {
                return made;
            }

            path.Find(_tree, _buffers, fileBlock);
        }

        throw NoRoom(change.Inode, fileBlock);
    }

    private static FsException NoRoom(InodeRecord inode, ulong fileBlock) =>
        new(ExtSpaceReasons.TreeNoRoom.At(inode.Number, $"file block {fileBlock}"));

    private static int FreeEntries(ReadOnlySpan<byte> node)
    {
        ref readonly ExtentHeaderDisk header = ref Disk.View<ExtentHeaderDisk>(node);
        return header.EntryCountMax - header.EntryCount;
    }

    // What the root holds moves to a block, to which the root then leads.
    private Result GrowDepth(in MapChange change, ExtentPath path)
    {
        int depth = path.Depth;
        if (depth >= ExtentHeaderDisk.DepthMax)
        {
            return ExtSpaceReasons.TreeTooDeep.At(change.Inode.Number);
        }

        Result<BlockNumber> allocated = _space.AllocateNode(change, GoalNear(path));
        if (!allocated.TryGet(out BlockNumber block, out FsError error))
        {
            return error;
        }

        Span<byte> root = change.WritableMap;
        int count = ExtentTree.Count(root);
        Span<byte> node = MakeNode(change, block, depth);
        root.Slice(ExtentHeaderDisk.SizeBytes, count * ExtentHeaderDisk.EntryBytes)
            .CopyTo(node.Slice(ExtentHeaderDisk.SizeBytes));
        Disk.Overlay<ExtentHeaderDisk>(node).EntryCount = (ushort)count;

        uint key = count > 0 ? ExtentTree.Key(root, 0) : 0;
        root.Slice(ExtentHeaderDisk.SizeBytes).Clear();
        ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(root);
        header.EntryCount = 1;
        header.EntryCountMax = (ushort)((root.Length - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes);
        header.Depth = (ushort)(depth + 1);
        StoreIndex(root, 0, key, block);
        return Result.Ok;
    }

    // Moves the upper entries of a node to a new one; the node above has room for it.
    private Result Split(in MapChange change, ExtentPath path, int level, ulong fileBlock)
    {
        int count = ExtentTree.Count(path.Node(level));
        if (count < 2)
        {
            // A node may claim to have no room for more.
            throw NoRoom(change.Inode, fileBlock);
        }

        Result<BlockNumber> allocated = _space.AllocateNode(change, path.Buffer(level).Block.Value);
        if (!allocated.TryGet(out BlockNumber block, out FsError error))
        {
            return error;
        }

        bool appends = path.LeafEnd == uint.MaxValue && ExtentTree.Key(path.Node(level), count - 1) <= fileBlock;
        int keep = appends ? count - 1 : count / 2;
        Span<byte> made = MakeNode(change, block, path.Depth - level);
        Span<byte> old = Writable(change, path, level);
        int from = ExtentNode.EntryOffset(keep);
        int length = ExtentNode.EntryOffset(count) - from;
        old.Slice(from, length).CopyTo(made.Slice(ExtentHeaderDisk.SizeBytes));
        old.Slice(from, length).Clear();
        Disk.Overlay<ExtentHeaderDisk>(made).EntryCount = (ushort)(count - keep);
        Disk.Overlay<ExtentHeaderDisk>(old).EntryCount = (ushort)keep;
        InsertIndex(change, path, level - 1, path.Index(level - 1) + 1, ExtentTree.Key(made, 0), block);
        return Result.Ok;
    }

    private static void InsertIndex(
        in MapChange change, ExtentPath path, int level, int at, uint key, BlockNumber child)
    {
        Span<byte> node = Writable(change, path, level);
        int count = ExtentTree.Count(node);
        int from = ExtentNode.EntryOffset(at);
        node.Slice(from, ExtentNode.EntryOffset(count) - from).CopyTo(node.Slice(ExtentNode.EntryOffset(at + 1)));
        StoreIndex(node, at, key, child);
        Disk.Overlay<ExtentHeaderDisk>(node).EntryCount = (ushort)(count + 1);
    }

    private Span<byte> MakeNode(in MapChange change, BlockNumber block, int depth)
    {
        BlockContext context = new(change.Inode.Number, change.Inode.ChecksumSeed, (uint)depth);
        Span<byte> node = change.Handle.Change(change.Handle.Create(block, _tree.Format, context));
        ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(node);
        header.Magic = ExtentHeaderDisk.ExpectedMagic;
        header.EntryCountMax = (ushort)EntriesPerNode;
        header.Depth = (ushort)depth;
        return node;
    }

    private static ulong GoalNear(ExtentPath path) => path.Depth == 0 && ExtentTree.Count(path.Leaf) > 0
        ? path.Extent(0).Start
        : path.Depth > 0 ? path.Buffer(path.Depth).Block.Value : 0;
}
