// A mounted ext volume.
//
// ExtFileSystem.cs          what the VFS asks of any volume
// ExtFileSystem.Write.cs    what only a volume that is written has: the log, sync, freeze, the end of inodes, damage

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Vfs;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <summary>A mounted ext2, ext3 or ext4 volume.</summary>
public sealed partial class ExtFileSystem : SuperBlock
{
    internal ExtFileSystem(ExtVolume volume, MountContext context)
        : base(volume.TypeName, context, volume.IsWritable)
    {
        Volume = volume;
        DirtyInodes = new DirtyInodes(DirtyDelayMs);
        NewInodes = new NewInodes(this);
        Costs = new OperationCosts(volume);
    }

    /// <inheritdoc/>
    public override InodeNumber RootNumber => new(SpecialInodes.Root);

    /// <inheritdoc/>
    public override int BlockSizeBytes => Volume.Super.BlockSize;

    /// <inheritdoc/>
    public override int NameLengthMax => Format.Names.DirEntryDisk.NameLengthMax;

    /// <inheritdoc/>
    public override VolumeIdentity Identity => new(
        TypeName,
        Volume.Super.Label,
        Volume.Super.Uuid,
        Volume.Super.BlockCount * (ulong)Volume.Super.BlockSize);

    /// <summary>What the volume is and what state it is in.</summary>
    public ExtInfo Info => ExtInfo.Of(Volume);

    internal ExtVolume Volume { get; }

    /// <inheritdoc/>
    public override StatFs StatFs()
    {
        ExtSuperBlock super = Volume.Super;
        ulong clusterBlocks = (ulong)super.BlocksPerCluster;
        ulong overhead = ulong.Min(Overhead.Blocks(Volume), super.BlockCount);
        ulong free = Volume.IsWritable
            ? (ulong)Volume.Allocator.AvailableClusterCount * clusterBlocks
            : ulong.Min(super.FreeBlockCount, super.BlockCount);
        ulong reserved = ulong.Min(super.ReservedBlockCount, free);
        Check.That(clusterBlocks > 0);
        return new StatFs(
            super.BlockSize,
            super.BlockCount - overhead,
            free,
            free - reserved,
            super.InodeCount,
            uint.Min(Volume.InodeAllocator?.FreeCount ?? super.FreeInodeCount, super.InodeCount),
            NameLengthMax,
            super.Uuid);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReportSection> Report() => ExtReport.Of(Info);

    /// <inheritdoc/>
    protected override Result<Inode> ReadInode(InodeNumber number)
    {
        if (NewInodes.IsMaking(number))
        {
            return ExtWriteReasons.InodeInMaking.At(number);
        }

        Result<InodeRecord> read = Volume.Inodes.Read(number);
        if (!read.TryGet(out InodeRecord? record, out FsError error))
        {
            return error;
        }

        if (record.LinkCount == 0)
        {
            return ExtReasons.InodeDeleted.At(number);
        }

        if (record.Has(ExtInodeFlags.EaInode))
        {
            throw new FsException(ExtReasons.InodeIsXattr.At(number));
        }

        return new ExtInode(this, record);
    }
}
