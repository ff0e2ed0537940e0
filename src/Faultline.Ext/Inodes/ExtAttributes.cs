// What stat(2) shows of an inode.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>Makes the attributes that stat(2) shows.</summary>
internal static class ExtAttributes
{
    /// <summary>Offset of the project id in the extra part.</summary>
    internal const int ProjectOffset = 0x1C;

    private const uint ShownFlags = 0x725B_DFFF; // what the kernel lets lsattr(1) see

    // Flags that nobody sets through attributes.
    private const ExtInodeFlags FormatOnly =
        ExtInodeFlags.Encrypted | ExtInodeFlags.Verity | ExtInodeFlags.Compressed;

    private static readonly (ExtInodeFlags Disk, InodeFlags Shared)[] s_flags =
    [
        (ExtInodeFlags.Immutable, InodeFlags.Immutable),
        (ExtInodeFlags.Append, InodeFlags.Append),
        (ExtInodeFlags.NoAtime, InodeFlags.NoAtime),
        (ExtInodeFlags.Synchronous, InodeFlags.Synchronous),
        (ExtInodeFlags.Encrypted, InodeFlags.Encrypted),
        (ExtInodeFlags.Casefold, InodeFlags.Casefold),
        (ExtInodeFlags.Verity, InodeFlags.Verity),
        (ExtInodeFlags.NoDump, InodeFlags.NoDump),
        (ExtInodeFlags.Compressed, InodeFlags.Compressed),
    ];

    /// <summary>Attributes of an inode.</summary>
    /// <param name="super">The superblock.</param>
    /// <param name="inode">The inode.</param>
    /// <returns>The attributes.</returns>
    internal static InodeAttributes Of(ExtSuperBlock super, InodeRecord inode)
    {
        bool isDevice = inode.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK;
        (uint major, uint minor) = isDevice ? DeviceNumber(inode) : (0U, 0U);
        return new InodeAttributes
        {
            Mode = inode.Mode,
            Uid = inode.Uid,
            Gid = inode.Gid,
            LinkCount = inode.LinkCount,
            SizeBytes = inode.SizeBytes,
            Sectors = VisibleSectors(inode),
            AccessTime = InodeTimes.Access(inode),
            ModifyTime = InodeTimes.Modify(inode),
            ChangeTime = InodeTimes.Change(inode),
            BirthTime = InodeTimes.Birth(inode),
            DeviceMajor = major,
            DeviceMinor = minor,
            Generation = inode.Generation,
            ProjectId = super.Has(FeatureReadOnlyCompat.Project) ? inode.Extra(ProjectOffset) : 0,
            Flags = SharedFlags(super, inode),
            FormatFlags = (uint)inode.Flags & ShownFlags,
        };
    }

    /// <summary>Brings an inode's on-disk form up to date. Size and space are the block map's business.</summary>
    /// <param name="super">The superblock.</param>
    /// <param name="record">The on-disk form.</param>
    /// <param name="attributes">What is in memory.</param>
    internal static void Encode(ExtSuperBlock super, InodeRecord record, InodeAttributes attributes)
    {
        record.Mode = attributes.Mode;
        record.Uid = attributes.Uid;
        record.Gid = attributes.Gid;
        record.LinkCount = checked((ushort)attributes.LinkCount);
        InodeTimes.Write(record, attributes.AccessTime, attributes.ModifyTime, attributes.ChangeTime);
        ExtInodeFlags flags = record.Flags;
        foreach ((ExtInodeFlags disk, InodeFlags shared) in s_flags)
        {
            bool isKept = (disk & FormatOnly) != 0;
            bool isSet = (attributes.Flags & shared) != 0;
            flags = isKept ? flags : isSet ? flags | disk : flags & ~disk;
        }

        record.Flags = flags;
        if (super.Has(FeatureReadOnlyCompat.Project))
        {
            record.SetExtra(ProjectOffset, attributes.ProjectId);
        }
    }

    /// <summary>Writes a device number: the old encoding where it fits, as the kernel does.</summary>
    /// <param name="record">A device node.</param>
    /// <param name="major">Major number.</param>
    /// <param name="minor">Minor number.</param>
    internal static void WriteDevice(InodeRecord record, uint major, uint minor) =>
        WriteDevice(record.WritableMap, major, minor);

    /// <summary>Writes a device number.</summary>
    /// <param name="map">The map of a device node.</param>
    /// <param name="major">Major number.</param>
    /// <param name="minor">Minor number.</param>
    internal static void WriteDevice(Span<byte> map, uint major, uint minor)
    {
        bool isOld = (major < 256) && (minor < 256);
        uint number = isOld
            ? (major << 8) | minor
            : (minor & 0xFF) | (major << 8) | ((minor & ~0xFFU) << 12);
        Disk.Overlay<LeUInt32>(map, isOld ? 0 : sizeof(uint)) = number;
    }

    /// <summary>Space of an inode as stat(2) shows it.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>In units of 512 bytes.</returns>
    internal static ulong VisibleSectors(InodeRecord inode) => inode.Sectors + InlineSectors(inode);

    // A file in its inode has no blocks; stat(2) shows as many as its bytes would fill, so that archivers do not take
    // it for a hole (seen at the kernel's mount).
    private static ulong InlineSectors(InodeRecord inode) =>
        inode.IsRegular && inode.Has(ExtInodeFlags.InlineData) ? ((ulong)inode.SizeBytes + 511) / 512 : 0;

    // Two encodings: 8 + 8 bits in the first word of the map; or 12 + 20 bits in the second.
    private static (uint Major, uint Minor) DeviceNumber(InodeRecord inode)
    {
        uint old = Disk.View<LeUInt32>(inode.Map);
        if (old != 0)
        {
            return ((old >> 8) & 0xFF, old & 0xFF);
        }

        uint number = Disk.View<LeUInt32>(inode.Map, sizeof(uint));
        return ((number >> 8) & 0xFFF, (number & 0xFF) | ((number >> 12) & 0xF_FF00));
    }

    private static InodeFlags SharedFlags(ExtSuperBlock super, InodeRecord inode)
    {
        InodeFlags flags = InodeFlags.None;
        foreach ((ExtInodeFlags disk, InodeFlags shared) in s_flags)
        {
            flags |= inode.Has(disk) ? shared : InodeFlags.None;
        }

        bool isSystem = (inode.Number.Value < super.FirstInode)
            && (inode.Number.Value != SpecialInodes.Root);
        return isSystem ? flags | InodeFlags.System : flags;
    }
}
