// Changes the records of one directory block. A record's length reaches to the next record, so that a removed one
// becomes slack of the one before it, and a new one is cut from slack.
//
//     | head, name | slack        | head, name | slack |  tail with the checksum
//     <------ record length ------>

using System;
using System.Buffers.Binary;
using Faultline.Base;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Directories;

/// <summary>Changes the records of directory blocks.</summary>
internal static class DirectoryRecords
{
    private const int LargeBlockSize = 65536;
    private const int Alignment = 4;
    private const int FileTypeOffset = 7;
    private const int NameLengthOffset = 6;

    /// <summary>Bytes that an entry needs.</summary>
    /// <param name="nameLength">Bytes of its name.</param>
    /// <returns>The bytes.</returns>
    internal static int BytesOf(int nameLength) =>
        (int)Bits.AlignUp(DirEntryDisk.HeadBytes + nameLength, Alignment);

    /// <summary>Bytes of a block that hold records.</summary>
    /// <param name="rules">What records look like on this volume.</param>
    /// <returns>The bytes.</returns>
    internal static int Room(DirectoryRules rules) =>
        rules.BlockSize - (rules.HasChecksums ? DirTailDisk.SizeBytes : 0);

    /// <summary>Finds a record that is unused, or has enough slack.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="needed">Bytes of the new entry.</param>
    /// <returns>Offset of the record, or -1.</returns>
    internal static int FindGap(ReadOnlySpan<byte> records, DirectoryRules rules, int needed)
    {
        DirEntryReader reader = new(records, rules);
        while (reader.TryRead(out DirEntry entry, out _))
        {
            int used = entry.Inode == 0 ? 0 : BytesOf(entry.Name.Length);
            if (entry.RecordLength - used >= needed)
            {
                return entry.Offset;
            }
        }

        return -1;
    }

    /// <summary>Cuts an entry from a record that <see cref="FindGap"/> found.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <param name="inode">The inode to be named.</param>
    /// <param name="fileType">Its type as stored.</param>
    /// <param name="name">The name.</param>
    internal static void Insert(
        Span<byte> records, DirectoryRules rules, int offset, uint inode, byte fileType, ReadOnlySpan<byte> name)
    {
        int whole = LengthAt(records, rules, offset);
        if (InodeAt(records, offset) != 0)
        {
            int used = BytesOf(NameLengthAt(records, rules, offset));
            SetLength(records, rules, offset, used);
            offset += used;
            whole -= used;
        }

        Check.That(whole >= BytesOf(name.Length));
        Write(records, rules, offset, whole, inode, fileType, name);
    }

    /// <summary>Writes a record.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Where.</param>
    /// <param name="length">Its length, slack included.</param>
    /// <param name="inode">The inode named, or 0.</param>
    /// <param name="fileType">Its type as stored.</param>
    /// <param name="name">The name.</param>
    internal static void Write(
        Span<byte> records,
        DirectoryRules rules,
        int offset,
        int length,
        uint inode,
        byte fileType,
        ReadOnlySpan<byte> name)
    {
        Span<byte> record = records.Slice(offset, DirEntryDisk.HeadBytes + name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record, inode);
        SetLength(records, rules, offset, length);
        if (rules.HasFileType)
        {
            record[NameLengthOffset] = (byte)name.Length;
            record[FileTypeOffset] = fileType;
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(record.Slice(NameLengthOffset), (ushort)name.Length);
        }

        name.CopyTo(record.Slice(DirEntryDisk.HeadBytes));
    }

    /// <summary>Removes an entry; its name leaves the block.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <param name="previous">Offset of the record before it in the block, or -1.</param>
    internal static void Remove(Span<byte> records, DirectoryRules rules, int offset, int previous)
    {
        int length = LengthAt(records, rules, offset);
        Span<byte> record = records.Slice(offset, length);
        record.Clear();
        if (previous < 0)
        {
            SetLength(records, rules, offset, length);
            return;
        }

        SetLength(records, rules, previous, offset + length - previous);
    }

    /// <summary>Makes an entry name another inode.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <param name="inode">The inode.</param>
    /// <param name="fileType">Its type as stored.</param>
    internal static void Replace(Span<byte> records, DirectoryRules rules, int offset, uint inode, byte fileType)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(records.Slice(offset), inode);
        if (rules.HasFileType)
        {
            records[offset + FileTypeOffset] = fileType;
        }
    }

    /// <summary>Makes a block of one unused record, and its tail.</summary>
    /// <param name="block">The block.</param>
    /// <param name="rules">What records look like on this volume.</param>
    internal static void Clear(Span<byte> block, DirectoryRules rules)
    {
        block.Clear();
        SetLength(block, rules, 0, Room(rules));
        WriteTail(block, rules);
    }

    /// <summary>Writes the head of the tail; the checksum in it comes when the block is sealed.</summary>
    /// <param name="block">The block.</param>
    /// <param name="rules">What records look like on this volume.</param>
    internal static void WriteTail(Span<byte> block, DirectoryRules rules)
    {
        if (rules.HasChecksums)
        {
            ref DirTailDisk tail = ref Disk.Overlay<DirTailDisk>(block, block.Length - DirTailDisk.SizeBytes);
            tail = default;
            tail.RecordLength = DirTailDisk.SizeBytes;
            tail.FileType = DirTailDisk.ExpectedFileType;
        }
    }

    /// <summary>Length of a record.</summary>
    /// <param name="records">The records, verified.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <returns>Bytes.</returns>
    internal static int LengthAt(ReadOnlySpan<byte> records, DirectoryRules rules, int offset) =>
        DirEntryReader.DecodeRecordLength(
            Disk.View<DirEntryDisk>(records, offset).RawRecordLength, rules.BlockSize);

    /// <summary>Sets the length of a record.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <param name="length">Bytes, a multiple of 4.</param>
    internal static void SetLength(Span<byte> records, DirectoryRules rules, int offset, int length)
    {
        int raw = rules.BlockSize < LargeBlockSize
            ? length
            : length == LargeBlockSize ? ushort.MaxValue : (length & 0xFFFC) | ((length >> 16) & 3);
        Disk.Overlay<DirEntryDisk>(records, offset).RawRecordLength = checked((ushort)raw);
    }

    private static uint InodeAt(ReadOnlySpan<byte> records, int offset) =>
        Disk.View<DirEntryDisk>(records, offset).Inode;

    private static int NameLengthAt(ReadOnlySpan<byte> records, DirectoryRules rules, int offset) =>
        rules.HasFileType
            ? records[offset + NameLengthOffset]
            : BinaryPrimitives.ReadUInt16LittleEndian(records.Slice(offset + NameLengthOffset));
}
