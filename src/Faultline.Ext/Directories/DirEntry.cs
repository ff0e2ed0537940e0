// One entry of a directory block.

using System;

namespace Faultline.Ext.Directories;

/// <summary>One entry of a directory block; the name is a view of the block.</summary>
/// <param name="inode">Number of the inode named; 0 for an unused entry.</param>
/// <param name="fileType">Type on disk, or 0.</param>
/// <param name="name">The name.</param>
/// <param name="offset">Byte offset of the record in its block.</param>
/// <param name="recordLength">Bytes of the record.</param>
internal readonly ref struct DirEntry(
    uint inode, byte fileType, ReadOnlySpan<byte> name, int offset, int recordLength)
{
    internal uint Inode { get; } = inode;

    internal byte FileType { get; } = fileType;

    internal ReadOnlySpan<byte> Name { get; } = name;

    internal int Offset { get; } = offset;

    internal int RecordLength { get; } = recordLength;

    /// <summary>Byte offset of the record after this one.</summary>
    internal int End => Offset + RecordLength;
}
