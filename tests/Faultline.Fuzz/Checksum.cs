// Repairs the checksum of one structure after a mutation, so that damage gets past the first line of defence. Uses the
// driver's own arithmetic where it can be had. Repairing what is intact changes nothing; a test says so for every
// structure of every image.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using Faultline.Base;
using Faultline.Block.Partitions;
using Faultline.Ext.Attributes;
using Faultline.Ext.Inodes;

namespace Faultline.Fuzz;

/// <summary>The checksum of one structure.</summary>
/// <param name="Rule">How it is computed.</param>
/// <param name="Offset">Byte offset of what it covers, in the image.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="Seed">Running value that precedes the bytes.</param>
/// <param name="Number">Inode, group or block that the checksum covers, too.</param>
/// <param name="Blocks">Offsets of all blocks of a checksum that covers several.</param>
internal sealed record Checksum(
    ChecksumRule Rule,
    int Offset,
    int Length,
    uint Seed = uint.MaxValue,
    ulong Number = 0,
    IReadOnlyList<int>? Blocks = null)
{
    private const int FastCommitPad = 7;
    private const int FastCommitTail = 8;

    /// <summary>Makes the checksum match the bytes. Damage that leaves no place for one is left alone.</summary>
    /// <param name="image">The whole image.</param>
    internal void Repair(Span<byte> image)
    {
        Span<byte> bytes = image.Slice(Offset, Length);
        switch (Rule)
        {
            case ChecksumRule.None:
                break;
            case ChecksumRule.SuperBlock:
            case ChecksumRule.Mmp:
                PutLittle(bytes, 0x3FC, Crc32c.Update(Seed, bytes.Slice(0, 0x3FC)));
                break;
            case ChecksumRule.GroupCrc32c:
            case ChecksumRule.GroupCrc16:
                RepairGroup(bytes);
                break;
            case ChecksumRule.Inode:
                RepairInode(bytes);
                break;
            case ChecksumRule.ExtentNode:
                int tail = 12 + (12 * BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(4)));
                PutLittle(bytes, tail, tail <= bytes.Length ? Crc32c.Update(Seed, bytes.Slice(0, tail)) : 0);
                break;
            case ChecksumRule.DirectoryTail:
                PutLittle(bytes, bytes.Length - 4, Crc32c.Update(Seed, bytes.Slice(0, bytes.Length - 12)));
                break;
            case ChecksumRule.HashTree:
                RepairHashTree(bytes);
                break;
            case ChecksumRule.XattrBlock:
                RepairXattrBlock(bytes);
                break;
            case ChecksumRule.JournalSuperBlock:
                PutBig(bytes, 0xFC, 0);
                PutBig(bytes, 0xFC, Crc32c.Update(uint.MaxValue, bytes));
                break;
            case ChecksumRule.JournalTail:
                PutBig(bytes, bytes.Length - 4, 0);
                PutBig(bytes, bytes.Length - 4, Crc32c.Update(Seed, bytes));
                break;
            case ChecksumRule.JournalCommit:
                PutBig(bytes, 0x10, 0);
                PutBig(bytes, 0x10, Crc32c.Update(Seed, bytes));
                break;
            case ChecksumRule.FastCommit:
                RepairFastCommits(image);
                break;
            case ChecksumRule.OrphanFile:
                uint crc = Crc32c.Update(WithNumber64(Seed), bytes.Slice(0, bytes.Length - 8));
                PutLittle(bytes, bytes.Length - 4, crc);
                break;
            case ChecksumRule.GuidPartitionTable:
                RepairGuidPartitionTable(image, bytes);
                break;
        }
    }

    private static void PutLittle(Span<byte> bytes, int offset, uint value)
    {
        if (offset + sizeof(uint) <= bytes.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(offset), value);
        }
    }

    private static void PutBig(Span<byte> bytes, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(offset), value);

    private uint WithNumber64(uint seed)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Number);
        return Crc32c.Update(seed, number);
    }

    private void RepairGroup(Span<byte> bytes)
    {
        const int At = 0x1E;
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)Number);
        ushort value;
        if (Rule == ChecksumRule.GroupCrc16)
        {
            ushort crc16 = Crc16.Update(Crc16.Update((ushort)Seed, number), bytes.Slice(0, At));
            value = Crc16.Update(crc16, bytes.Slice(At + 2));
        }
        else
        {
            uint crc = Crc32c.Update(Crc32c.Update(Seed, number), bytes.Slice(0, At));
            crc = Crc32c.Update(crc, [0, 0]);
            value = (ushort)(Crc32c.Update(crc, bytes.Slice(At + 2)) & 0xFFFF);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(At), value);
    }

    private void RepairInode(Span<byte> bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)Number);
        uint seed = Crc32c.Update(Crc32c.Update(Seed, number), bytes.Slice(0x64, 4));
        uint crc = InodeTable.Checksum(bytes, seed);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(0x7C), (ushort)(crc & 0xFFFF));
        if (InodeTable.HasChecksumHigh(bytes))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(0x82), (ushort)(crc >> 16));
        }
    }

    private void RepairHashTree(Span<byte> bytes)
    {
        int entries = (int)Number;
        int limit = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(entries));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(entries + 2));
        int used = entries + (count * 8);
        int tail = entries + (limit * 8);
        if ((used <= bytes.Length) && (tail + 8 <= bytes.Length))
        {
            uint crc = Crc32c.Update(Seed, bytes.Slice(0, used));
            crc = Crc32c.Update(Crc32c.Update(crc, bytes.Slice(tail, 4)), 0U);
            PutLittle(bytes, tail + 4, crc);
        }
    }

    // Hashes first: they are a checksum of names and values, in front of the block's own.
    private void RepairXattrBlock(Span<byte> bytes)
    {
        uint joined = 0;
        bool isHashed = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(0x0C)) != 0;
        int at = 32;
        while ((at + 16 <= bytes.Length) && (BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at)) != 0))
        {
            int nameLength = bytes[at];
            int valueAt = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at + 2));
            uint valueInode = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at + 4));
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at + 8));
            bool fits = (at + 16 + nameLength <= bytes.Length) && ((ulong)valueAt + size <= (ulong)bytes.Length);
            if (!fits)
            {
                break;
            }

            if (valueInode == 0)
            {
                PutLittle(bytes, at + 12, HashOf(
                    bytes.Slice(at + 16, nameLength), bytes.Slice(valueAt, (int)size)));
            }

            uint hash = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at + 12));
            isHashed &= hash != 0;
            joined = XattrHash.Join(joined, hash);
            at += (16 + nameLength + 3) & ~3;
        }

        PutLittle(bytes, 0x0C, isHashed ? joined : 0);
        if (Seed != 0)
        {
            PutLittle(bytes, 0x10, 0);
            PutLittle(bytes, 0x10, Crc32c.Update(WithNumber64(Seed), bytes));
        }
    }

    private static uint HashOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        uint hash = 0;
        foreach (byte letter in name)
        {
            hash = BitOperations.RotateLeft(hash, 5) ^ letter;
        }

        for (int at = 0; at < value.Length; at += 4)
        {
            uint word = 0;
            for (int index = Math.Min(3, value.Length - at - 1); index >= 0; index--)
            {
                word = (word << 8) | value[at + index];
            }

            hash = BitOperations.RotateLeft(hash, 16) ^ word;
        }

        return hash;
    }

    private void RepairFastCommits(Span<byte> image)
    {
        uint crc = 0;
        foreach (int start in Blocks!)
        {
            Span<byte> block = image.Slice(start, Length);
            int at = 0;
            while (at + 4 <= block.Length)
            {
                int kind = BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(at));
                int length = BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(at + 2));
                bool isTag = (kind is >= 1 and <= 9) && (at + 4 + length <= block.Length);
                if (!isTag)
                {
                    return;
                }

                if (kind == FastCommitTail)
                {
                    if (length >= 8)
                    {
                        PutLittle(block, at + 8, Crc32c.Update(crc, block.Slice(at, 8)));
                    }

                    crc = 0;
                    break;
                }

                crc = Crc32c.Update(crc, block.Slice(at, 4 + length));
                at += 4 + length;
                if (kind == FastCommitPad)
                {
                    break;
                }
            }
        }
    }

    private static void RepairGuidPartitionTable(Span<byte> image, Span<byte> header)
    {
        ulong sector = BinaryPrimitives.ReadUInt64LittleEndian(header.Slice(0x48));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(0x50));
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(0x54));
        ulong total = count * (ulong)size;
        bool isInside = (sector < (ulong)image.Length / 512)
            && (total <= (ulong)image.Length - (sector * 512)) && (total < 1 << 20);
        if (isInside)
        {
            PutLittle(header, 0x58, Crc32.Of(image.Slice((int)sector * 512, (int)total)));
        }

        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(0x0C));
        PutLittle(header, 0x10, 0);
        PutLittle(header, 0x10, Crc32.Of(header.Slice(0, (int)Math.Clamp(bytes, 92, 512))));
    }
}
