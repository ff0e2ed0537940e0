// An inode as it is, or will be, on disk: validated when read, changed in memory through the setters here, and
// copied into its block of the inode table by InodeTable.Store. Invariants: the type is one of the seven, the size
// fits the kind of map, the extra fields fit in the inode, the flags do not contradict each other.
//
// Who may change what: the block map, the size on disk and the space used, under the block-map lock (or the inode
// lock of what has none); everything else under the inode lock exclusive.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;
using Faultline.Locking;

namespace Faultline.Ext.Inodes;

/// <summary>A validated inode.</summary>
internal sealed class InodeRecord
{
    private static readonly LockKey s_latchKey = LockClasses.InodeRecord.For("ext");

    private readonly byte[] _bytes;

    internal InodeRecord(InodeNumber number, byte[] bytes, uint checksumSeed)
    {
        Number = number;
        _bytes = bytes;
        ChecksumSeed = checksumSeed;
    }

    internal InodeNumber Number { get; }

    /// <summary>Held while the record is stored.</summary>
    internal SpinLatch Latch { get; } = new(s_latchKey);

    /// <summary>Type and permission bits.</summary>
    internal uint Mode
    {
        get => Raw.Mode;
        set => Change.Mode = checked((ushort)value);
    }

    internal ExtInodeFlags Flags
    {
        get => (ExtInodeFlags)Raw.Flags.Value;
        set => Change.Flags = (uint)value;
    }

    internal uint Uid
    {
        get => Bits.Join(Raw.UidHigh.Value, Raw.UidLow.Value);
        set => (Change.UidHigh, Change.UidLow) = ((ushort)(value >> 16), (ushort)(value & 0xFFFF));
    }

    internal uint Gid
    {
        get => Bits.Join(Raw.GidHigh.Value, Raw.GidLow.Value);
        set => (Change.GidHigh, Change.GidLow) = ((ushort)(value >> 16), (ushort)(value & 0xFFFF));
    }

    internal ushort LinkCount
    {
        get => Raw.LinkCount;
        set => Change.LinkCount = value;
    }

    internal uint Generation => Raw.Generation;

    /// <summary>Deletion time; of an orphan, the next one.</summary>
    internal uint DeletionTime
    {
        get => Raw.DeletionTime;
        set => Change.DeletionTime = value;
    }

    /// <summary>Block of the attributes, or 0.</summary>
    internal BlockNumber XattrBlock
    {
        get => new(Bits.Join(Raw.XattrBlockHigh.Value, Raw.XattrBlockLow.Value));
        set => (Change.XattrBlockHigh, Change.XattrBlockLow) =
            (checked((ushort)(value.Value >> 32)), (uint)(value.Value & uint.MaxValue));
    }

    /// <summary>Size in bytes, as on disk: never more than is in memory.</summary>
    internal long SizeBytes { get; set; }

    /// <summary>Space used, in units of 512 bytes.</summary>
    internal ulong Sectors { get; set; }

    /// <summary>Extra bytes after the first 128, 0 to the inode's size less 128.</summary>
    internal int ExtraSize { get; init; }

    /// <summary>Running checksum over UUID, number and generation, which starts the inode's
    /// metadata checksums.</summary>
    internal uint ChecksumSeed { get; }

    /// <summary>The whole inode.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The whole inode, to be changed.</summary>
    internal Span<byte> Writable => _bytes;

    /// <summary>The 60 bytes of the block map.</summary>
    internal ReadOnlySpan<byte> Map => _bytes.AsSpan(InodeDisk.MapOffset, InodeDisk.MapBytes);

    /// <summary>The 60 bytes of the block map, to be changed.</summary>
    internal Span<byte> WritableMap => _bytes.AsSpan(InodeDisk.MapOffset, InodeDisk.MapBytes);

    internal uint Type => Mode & ModeBits.S_IFMT;

    internal bool IsDirectory => Type == ModeBits.S_IFDIR;

    internal bool IsRegular => Type == ModeBits.S_IFREG;

    internal bool IsSymbolicLink => Type == ModeBits.S_IFLNK;

    internal bool Has(ExtInodeFlags flag) => (Flags & flag) != 0;

    /// <summary>Gives the inode an empty block map.</summary>
    /// <param name="usesExtents">Whether it is an extent tree.</param>
    internal void StartMap(bool usesExtents)
    {
        WritableMap.Clear();
        Flags = usesExtents ? Flags | ExtInodeFlags.Extents : Flags & ~ExtInodeFlags.Extents;
        if (usesExtents)
        {
            ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(WritableMap);
            header.Magic = ExtentHeaderDisk.ExpectedMagic;
            header.EntryCountMax =
                (InodeDisk.MapBytes - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;
        }
    }

    /// <summary>A field of the extra part, or 0 when the inode does not have it.</summary>
    /// <param name="offset">Byte offset from the extra part.</param>
    /// <returns>The value.</returns>
    internal uint Extra(int offset) => offset + sizeof(uint) <= ExtraSize
        ? Disk.View<LeUInt32>(_bytes, InodeDisk.SizeBytes + offset).Value
        : 0U;

    /// <summary>Sets a field of the extra part, if the inode has it.</summary>
    /// <param name="offset">Byte offset from the extra part.</param>
    /// <param name="value">The value.</param>
    internal void SetExtra(int offset, uint value)
    {
        if (HasExtra(offset))
        {
            Disk.Overlay<LeUInt32>(_bytes, InodeDisk.SizeBytes + offset) = value;
        }
    }

    /// <summary>Whether the inode has a field of the extra part.</summary>
    /// <param name="offset">Byte offset of the field from the extra part.</param>
    /// <returns>True when the whole field is there.</returns>
    internal bool HasExtra(int offset) => offset + sizeof(uint) <= ExtraSize;

    private ref readonly InodeDisk Raw => ref Disk.View<InodeDisk>(_bytes);

    private ref InodeDisk Change => ref Disk.Overlay<InodeDisk>(_bytes);
}
