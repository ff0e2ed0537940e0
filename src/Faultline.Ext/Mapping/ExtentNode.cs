// The verifier of one node of an extent tree, in a block or in the inode. Whoever reads a verified
// node may take its count for granted, its entries as ascending and disjoint, and every block it
// names as inside the volume.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Mapping;

/// <summary>Verifies nodes of extent trees.</summary>
/// <param name="super">The superblock.</param>
internal sealed class ExtentNode(ExtSuperBlock super)
{
    private const uint FileBlocksMax = uint.MaxValue;

    /// <summary>The kind of block, for the buffer cache: the context's argument is the
    /// depth.</summary>
    /// <returns>The format.</returns>
    internal BlockFormat Format() => new("extent tree node", VerifyBlock, super.HasMetadataChecksums ? Seal : null);

    /// <summary>Verifies the root in an inode.</summary>
    /// <param name="map">The 60 bytes of the map.</param>
    /// <param name="inode">The inode.</param>
    /// <returns>Success, or what is wrong.</returns>
    internal Result VerifyRoot(ReadOnlySpan<byte> map, InodeNumber inode)
    {
        ref readonly ExtentHeaderDisk header = ref Disk.View<ExtentHeaderDisk>(map);
        return Verify(map, header.Depth, map.Length, inode, default);
    }

    // The checksum follows the space that the node claims for entries.
    private static void Seal(Span<byte> bytes, BlockNumber block, in BlockContext context)
    {
        int tail = EntryOffset(Disk.View<ExtentHeaderDisk>(bytes).EntryCountMax);
        if (tail + ExtentHeaderDisk.TailBytes <= bytes.Length)
        {
            Disk.Overlay<LeUInt32>(bytes, tail) = Crc32c.Update(context.Seed, bytes.Slice(0, tail));
        }
    }

    private Result VerifyBlock(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        int space = bytes.Length;
        Result result = Verify(bytes, context.Argument, space, context.Inode, block);
        if (!result.IsOk || !super.HasMetadataChecksums)
        {
            return result;
        }

        // The checksum follows the space that the node claims for entries.
        int max = Disk.View<ExtentHeaderDisk>(bytes).EntryCountMax;
        int tail = ExtentHeaderDisk.SizeBytes + (max * ExtentHeaderDisk.EntryBytes);
        uint computed = Crc32c.Update(context.Seed, bytes.Slice(0, tail));
        return Disk.View<LeUInt32>(bytes, tail) == computed
            ? Result.Ok
            : ExtReasons.ExtentChecksum.At(context.Inode, block);
    }

    private Result Verify(
        ReadOnlySpan<byte> bytes, uint depth, int space, InodeNumber inode, BlockNumber block)
    {
        ref readonly ExtentHeaderDisk header = ref Disk.View<ExtentHeaderDisk>(bytes);
        if (header.Magic != ExtentHeaderDisk.ExpectedMagic)
        {
            return ExtReasons.ExtentMagic.At(inode, block, $"0x{header.Magic.Value:x4}");
        }

        if ((header.Depth != depth) || (depth > ExtentHeaderDisk.DepthMax))
        {
            return ExtReasons.ExtentDepth.At(inode, block, $"{header.Depth}, expected {depth}");
        }

        int fitting = (space - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;
        bool isCountSane = (header.EntryCount <= header.EntryCountMax)
            && (header.EntryCountMax <= fitting)
            && ((header.EntryCount > 0) || (depth == 0));
        if (!isCountSane)
        {
            return ExtReasons.ExtentCount.At(
                inode, block, $"{header.EntryCount} of {header.EntryCountMax}, room for {fitting}");
        }

        return depth == 0
            ? VerifyLeaf(bytes, header.EntryCount, inode, block)
            : VerifyInner(bytes, header.EntryCount, inode, block);
    }

    private Result VerifyLeaf(
        ReadOnlySpan<byte> bytes, int count, InodeNumber inode, BlockNumber block)
    {
        ulong next = 0;
        for (int index = 0; index < count; index++)
        {
            ref readonly ExtentDisk extent = ref Disk.View<ExtentDisk>(bytes, EntryOffset(index));
            uint length = extent.Length;
            ulong end = extent.FileBlock + (ulong)length;
            bool isOrdered = (length > 0) && (extent.FileBlock >= next) && (end <= FileBlocksMax);
            if (!isOrdered)
            {
                return ExtReasons.ExtentOrder.At(
                    inode, block, $"entry {index}: file block {extent.FileBlock}, {length} blocks");
            }

            bool isInside = (extent.Start >= super.FirstUsableBlock)
                && (extent.Start < super.BlockCount)
                && (length <= super.BlockCount - extent.Start);
            if (!isInside)
            {
                return ExtReasons.ExtentRange.At(
                    inode, block, $"entry {index}: {length} blocks at {extent.Start}");
            }

            next = end;
        }

        return Result.Ok;
    }

    private Result VerifyInner(
        ReadOnlySpan<byte> bytes, int count, InodeNumber inode, BlockNumber block)
    {
        for (int index = 0; index < count; index++)
        {
            ref readonly ExtentIndexDisk entry =
                ref Disk.View<ExtentIndexDisk>(bytes, EntryOffset(index));
            bool isOrdered = (index == 0)
                || (entry.FileBlock
                    > Disk.View<ExtentIndexDisk>(bytes, EntryOffset(index - 1)).FileBlock);
            if (!isOrdered)
            {
                return ExtReasons.ExtentIndexOrder.At(
                    inode, block, $"entry {index}: file block {entry.FileBlock}");
            }

            bool isInside = (entry.Child >= super.FirstUsableBlock)
                && (entry.Child < super.BlockCount);
            if (!isInside)
            {
                return ExtReasons.ExtentChild.At(
                    inode, block, $"entry {index}: child {entry.Child}");
            }
        }

        return Result.Ok;
    }

    /// <summary>Byte offset of an entry in its node.</summary>
    /// <param name="index">Index of the entry.</param>
    /// <returns>The offset.</returns>
    internal static int EntryOffset(int index) =>
        ExtentHeaderDisk.SizeBytes + (index * ExtentHeaderDisk.EntryBytes);
}
