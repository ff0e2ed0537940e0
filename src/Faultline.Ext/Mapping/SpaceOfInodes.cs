// Blocks as inodes have them: the one place where the space charged to an inode changes, and where blocks of a map or
// of data are given back. With clusters, a cluster belongs to all file blocks that fall in it, and goes with the last.
//
// Locks: the caller holds the inode's block-map lock exclusive.

using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Space of inodes.</summary>
/// <param name="super">The superblock.</param>
/// <param name="allocator">The allocator.</param>
/// <param name="map">Block maps, to see who else uses a cluster.</param>
internal sealed class SpaceOfInodes(ExtSuperBlock super, BlockAllocator allocator, BlockMap map)
{
    private const int SectorBytes = 512;

    private readonly ulong _ratio = (ulong)super.BlocksPerCluster;

    /// <summary>Changes the space charged to an inode. Quotas hang here.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="sectors">Difference in units of 512 bytes.</param>
    internal static void ChargeSpace(InodeRecord inode, long sectors) =>
        inode.Sectors = sectors < 0
            ? inode.Sectors - ulong.Min(inode.Sectors, (ulong)-sectors)
            : inode.Sectors + (ulong)sectors;

    /// <summary>Charges clusters to an inode.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="clusters">Difference in clusters.</param>
    internal void ChargeClusters(InodeRecord inode, long clusters) =>
        ChargeSpace(inode, clusters * (super.ClusterSize / SectorBytes));

    /// <summary>A block for a node of a map.</summary>
    /// <param name="change">The change.</param>
    /// <param name="goal">Block that would be best.</param>
    /// <returns>The block.</returns>
    /// <errors>ENOSPC.</errors>
    internal Result<BlockNumber> AllocateNode(in MapChange change, ulong goal)
    {
        Result<BlockNumber> allocated = allocator.AllocateMetadata(change.Handle, goal, change.Purse);
        if (allocated.IsOk)
        {
            ChargeClusters(change.Inode, 1);
        }

        return allocated;
    }

    /// <summary>Gives a node of a map back.</summary>
    /// <param name="change">The change: three credits.</param>
    /// <param name="block">The block.</param>
    internal void FreeNode(in MapChange change, BlockNumber block)
    {
        // Its cluster holds nothing else.
        ulong start = block.Value - ((block.Value - super.FirstDataBlock) % _ratio);
        allocator.Free(change.Handle, start, _ratio, isMetadata: false);
        change.Handle.Forget(block);
        ChargeClusters(change.Inode, -1);
    }

    /// <summary>Gives data blocks back that were just taken out of the map.</summary>
    /// <param name="change">The change: two credits for each group.</param>
    /// <param name="range">What was taken out, not a hole.</param>
    /// <param name="isMetadata">Whether the contents are metadata: directories and links.</param>
    internal void FreeData(in MapChange change, in MappedRange range, bool isMetadata)
    {
        Check.That(range.State != MapState.Hole);
        if (_ratio == 1)
        {
            allocator.Free(change.Handle, range.Start, range.Count, isMetadata);
            ChargeClusters(change.Inode, -(long)range.Count);
            return;
        }

        ulong first = range.First - (range.First % _ratio);
        ulong end = range.End + ((_ratio - (range.End % _ratio)) % _ratio);
        ulong start = range.Start - (range.First - first);
        if (IsUsed(change, first, range.First) || (end - first == _ratio && IsUsed(change, range.End, end)))
        {
            start += _ratio;
            first += _ratio;
        }

        if (first < end && IsUsed(change, range.End, end))
        {
            end -= _ratio;
        }

        if (first < end)
        {
            allocator.Free(change.Handle, start, end - first, isMetadata);
            ChargeClusters(change.Inode, -(long)((end - first) / _ratio));
        }
    }

    /// <summary>Reads what giving an extent back reads, so that a device that fails does so before anything
    /// changed.</summary>
    /// <param name="range">The extent, not a hole.</param>
    /// <errors>FsException: EIO; EUCLEAN a bitmap is damaged.</errors>
    internal void PrepareFree(in MappedRange range) => allocator.Load(range.Start, range.Count);

    /// <summary>Credits for giving one extent back.</summary>
    /// <param name="range">The extent.</param>
    /// <param name="isMetadata">Whether each block must be forgotten.</param>
    internal int FreeCredits(in MappedRange range, bool isMetadata) =>
        (BlockAllocator.CreditsPerRun * allocator.GroupsTouched(range.Start, range.Count))
        + (isMetadata ? (int)ulong.Min(range.Count + (2 * _ratio), int.MaxValue) : 0);

    // Whether something else of the file is mapped or in flight in a part of a cluster.
    private bool IsUsed(in MapChange change, ulong first, ulong end)
    {
        if (first >= end)
        {
            return false;
        }

        if (change.Pending is not null && change.Pending.HasInFlight(first, end))
        {
            return true;
        }

        ulong at = first;
        while (at < end)
        {
            MappedRange range = map.Lookup(change.Inode, at);
            if (range.State != MapState.Hole)
            {
                return true;
            }

            at = range.End;
        }

        return false;
    }
}
