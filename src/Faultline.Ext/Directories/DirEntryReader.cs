// Reads the records of one directory block, checking each before it is shown. Bound: every record
// advances by at least eight bytes and must end inside the block.

using System;
using System.Buffers.Binary;
using Faultline.Base;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Directories;

/// <summary>Reads the records of one directory block, in order.</summary>
internal ref struct DirEntryReader
{
    private const int LargeBlockSize = 65536;

    private readonly ReadOnlySpan<byte> _block;
    private readonly DirectoryRules _rules;
    private int _offset;

    /// <summary>Starts at the first record.</summary>
    /// <param name="block">The records; their end is where they must end.</param>
    /// <param name="rules">What records look like on this volume.</param>
    internal DirEntryReader(ReadOnlySpan<byte> block, DirectoryRules rules)
    {
        _block = block;
        _rules = rules;
        _offset = 0;
    }

    /// <summary>Byte offset of the next record.</summary>
    internal readonly int Offset => _offset;

    /// <summary>Takes the next record.</summary>
    /// <param name="entry">The record.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    /// <returns>False at the end, or when the record is malformed.</returns>
    internal bool TryRead(out DirEntry entry, out DirectoryProblem? problem)
    {
        entry = default;
        problem = null;
        if (_offset == _block.Length)
        {
            return false;
        }

        if (_block.Length - _offset < DirEntryDisk.HeadBytes)
        {
            problem = DirectoryProblem.Record;
            return false;
        }

        ref readonly DirEntryDisk disk = ref Disk.View<DirEntryDisk>(_block, _offset);
        int recordLength = DecodeRecordLength(disk.RawRecordLength, _rules.BlockSize);
        int nameLength = _rules.HasFileType
            ? disk.NameLength
            : BinaryPrimitives.ReadUInt16LittleEndian(_block.Slice(_offset + 6));
        problem = CheckRecord(disk, recordLength, nameLength);
        if (problem is not null)
        {
            return false;
        }

        entry = new DirEntry(
            disk.Inode,
            _rules.HasFileType ? disk.FileType : (byte)0,
            disk.Inode == 0 ? default : _block.Slice(_offset + DirEntryDisk.HeadBytes, nameLength),
            _offset,
            recordLength);
        _offset += recordLength;
        return true;
    }

    /// <summary>Decodes a record length. Blocks of 64 KiB do not fit in 16 bits: their two low
    /// bits,
    /// unused because records are aligned, are bits 16 and 17.</summary>
    /// <param name="raw">As stored.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    /// <returns>Bytes of the record.</returns>
    internal static int DecodeRecordLength(ushort raw, int blockSize)
    {
        if (blockSize < LargeBlockSize)
        {
            return raw;
        }

        return raw is 0 or ushort.MaxValue
            ? LargeBlockSize
            : (raw & 0xFFFC) | ((raw & 3) << 16);
    }

    private readonly DirectoryProblem? CheckRecord(
        in DirEntryDisk disk, int recordLength, int nameLength)
    {
        bool isRecordSane = (recordLength >= DirEntryDisk.RecordBytesMin)
            && (recordLength % 4 == 0)
            && (recordLength <= _block.Length - _offset);
        if (!isRecordSane)
        {
            return DirectoryProblem.Record;
        }

        if (disk.Inode == 0)
        {
            return null;
        }

        bool isNameSane = (nameLength > 0)
            && (nameLength <= DirEntryDisk.NameLengthMax)
            && (nameLength <= recordLength - DirEntryDisk.HeadBytes);
        if (!isNameSane)
        {
            return DirectoryProblem.Name;
        }

        return disk.Inode > _rules.InodeCount ? DirectoryProblem.Inode : null;
    }
}
