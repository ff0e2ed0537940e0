// Bitmaps in transactions: what was in flight becomes used, what a file gives up becomes free and waits until that
// is durable.

using System.Threading;
using Faultline.Base;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <content>Changing the bitmaps.</content>
internal sealed partial class BlockAllocator
{
    /// <summary>Credits for marking one run used, or for one metadata block.</summary>
    internal const int CreditsPerRun = 2;

    /// <summary>Marks blocks in flight as used on disk. The claim is used up.</summary>
    /// <param name="handle">Two credits for each group that the run touches.</param>
    /// <param name="start">First block.</param>
    /// <param name="count">Blocks, whole clusters.</param>
    /// <locks>Takes: groups' locks, one at a time.</locks>
    internal void CommitInFlight(MetadataHandle handle, ulong start, ulong count)
    {
        ulong end = start + count;
        while (start < end)
        {
            GroupPiece piece = NextPiece(ref start, end);
            using MutexGuard guard = piece.Group.Lock.Acquire();
            _bitmaps.Change(handle, piece, used: true);
            SpaceOf(piece.Group).Pinned -= piece.Length;
            _ = Interlocked.Add(ref _free, -piece.Length);
        }
    }

    /// <summary>Allocates one cluster for metadata, now.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="goal">Block that would be best.</param>
    /// <param name="purse">Pays first, if given.</param>
    /// <returns>The first block of the cluster.</returns>
    /// <errors>ENOSPC.</errors>
    /// <locks>Takes: groups' locks, one at a time.</locks>
    internal Result<BlockNumber> AllocateMetadata(MetadataHandle handle, ulong goal, SpacePurse? purse = null)
    {
        bool isPaid = purse is not null && purse.Clusters > 0;
        if (isPaid)
        {
            purse!.Clusters--;
        }
        else if (!TryClaim(1, purse is null ? ReservedFloor() : 0))
        {
            return ExtSpaceReasons.NoSpaceForMetadata;
        }

        BlockRun run = default;
        bool isDone = false;
        try
        {
            Result<BlockRun> chosen = AllocateInMemory(goal, 1, null);
            if (!chosen.TryGet(out run, out FsError error))
            {
                return error;
            }

            CommitInFlight(handle, run.Start, run.Count);
            isDone = true;
            return new BlockNumber(run.Start);
        }
        finally
        {
            if (!isDone)
            {
                // Also when a bitmap could not be read.
                AbandonInFlight(run.Start, run.Count);
                Release(1);
            }
        }
    }

    /// <summary>Marks blocks free on disk. Nobody gets them before the transaction is durable.</summary>
    /// <param name="handle">Two credits for each group that the run touches; for metadata one more a block.</param>
    /// <param name="start">First block.</param>
    /// <param name="count">Blocks, whole clusters.</param>
    /// <param name="isMetadata">Whether older copies may be in the log.</param>
    /// <errors>FsException EUCLEAN: they are free, or the volume's own, or outside it; nothing has changed
    /// then.</errors>
    /// <locks>Takes: groups' locks, one at a time.</locks>
    internal void Free(MetadataHandle handle, ulong start, ulong count, bool isMetadata)
    {
        CheckFreed(start, count);
        ulong end = start + count;
        for (ulong at = start; at < end;)
        {
            GroupPiece piece = NextPiece(ref at, end);
            using MutexGuard guard = piece.Group.Lock.Acquire();
            FreePiece(handle, piece);
        }

        for (ulong block = start; isMetadata && block < end; block++)
        {
            handle.Forget(new BlockNumber(block));
        }
    }

    /// <summary>Reads the bitmaps of the groups that a run touches.</summary>
    /// <param name="start">First block.</param>
    /// <param name="count">Blocks, more than 0; what lies outside the volume is left to <see cref="Free"/>.</param>
    /// <errors>FsException: EIO; EUCLEAN a bitmap is damaged.</errors>
    /// <locks>Takes: groups' locks, one at a time.</locks>
    internal void Load(ulong start, ulong count)
    {
        bool isInside = start >= _super.FirstDataBlock
            && start < _super.BlockCount
            && count <= _super.BlockCount - start;
        for (ulong group = isInside ? GroupOf(start) : 1; isInside && group <= GroupOf(start + count - 1); group++)
        {
            GroupDescriptor descriptor = _groups.Read(group);
            using MutexGuard guard = descriptor.Lock.Acquire();
            _ = SpaceOf(descriptor);
        }
    }

    /// <summary>Groups that a run touches: two credits each when it is marked or freed.</summary>
    /// <param name="start">First block.</param>
    /// <param name="count">Blocks, more than 0.</param>
    internal int GroupsTouched(ulong start, ulong count)
    {
        if (start < _super.FirstDataBlock || start >= _super.BlockCount || count > _super.BlockCount - start)
        {
            return 1; // refused before anything changes
        }

        return (int)(GroupOf(start + count - 1) - GroupOf(start)) + 1;
    }

    /// <summary>A transaction is durable: what it freed can be had again.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <locks>Caller: nothing of rank 460 or deeper. Takes: groups' locks, one at a time.</locks>
    internal void Durable(TransactionId transaction)
    {
        while (_quarantine.TryTake(transaction, out BlockRun run))
        {
            if (Discards)
            {
                DiscardRun(run);
            }

            long clusters = (long)Bits.DivideRoundUp(run.Count, _ratio);
            AbandonInFlight(run.Start, run.Count);
            _ = Interlocked.Add(ref _quarantined, -clusters);
            _ = Interlocked.Add(ref _unclaimed, clusters);
        }
    }

    /// <summary>Discards free space (FITRIM). What is being discarded is taken meanwhile.</summary>
    /// <param name="start">First block.</param>
    /// <param name="end">First block after the range.</param>
    /// <param name="blocksMin">Shorter runs are left alone.</param>
    /// <returns>Blocks discarded.</returns>
    /// <locks>Caller: nothing of rank 460 or deeper. Takes: groups' locks, one at a time, not across I/O.</locks>
    internal ulong TrimRange(ulong start, ulong end, ulong blocksMin)
    {
        ulong discarded = 0;
        ulong at = ulong.Max(start, _super.FirstDataBlock);
        end = ulong.Min(end, _super.BlockCount);
        while (at < end)
        {
            ulong number = GroupOf(at);
            ulong stop = ulong.Min(end, _super.GroupFirstBlock(number) + _super.BlocksPerGroup);
            BlockRun run = TakeFree(number, ref at, stop, blocksMin);
            if (run.Count > 0)
            {
                DiscardRun(run);
                AbandonInFlight(run.Start, run.Count);
                Release((long)(run.Count / _ratio));
                discarded += run.Count;
            }
        }

        return discarded;
    }

    /// <summary>Gives a group that was never used its bitmap, before one of its inodes is used.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="group">The group.</param>
    /// <locks>Caller: the group's lock.</locks>
    internal void InitialiseBitmap(MetadataHandle handle, GroupDescriptor group) =>
        _bitmaps.Initialise(handle, group);

    // Under the group's lock.
    private void FreePiece(MetadataHandle handle, in GroupPiece piece)
    {
        GroupSpace space = SpaceOf(piece.Group);
        BlockNumber block = new(BlockOf(piece.Group.Group, piece.First));
        if (!_bitmaps.AreUsed(piece))
        {
            throw new FsException(ExtSpaceReasons.FreedTwice.At(
                InodeNumber.None, block, $"{piece.Length} clusters"));
        }

        _bitmaps.Change(handle, piece, used: false);
        _ = Interlocked.Add(ref _free, piece.Length);
        if (!Protections.FreedBlocksWait)
        {
            space.Give(piece.First, piece.Length);
            _ = Interlocked.Add(ref _unclaimed, piece.Length);
            return;
        }

        space.Pinned += piece.Length;
        _ = Interlocked.Add(ref _quarantined, piece.Length);
        _quarantine.Add(handle.Transaction, new BlockRun(block.Value, (ulong)piece.Length * _ratio));
    }

    private long ReservedFloor() => EmergencyClusters + (MayUseReserved() ? 0 : ReservedClusters);

    private void CheckFreed(ulong start, ulong count)
    {
        bool isInside = start >= _super.FirstDataBlock
            && start < _super.BlockCount
            && count <= _super.BlockCount - start + (_ratio - 1);
        if (!isInside)
        {
            throw new FsException(ExtSpaceReasons.FreedOutside.At(
                InodeNumber.None, new BlockNumber(start), $"{count} blocks"));
        }

        ulong at = start;
        while (at < start + count)
        {
            ulong number = GroupOf(at);
            ulong stop = ulong.Min(start + count, _super.GroupFirstBlock(number) + _super.BlocksPerGroup);
            if (_bitmaps.System.Touches(number, new BlockRun(at, stop - at)))
            {
                throw new FsException(ExtSpaceReasons.FreedSystem.At(
                    InodeNumber.None, new BlockNumber(at), $"{stop - at} blocks"));
            }

            at = stop;
        }
    }

    // The first free run at or after a block; moves the block behind it.
    private BlockRun TakeFree(ulong number, ref ulong at, ulong stop, ulong blocksMin)
    {
        GroupDescriptor group = _groups.Read(number);
        using MutexGuard guard = group.Lock.Acquire();
        GroupSpace space = SpaceOf(group);
        int end = int.Min(space.Count, (int)Bits.DivideRoundUp(stop - _super.GroupFirstBlock(number), _ratio));
        int first = space.NextFree(ClusterIn(number, at), end);
        int last = space.NextTaken(first, end);
        at = last >= end ? stop : BlockOf(number, last);
        int length = last - first;
        bool isTaken = length > 0 && (ulong)length * _ratio >= blocksMin && TryClaim(length, 0);
        if (!isTaken)
        {
            return default;
        }

        space.Take(first, length);
        space.Pinned += length;
        return new BlockRun(BlockOf(number, first), (ulong)length * _ratio);
    }

    // What a device cannot discard stays as it is: discarding is a hint.
    private void DiscardRun(BlockRun run)
    {
        long start = (long)run.Start * _super.BlockSize;
        long length = long.Min((long)run.Count * _super.BlockSize, _device.SizeBytes - start);
        try
        {
            _device.Discard(start, length);
        }
        catch (FsException)
        {
            Discards = false;
        }
    }
}
