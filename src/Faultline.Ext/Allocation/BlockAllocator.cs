// Free space of a volume: who has a claim on how much, and which blocks are given to whom.
//
// A claim is a number of clusters, taken from one counter by compare-and-swap; blocks are chosen later, and then
// there are enough. The life of a cluster:
//
//   free --claim--> claimed --AllocateInMemory--> in flight --CommitInFlight--> used
//   used --Free--> quarantined --Durable--> free
//
// Invariants
//   - _unclaimed is what all groups' free clusters are less what is claimed and not chosen yet.
//   - A group in memory has a cluster taken when it is used on disk, in flight, held by a window, or quarantined.
//   - FreeClusterCount is what the descriptors say.
// Locks: the groups' locks (rank 460), one at a time; counters are interlocked; windows under _windowLatch.
//
// BlockAllocator.cs           claims, counters, groups in memory
// BlockAllocator.Choose.cs    which clusters        BlockAllocator.Change.cs    bitmaps in transactions

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <summary>The block allocator of a volume that is written.</summary>
internal sealed partial class BlockAllocator
{
    private const long EmergencyMax = 4096;
    private const int EmergencyShare = 50;
    private const long LoadedBytesMax = 64L << 20;

    private readonly ExtSuperBlock _super;
    private readonly IBlockDevice _device;
    private readonly GroupTable _groups;
    private readonly BlockBitmaps _bitmaps;
    private readonly ConcurrentDictionary<ulong, GroupSpace> _loaded = new(); // an entry under its group's lock
    private readonly Quarantine _quarantine;
    private readonly SpinLatch _windowLatch;
    private readonly HashSet<AllocationWindow> _windows = []; // guarded by _windowLatch
    private readonly Queue<AllocationWindow> _windowOrder = new(); // guarded by _windowLatch; also some that are gone
    private readonly ulong _ratio;
    private readonly int _loadedMax;
    private long _unclaimed; // interlocked
    private long _free; // interlocked
    private long _quarantined; // interlocked

    /// <summary>Counts the free space of a volume.</summary>
    /// <param name="super">The superblock.</param>
    /// <param name="device">The volume's device.</param>
    /// <param name="buffers">Its metadata blocks.</param>
    /// <param name="groups">Its descriptors; keeps all of them.</param>
    /// <param name="typeName">Name of the file-system type, for locks.</param>
    /// <errors>FsException EUCLEAN a descriptor is damaged.</errors>
    internal BlockAllocator(
        ExtSuperBlock super, IBlockDevice device, BufferCache buffers, GroupTable groups, string typeName)
    {
        _super = super;
        _device = device;
        _groups = groups;
        _ratio = (ulong)super.BlocksPerCluster;
        _bitmaps = new BlockBitmaps(super, buffers, groups);
        _quarantine = new Quarantine(typeName);
        _windowLatch = new SpinLatch(LockClasses.BufferHash.For(typeName));
        _loadedMax = (int)long.Max(16, LoadedBytesMax / super.BlockSize);
        for (ulong group = 0; group < super.GroupCount; group++)
        {
            _free += groups.Read(group).FreeClusterCount;
        }

        _unclaimed = _free;
        long clusters = (long)(super.BlockCount / _ratio);
        EmergencyClusters = long.Min(EmergencyMax, clusters / EmergencyShare);
        ReservedClusters = (long)(ulong.Min(super.ReservedBlockCount, super.BlockCount) / _ratio);
    }

    /// <summary>Clusters that no data are put in, so that maps can always grow.</summary>
    internal long EmergencyClusters { get; }

    /// <summary>Clusters that only the superuser may have. Set by a mount option or tune2fs.</summary>
    internal long ReservedClusters { get; set; }

    /// <summary>Whether the caller at hand may have the superuser's clusters.</summary>
    internal Func<bool> MayUseReserved { get; set; } = static () => true;

    /// <summary>Whether freed blocks are discarded once they are durable.</summary>
    internal bool Discards { get; set; }

    /// <summary>The log, for those who find no space and must make freed blocks durable.</summary>
    internal MetadataLog? Log { get; set; }

    /// <summary>Free clusters as the descriptors count them: what goes into the superblock.</summary>
    internal long FreeClusterCount => Interlocked.Read(ref _free);

    /// <summary>Free clusters as statfs tells them: reserved ones are gone, freed ones are back at once.</summary>
    internal long AvailableClusterCount =>
        long.Max(0, Interlocked.Read(ref _unclaimed) + Interlocked.Read(ref _quarantined));

    /// <summary>Clusters that nobody has a claim on; for tests.</summary>
    internal long UnclaimedClusterCount => Interlocked.Read(ref _unclaimed);

    /// <summary>Blocks of a cluster.</summary>
    internal ulong BlocksPerCluster => _ratio;

    /// <summary>Claims clusters for data.</summary>
    /// <param name="clusters">How many.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC.</errors>
    internal Result Reserve(long clusters)
    {
        long floor = EmergencyClusters + (MayUseReserved() ? 0 : ReservedClusters);
        return TryClaim(clusters, floor) ? Result.Ok : ExtSpaceReasons.NoSpaceToReserve;
    }

    /// <summary>Claims as many clusters for data as there are, up to a number.</summary>
    /// <param name="clusters">The number.</param>
    /// <param name="beside">Clusters that are claimed in any case beside them.</param>
    /// <returns>How many of the number; 0 means that nothing was claimed.</returns>
    internal long ReserveSome(long clusters, long beside)
    {
        long floor = EmergencyClusters + (MayUseReserved() ? 0 : ReservedClusters);
        long wanted = clusters;
        while (wanted > 0)
        {
            if (TryClaim(wanted + beside, floor))
            {
                return wanted;
            }

            wanted = long.Min(wanted - 1, Interlocked.Read(ref _unclaimed) - floor - beside);
        }

        return 0;
    }

    /// <summary>Claims clusters for a map that must grow now: also those that no data may have.</summary>
    internal bool TryReserveEmergency(long clusters) => TryClaim(clusters, 0);

    /// <summary>Claims a cluster whether there is one or not: data that are dirty lost the cluster that they shared,
    /// and what was freed comes back soon.</summary>
    internal void ForceClaim() => _ = Interlocked.Decrement(ref _unclaimed);

    /// <summary>Gives a claim back.</summary>
    /// <param name="clusters">How many clusters.</param>
    internal void Release(long clusters)
    {
        Check.That(clusters >= 0);
        _ = Interlocked.Add(ref _unclaimed, clusters);
    }

    /// <summary>Makes what was freed durable, so that it can be had.</summary>
    /// <returns>Whether anything may have become free: the caller tries once more.</returns>
    /// <locks>Caller: nothing of rank 420 or deeper. Waits on: transaction, exclusive.</locks>
    internal bool TryFreeSpace()
    {
        TransactionId? newest = _quarantine.Newest;
        return newest.HasValue && Log is not null && Log.WaitDurable(newest.Value, needsFlush: false).IsOk;
    }

    /// <summary>First block from which blocks for an inode are looked for.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>A block of its group.</returns>
    internal ulong GoalOf(InodeNumber inode) =>
        _super.GroupFirstBlock((inode.Value - 1) / _super.InodesPerGroup);

    private bool TryClaim(long clusters, long floor)
    {
        long seen = Interlocked.Read(ref _unclaimed);
        while (seen - clusters >= floor)
        {
            long found = Interlocked.CompareExchange(ref _unclaimed, seen - clusters, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    private ulong GroupOf(ulong block) => (block - _super.FirstDataBlock) / _super.BlocksPerGroup;

    private int ClusterIn(ulong group, ulong block) => (int)((block - _super.GroupFirstBlock(group)) / _ratio);

    private ulong BlockOf(ulong group, int cluster) => _super.GroupFirstBlock(group) + ((ulong)cluster * _ratio);

    // Under the group's lock.
    private GroupSpace SpaceOf(GroupDescriptor group)
    {
        if (_loaded.TryGetValue(group.Group, out GroupSpace? known))
        {
            return known;
        }

        GroupSpace space = _bitmaps.Load(group);
        Check.That(_loaded.TryAdd(group.Group, space));
        return space;
    }

    // Forgets a few groups that only repeat what is on disk. Caller: no group's lock.
    private void TrimLoaded()
    {
        if (_loaded.Count <= _loadedMax)
        {
            return;
        }

        int steps = 64;
        foreach (KeyValuePair<ulong, GroupSpace> entry in _loaded)
        {
            GroupDescriptor group = _groups.Read(entry.Key);
            using MutexGuard guard = group.Lock.Acquire();
            if (entry.Value.Pinned == 0)
            {
                _ = _loaded.TryRemove(entry.Key, out _);
            }

            steps--;
            if (steps == 0)
            {
                return;
            }
        }
    }
}
