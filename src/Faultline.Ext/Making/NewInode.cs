// The inode of one of the volume's own files, while the volume is made.

using System;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Making;

/// <summary>An inode of a volume that is being made.</summary>
/// <param name="super">The volume.</param>
/// <param name="number">Its number.</param>
/// <param name="bytes">Its bytes in the table.</param>
internal readonly ref struct NewInode(ExtSuperBlock super, uint number, Span<byte> bytes)
{
    private const int SectorBytes = 512;
    private const int EpochBitsMask = 3;

    private readonly Span<byte> _bytes = bytes;

    /// <summary>Its number.</summary>
    internal InodeNumber Number { get; } = new(number);

    /// <summary>The fields.</summary>
    internal ref InodeDisk Fields => ref Disk.Overlay<InodeDisk>(_bytes);

    /// <summary>The 60 bytes of its map.</summary>
    internal Span<byte> Map => _bytes.Slice(InodeDisk.MapOffset, InodeDisk.MapBytes);

    /// <summary>What its metadata's checksums begin with.</summary>
    internal uint Seed => Inodes.InodeTable.ChecksumSeed(super, Number, _bytes);

    /// <summary>Sets what every inode has.</summary>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="links">Names.</param>
    /// <param name="now">All times.</param>
    internal void Set(uint mode, ushort links, UnixTime now)
    {
        uint seconds = (uint)(now.Seconds & uint.MaxValue);
        ref InodeDisk fields = ref Fields;
        fields.Mode = checked((ushort)mode);
        fields.LinkCount = links;
        (fields.AccessTime, fields.ChangeTime, fields.ModifyTime) = (seconds, seconds, seconds);
        if (_bytes.Length > InodeDisk.SizeBytes && mode != 0)
        {
            // The epoch counts by how much the signed 32 bits fall short of the time.
            uint epoch = (uint)(((now.Seconds - unchecked((int)seconds)) >> 32) & EpochBitsMask);
            ref InodeExtraDisk extra = ref Disk.Overlay<InodeExtraDisk>(_bytes, InodeDisk.SizeBytes);
            extra.ExtraSize = InodeExtraDisk.SizeBytes;
            extra.BirthTime = seconds;
            (extra.AccessTimeExtra, extra.ChangeTimeExtra) = (epoch, epoch);
            (extra.ModifyTimeExtra, extra.BirthTimeExtra) = (epoch, epoch);
        }
    }

    /// <summary>Sets size and space.</summary>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="blocks">Blocks that it holds, its map's included.</param>
    internal void SetSize(ulong sizeBytes, ulong blocks)
    {
        Fields.SizeLow = (uint)(sizeBytes & uint.MaxValue);
        Fields.SizeHigh = (uint)(sizeBytes >> 32);
        Fields.BlocksLow = checked((uint)(blocks * (ulong)(super.BlockSize / SectorBytes)));
    }

    /// <summary>Writes the checksum, last of all.</summary>
    internal void Seal()
    {
        if (!super.HasMetadataChecksums)
        {
            return;
        }

        uint crc = Inodes.InodeTable.Checksum(_bytes, Seed);
        Fields.ChecksumLow = (ushort)(crc & 0xFFFF);
        if (Inodes.InodeTable.HasChecksumHigh(_bytes))
        {
            Disk.Overlay<InodeExtraDisk>(_bytes, InodeDisk.SizeBytes).ChecksumHigh = (ushort)(crc >> 16);
        }
    }
}
