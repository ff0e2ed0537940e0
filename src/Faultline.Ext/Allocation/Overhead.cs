// Blocks that files can never have: superblocks, descriptors, bitmaps, inode tables and the
// journal. statfs(2) subtracts them. The superblock of a volume made or mounted in recent years
// says how many; otherwise they are computed from the layout, without reading a descriptor.

using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Allocation;

/// <summary>Counts blocks that files can never have.</summary>
internal static class Overhead
{
    private const ulong BitmapsPerGroup = 2;
    private const ulong MetaGroupCopies = 3; // descriptors in the first, second and last group

    /// <summary>Blocks of overhead.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>The number, which may exceed the volume when the superblock lies.</returns>
    internal static ulong Blocks(ExtVolume volume)
    {
        ExtSuperBlock super = volume.Super;
        ulong stored = super.Raw.OverheadClusters;
        return stored != 0 ? stored * (ulong)super.BlocksPerCluster : Compute(volume);
    }

    private static ulong Compute(ExtVolume volume)
    {
        ExtSuperBlock super = volume.Super;
        ulong tableBlocks = Bits.DivideRoundUp(
            (ulong)super.InodesPerGroup * (ulong)super.InodeSize, (ulong)super.BlockSize);
        ulong blocks = super.FirstDataBlock
            + (super.GroupCount * (tableBlocks + BitmapsPerGroup))
            + SuperBlockCount(super);
        if (super.Has(FeatureIncompat.MetaGroups))
        {
            blocks += super.DescriptorBlockCount * MetaGroupCopies;
        }
        else
        {
            blocks += SuperBlockCount(super)
                * (super.DescriptorBlockCount + super.Raw.ReservedDescriptorBlocks);
        }

        return blocks + JournalBlocks(volume);
    }

    private static ulong SuperBlockCount(ExtSuperBlock super)
    {
        if (super.Has(FeatureCompat.SparseSuper2))
        {
            return 1UL + (super.Raw.BackupGroup0 != 0 ? 1UL : 0)
                + (super.Raw.BackupGroup1 != 0 ? 1UL : 0);
        }

        if (!super.Has(FeatureReadOnlyCompat.SparseSuper))
        {
            return super.GroupCount;
        }

        ulong count = ulong.Min(super.GroupCount, 2);
        foreach (ulong root in (ulong[])[3, 5, 7])
        {
            for (ulong group = root; group < super.GroupCount; group *= root)
            {
                count++;
            }
        }

        return count;
    }

    private static ulong JournalBlocks(ExtVolume volume)
    {
        InodeNumber number = new(volume.Super.Raw.JournalInode);
        bool isInternal = volume.Super.Has(FeatureCompat.HasJournal) && (number.Value != 0);
        if (!isInternal || !volume.Inodes.Read(number).TryGet(out InodeRecord? inode, out _))
        {
            return 0;
        }

        return (ulong)(inode.SizeBytes / volume.Super.BlockSize);
    }
}
