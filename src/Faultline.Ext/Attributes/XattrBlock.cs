// The verifier of a block of extended attributes: head, checksum, list, hashes.

using System;
using System.Buffers.Binary;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Attributes;

/// <summary>Verifies blocks of extended attributes.</summary>
/// <param name="super">The superblock.</param>
internal sealed class XattrBlock(ExtSuperBlock super)
{
    /// <summary>The kind of block, for the buffer cache.</summary>
    /// <returns>The format.</returns>
    internal BlockFormat Format() => new("extended attributes", Verify, Seal);

    /// <summary>Writes the checksum of a block.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="block">Its number.</param>
    /// <param name="context">Not used: the block may be shared.</param>
    internal void Seal(Span<byte> bytes, BlockNumber block, in BlockContext context)
    {
        if (super.HasMetadataChecksums)
        {
            Disk.Overlay<XattrHeaderDisk>(bytes).Checksum = Checksum(bytes, block);
        }
    }

    private Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        ref readonly XattrHeaderDisk header = ref Disk.View<XattrHeaderDisk>(bytes);
        if (header.Magic != XattrHeaderDisk.ExpectedMagic)
        {
            return ExtReasons.XattrMagic.At(context.Inode, block, $"0x{header.Magic.Value:x8}");
        }

        bool isHeaderSane = (header.BlockCount == 1) && (header.ReferenceCount > 0)
            && (header.ReferenceCount <= XattrHeaderDisk.ReferenceCountMax);
        if (!isHeaderSane)
        {
            return ExtReasons.XattrHeader.At(
                context.Inode,
                block,
                $"{header.ReferenceCount} references, {header.BlockCount} blocks");
        }

        if (super.HasMetadataChecksums && (header.Checksum != Checksum(bytes, block)))
        {
            return ExtReasons.XattrChecksum.At(context.Inode, block);
        }

        return VerifyList(bytes, block, context, header.Hash);
    }

    private static Result VerifyList(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context, uint stored)
    {
        XattrReader reader = new(bytes, XattrHeaderDisk.SizeBytes, 0);
        XattrProblem? problem;
        uint joined = 0;
        bool isHashed = stored != 0;
        while (reader.TryRead(out XattrEntry entry, out problem))
        {
            // The hash of a value in an inode is checked where the value is read.
            if ((entry.ValueInode == 0) && !XattrHash.Matches(entry, entry.Value))
            {
                problem = XattrProblem.Hash;
                break;
            }

            isHashed = isHashed && (entry.Hash != 0);
            joined = XattrHash.Join(joined, entry.Hash);
        }

        if (problem is null && isHashed && (joined != stored))
        {
            problem = XattrProblem.Hash;
        }

        return problem is null
            ? Result.Ok
            : XattrDamage.Of(problem.Value, context.Inode, block, reader.Offset);
    }

    private uint Checksum(ReadOnlySpan<byte> bytes, BlockNumber block)
    {
        const int Offset = XattrHeaderDisk.ChecksumOffset;
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, block.Value);
        uint crc = Crc32c.Update(super.ChecksumSeed, number);
        crc = Crc32c.Update(crc, bytes.Slice(0, Offset));
        crc = Crc32c.Update(crc, 0U);
        return Crc32c.Update(crc, bytes.Slice(Offset + sizeof(uint)));
    }
}
