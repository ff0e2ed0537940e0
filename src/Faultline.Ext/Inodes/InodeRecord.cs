// An inode as read from disk, validated. Invariants: the type is one of the seven, the size fits
// the kind of map, the extra fields fit in the inode, the flags do not contradict each other.
// Immutable.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Inodes;

/// <summary>A validated inode.</summary>
internal sealed class InodeRecord
{
    private readonly byte[] _bytes;

    internal InodeRecord(InodeNumber number, byte[] bytes, uint checksumSeed)
    {
        Number = number;
        _bytes = bytes;
        ChecksumSeed = checksumSeed;
        ref readonly InodeDisk disk = ref Disk.View<InodeDisk>(bytes);
        Mode = disk.Mode;
        Flags = (ExtInodeFlags)disk.Flags.Value;
        Uid = Bits.Join(disk.UidHigh.Value, disk.UidLow.Value);
        Gid = Bits.Join(disk.GidHigh.Value, disk.GidLow.Value);
        LinkCount = disk.LinkCount;
        Generation = disk.Generation;
        DeletionTime = disk.DeletionTime;
        XattrBlock = new BlockNumber(Bits.Join(disk.XattrBlockHigh.Value, disk.XattrBlockLow.Value));
    }

    internal InodeNumber Number { get; }

    /// <summary>Type and permission bits.</summary>
    internal uint Mode { get; }

    internal ExtInodeFlags Flags { get; }

    internal uint Uid { get; }

    internal uint Gid { get; }

    internal ushort LinkCount { get; }

    internal uint Generation { get; }

    /// <summary>Deletion time; of an orphan, the next one.</summary>
    internal uint DeletionTime { get; }

    /// <summary>Block of the attributes, or 0.</summary>
    internal BlockNumber XattrBlock { get; }

    /// <summary>Size in bytes.</summary>
    internal long SizeBytes { get; init; }

    /// <summary>Space used, in units of 512 bytes.</summary>
    internal ulong Sectors { get; init; }

    /// <summary>Extra bytes after the first 128, 0 to the inode's size less 128.</summary>
    internal int ExtraSize { get; init; }

    /// <summary>Running checksum over UUID, number and generation, which starts the inode's
    /// metadata checksums.</summary>
    internal uint ChecksumSeed { get; }

    /// <summary>The whole inode.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The 60 bytes of the block map.</summary>
    internal ReadOnlySpan<byte> Map => _bytes.AsSpan(InodeDisk.MapOffset, InodeDisk.MapBytes);

    internal uint Type => Mode & ModeBits.S_IFMT;

    internal bool IsDirectory => Type == ModeBits.S_IFDIR;

    internal bool IsRegular => Type == ModeBits.S_IFREG;

    internal bool IsSymbolicLink => Type == ModeBits.S_IFLNK;

    internal bool Has(ExtInodeFlags flag) => (Flags & flag) != 0;

    /// <summary>A field of the extra part, or 0 when the inode does not have it.</summary>
    /// <param name="offset">Byte offset from the extra part.</param>
    /// <returns>The value.</returns>
    internal uint Extra(int offset) => offset + sizeof(uint) <= ExtraSize
        ? Disk.View<LeUInt32>(_bytes, InodeDisk.SizeBytes + offset).Value
        : 0U;

    /// <summary>Whether the inode has a field of the extra part.</summary>
    /// <param name="offset">Byte offset of the field from the extra part.</param>
    /// <returns>True when the whole field is there.</returns>
    internal bool HasExtra(int offset) => offset + sizeof(uint) <= ExtraSize;
}
