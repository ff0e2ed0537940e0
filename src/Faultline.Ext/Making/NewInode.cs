// The inode of one of the volume's own files, while the volume is made.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Making;

/// <summary>An inode of a volume that is being made.</summary>
/// <param name="super">The volume.</param>
/// <param name="number">Its number.</param>
/// <param name="bytes">Its bytes in the table.</param>
internal readonly ref struct NewInode(ExtSuperBlock super, uint number, Span<byte> bytes)
{
    private const int SectorBytes = 512;
    private const int SectorBits = 32;
    private const int SectorBitsHuge = 48;

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
        Fields.Mode = checked((ushort)mode);
        Fields.LinkCount = links;
        if (mode == 0)
        {
            uint seconds = (uint)(now.Seconds & uint.MaxValue);
            (Fields.AccessTime, Fields.ChangeTime, Fields.ModifyTime) = (seconds, seconds, seconds);
            return;
        }

        SetTimes(now, now, now, now);
    }

    /// <summary>Sets type, permissions and owner.</summary>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="uid">Owner.</param>
    /// <param name="gid">Group.</param>
    internal void SetAttributes(uint mode, uint uid, uint gid)
    {
        ref InodeDisk fields = ref Fields;
        fields.Mode = checked((ushort)mode);
        (fields.UidLow, fields.UidHigh) = ((ushort)(uid & 0xFFFF), (ushort)(uid >> 16));
        (fields.GidLow, fields.GidHigh) = ((ushort)(gid & 0xFFFF), (ushort)(gid >> 16));
    }

    /// <summary>Sets all times.</summary>
    /// <param name="access">Last access.</param>
    /// <param name="modify">Last change of the contents.</param>
    /// <param name="change">Last change of the inode.</param>
    /// <param name="birth">Creation.</param>
    internal void SetTimes(UnixTime access, UnixTime modify, UnixTime change, UnixTime birth)
    {
        bool hasExtra = _bytes.Length > InodeDisk.SizeBytes;
        ref InodeDisk fields = ref Fields;
        fields.AccessTime = Inodes.InodeTimes.Low(hasExtra, access);
        fields.ModifyTime = Inodes.InodeTimes.Low(hasExtra, modify);
        fields.ChangeTime = Inodes.InodeTimes.Low(hasExtra, change);
        if (hasExtra)
        {
            ref InodeExtraDisk extra = ref Disk.Overlay<InodeExtraDisk>(_bytes, InodeDisk.SizeBytes);
            extra.ExtraSize = InodeExtraDisk.SizeBytes;
            extra.BirthTime = Inodes.InodeTimes.Low(hasExtra, birth);
            extra.AccessTimeExtra = Inodes.InodeTimes.Extra(access);
            extra.ModifyTimeExtra = Inodes.InodeTimes.Extra(modify);
            extra.ChangeTimeExtra = Inodes.InodeTimes.Extra(change);
            extra.BirthTimeExtra = Inodes.InodeTimes.Extra(birth);
        }
    }

    /// <summary>Sets the number of a device node.</summary>
    /// <param name="major">Major number.</param>
    /// <param name="minor">Minor number.</param>
    internal void SetDevice(uint major, uint minor) => Inodes.ExtAttributes.WriteDevice(Map, major, minor);

    /// <summary>Sets extended attributes.</summary>
    /// <param name="own">Those in the inode.</param>
    /// <param name="block">Block of the others, or 0.</param>
    internal void SetXattrs(List<XattrItem> own, ulong block)
    {
        Fields.XattrBlockLow = (uint)(block & uint.MaxValue);
        Fields.XattrBlockHigh = checked((ushort)(block >> 32));
        if (own.Count > 0)
        {
            Span<byte> space = _bytes.Slice(InodeDisk.SizeBytes + InodeExtraDisk.SizeBytes);
            Disk.Overlay<LeUInt32>(space) = XattrHeaderDisk.ExpectedMagic;
            _ = XattrSpace.Write(own, space.Slice(XattrHeaderDisk.MagicBytes), 0);
        }
    }

    /// <summary>Sets size and space.</summary>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="blocks">Blocks that it holds, its map's included.</param>
    /// <returns>False when the features leave too few bits for the space.</returns>
    internal bool SetSize(ulong sizeBytes, ulong blocks)
    {
        ulong sectors = blocks * (ulong)(super.BlockSize / SectorBytes);
        int bits = super.Has(Format.FeatureReadOnlyCompat.HugeFile) ? SectorBitsHuge : SectorBits;
        Fields.SizeLow = (uint)(sizeBytes & uint.MaxValue);
        Fields.SizeHigh = (uint)(sizeBytes >> 32);
        Fields.BlocksLow = (uint)(sectors & uint.MaxValue);
        Fields.BlocksHigh = (ushort)((sectors >> 32) & 0xFFFF);
        return sectors >> bits == 0;
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
