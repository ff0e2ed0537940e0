// A regular file of a plain volume.

using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Vfs.Inodes;

namespace Faultline.PlainDriver;

/// <summary>A regular file of a plain volume.</summary>
internal sealed class PlainInode : Inode
{
    internal PlainInode(
        PlainVolume volume,
        InodeNumber number,
        InodeAttributes attributes,
        IReadOnlyList<PlainExtent> extents,
        long diskSize)
        : base(volume, number, attributes) => Map = new PlainMap(volume, this, extents, diskSize);

    public override IIomapOps? IomapOps => Map;

    internal PlainMap Map { get; }

    protected override Result SyncInode(bool dataOnly) => ((PlainVolume)SuperBlock).Commit();

    internal static InodeAttributes NewFile(UnixTime now, uint permissions) => new()
    {
        Mode = ModeBits.S_IFREG | permissions,
        Uid = 0,
        Gid = 0,
        LinkCount = 1,
        SizeBytes = 0,
        Sectors = 0,
        AccessTime = now,
        ModifyTime = now,
        ChangeTime = now,
    };
}
