// Allocation ahead of writing, removal, shifting, and the size on disk: rows of transactions, each of which leaves a
// map that is whole. Between two the block-map lock is free; the caller's locks keep everybody else off the range.

using Faultline.Base;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <content>Space operations.</content>
internal sealed partial class ExtFileMap
{
    /// <inheritdoc/>
    public Result AllocateRange(long start, long end)
    {
        Result left = IsInline ? LeaveInode() : Result.Ok;
        if (!left.IsOk || !HasTree)
        {
            return left.IsOk ? ExtSpaceReasons.NoUnwrittenBlocks.At(_inode.Number) : left;
        }

        ulong at = (ulong)(start / _unit);
        ulong last = (ulong)((end + _unit - 1) / _unit);
        for (bool isRetry = false; ; isRetry = true)
        {
            Result done = RunBatches(AllocateStep);
            if (done.IsOk || done.Error.Errno != Abi.Errno.ENOSPC || isRetry || !Allocator.TryFreeSpace())
            {
                return done;
            }
        }

        Result<bool> AllocateStep(in MapChange change) => AllocateHoles(change, ref at, last);
    }

    /// <inheritdoc/>
    public Result RemoveRange(long start, long end)
    {
        Result left = IsInline ? LeaveInode() : Result.Ok;
        if (!left.IsOk)
        {
            return left;
        }

        ulong first = (ulong)(start / _unit);
        ulong last = end == long.MaxValue ? uint.MaxValue : (ulong)(end / _unit);
        DropPendingRange(first, last);
        return RemoveBlocks(first, last, isToEnd: end == long.MaxValue);
    }

    /// <inheritdoc/>
    public Result MakeUnwritten(long start, long end)
    {
        Result left = IsInline ? LeaveInode() : Result.Ok;
        if (!left.IsOk || !HasTree)
        {
            return left.IsOk ? ExtSpaceReasons.NoUnwrittenZeroes.At(_inode.Number) : left;
        }

        ulong at = (ulong)(start / _unit);
        ulong last = (ulong)(end / _unit);
        DropPendingRange(at, last);
        Result converted = RunBatches(ConvertStep);
        if (!converted.IsOk)
        {
            // No room for the border of an extent: a hole reads as zeros, too.
            Result removed = RemoveBlocks((ulong)(start / _unit), last, isToEnd: false);
            return removed.IsOk ? converted : removed;
        }

        return AllocateRange(start, end);

        Result<bool> ConvertStep(in MapChange change) =>
            _space.Writer.ConvertToUnwritten(change, ref at, last);
    }

    /// <inheritdoc/>
    public Result CollapseRange(long start, long end)
    {
        Result checkedRange = CheckShift(start, end);
        if (!checkedRange.IsOk)
        {
            return checkedRange;
        }

        ulong first = (ulong)(start / _unit);
        ulong last = (ulong)(end / _unit);
        DropPendingRange(first, uint.MaxValue);
        Result removed = RemoveBlocks(first, last, isToEnd: false);
        ulong at = last;
        return removed.IsOk ? RunBatches(ShiftStep) : removed;

        // The size goes with the last extent, so that no crash leaves it behind.
        Result<bool> ShiftStep(in MapChange change)
        {
            NoteMoved(change.Handle);
            Result<bool> done = _space.Writer.Shift(change, last, (long)first - (long)last, ref at);
            if (done.IsOk && done.Value)
            {
                SetDiskSizeLocked(_diskSize - (end - start));
            }

            return done;
        }
    }

    /// <inheritdoc/>
    public Result InsertRange(long start, long end)
    {
        Result checkedRange = CheckShift(start, end);
        if (!checkedRange.IsOk)
        {
            return checkedRange;
        }

        ulong first = (ulong)(start / _unit);
        ulong last = (ulong)(end / _unit);
        DropPendingRange(first, uint.MaxValue);
        using (SharedGuard guard = _lock.AcquireShared())
        {
            // What was allocated behind the end moves, too.
            if (_space.Writer.MappedEnd(_inode) + (last - first) > _space.Writer.BlocksMax(_inode))
            {
                return ExtSpaceReasons.ShiftTooFar.At(_inode.Number, $"by {last - first} blocks");
            }
        }

        Result split = RunBatches(SplitStep);
        ulong at = uint.MaxValue;
        return split.IsOk ? RunBatches(ShiftStep) : split;

        // The size grows first, so that no crash leaves extents beyond it.
        Result<bool> SplitStep(in MapChange change)
        {
            Result done = _space.Writer.SplitAt(change, first);
            if (!done.IsOk)
            {
                return done.Error;
            }

            SetDiskSizeLocked(_diskSize + (end - start));
            return true;
        }

        Result<bool> ShiftStep(in MapChange change)
        {
            NoteMoved(change.Handle);
            return _space.Writer.Shift(change, first, (long)last - (long)first, ref at);
        }
    }

    /// <inheritdoc/>
    public Result SetDiskSize(long sizeBytes)
    {
        Result left = IsInline && sizeBytes != _diskSize ? LeaveInode() : Result.Ok;
        if (!left.IsOk || sizeBytes == _diskSize)
        {
            return left;
        }

        Result<MetadataHandle> started = _space.Log.Start(_host.StoreCredits + _host.OrphanCredits);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                if (sizeBytes < _diskSize)
                {
                    _host.AddOrphan(handle);
                }

                using ExclusiveGuard guard = _lock.AcquireExclusive();
                SetDiskSizeLocked(sizeBytes);
                Store(handle);
                return Result.Ok;
            }
            catch (FsException damage) when (_space.NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }

    private delegate Result<bool> BatchStep(in MapChange change);

    // Runs a step in one transaction after the other until it is done or fails.
    private Result RunBatches(BatchStep step, bool endsOrphan = false)
    {
        int spare = _host.StoreCredits + (endsOrphan ? _host.OrphanCredits : 0);
        while (true)
        {
            Result<MetadataHandle> started = _space.Log.Start(PieceCredits() + spare);
            if (!started.TryGet(out MetadataHandle? handle, out FsError error))
            {
                return error;
            }

            using (handle)
            {
                try
                {
                    Result<bool> done = RunBatch(step, handle, spare);
                    if (!done.TryGet(out bool isDone, out error))
                    {
                        return error;
                    }

                    if (isDone && endsOrphan)
                    {
                        EndOrphan(handle);
                    }

                    if (isDone)
                    {
                        return Result.Ok;
                    }
                }
                catch (FsException damage) when (_space.NoteDamage(damage, handle))
                {
                    throw;
                }
            }
        }
    }

    private void EndOrphan(MetadataHandle handle)
    {
        _host.RemoveOrphan(handle);
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        Store(handle);
    }

    private Result<bool> RunBatch(BatchStep step, MetadataHandle handle, int spare)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        _budget.Reset(_space.CreditShare);
        try
        {
            return step(new MapChange(handle, _inode, _emergency, this, spare, _budget));
        }
        finally
        {
            Store(handle);
            Changed();
        }
    }

    private Result RemoveBlocks(ulong first, ulong last, bool isToEnd)
    {
        ulong at = last;
        return RunBatches(RemoveStep, isToEnd);

        Result<bool> RemoveStep(in MapChange change)
        {
            if (_ratio == 1)
            {
                return _space.Writer.RemoveRange(change, first, ref at);
            }

            // What shares a cluster with the range, and is not in the map, may lose the place it counted on.
            bool headWasUsed = IsInMap(first);
            bool tailWasUsed = IsInMap(last);
            Result<bool> done = _space.Writer.RemoveRange(change, first, ref at);
            Reclaim(first, headWasUsed);
            if (first - (first % _ratio) != last - (last % _ratio))
            {
                Reclaim(last, tailWasUsed);
            }

            return done;
        }
    }

    // Whether the map on disk uses the cluster of a block that is the border of a range.
    private bool IsInMap(ulong block) =>
        block % _ratio != 0 && block < uint.MaxValue && _space.Writer.FindCluster(_inode, block) is not null;

    // Under _lock exclusive: the map on disk may have lost its last block in the cluster of a block.
    private void Reclaim(ulong block, bool wasUsed)
    {
        if (!wasUsed || _space.Writer.FindCluster(_inode, block) is not null)
        {
            return;
        }

        ulong cluster = block - (block % _ratio);
        if (HasInFlight(cluster, cluster + _ratio))
        {
            _ = _usedInFlight.Add(cluster);
        }
        else if (HasDelayed(cluster))
        {
            Allocator.ForceClaim();
        }
    }

    private Result CheckShift(long start, long end)
    {
        Result left = IsInline ? LeaveInode() : Result.Ok;
        if (!left.IsOk)
        {
            return left;
        }

        if (!HasTree)
        {
            return ExtSpaceReasons.NoShift.At(_inode.Number);
        }

        long clusterBytes = (long)_ratio * _unit;
        return start % clusterBytes == 0 && end % clusterBytes == 0
            ? Result.Ok
            : ExtSpaceReasons.CannotShift.At(_inode.Number, $"clusters of {clusterBytes} bytes");
    }

    private void DropPendingRange(ulong first, ulong last)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        while (_pending.TryTake(first, last, out PendingRun part))
        {
            // Whoever drops pages has waited for writeback: what is in flight has a place, and no transfer under way.
            Check.That(part.State != PendingState.InFlightDirect);
            if (part.State == PendingState.Delayed)
            {
                ReleaseDelayed(part);
            }
            else
            {
                GiveBackInFlight(part);
            }
        }

        Allocator.DropWindow(_window);
        FitPurse();
        Changed();
    }

    // Fills holes with unwritten blocks.
    private Result<bool> AllocateHoles(in MapChange change, ref ulong at, ulong last)
    {
        while (at < last)
        {
            if (_pending.TryFind(at, out PendingRun pending))
            {
                at = pending.End;
                continue;
            }

            MappedRange found = _space.Map.Lookup(_inode, at);
            ulong stop = ulong.Min(ulong.Min(last, found.End), _pending.NextStart(at));
            if (found.State != MapState.Hole)
            {
                at = stop;
                continue;
            }

            if (!change.HasCredits(PieceCredits()))
            {
                return false;
            }

            ulong pieceEnd = _space.Writer.PieceEnd(_inode, at, MapState.Unwritten);
            Result<ulong> filled = FillHole(change, at, ulong.Min(stop, pieceEnd));
            if (!filled.TryGet(out ulong reached, out FsError error))
            {
                return error;
            }

            at = reached;
        }

        return true;
    }

    // Fills the start of a hole; answers to where.
    private Result<ulong> FillHole(in MapChange change, ulong first, ulong end)
    {
        // The hole becomes delayed and is chosen at once, as a direct write's: claims are counted in one place.
        ulong granted = Delay(first, end - first);
        if (granted == 0)
        {
            return ExtSpaceReasons.NoSpaceToAllocate.At(_inode.Number);
        }

        Result chosen = ChooseDirect(first, granted, out Iomap.Iomap iomap);
        if (!chosen.IsOk)
        {
            return chosen.Error;
        }

        ulong count = (ulong)(iomap.Length / _unit);
        Check.That(_pending.TryTake(first, first + count, out PendingRun run));
        bool isInserted = false;
        try
        {
            Result inserted = InsertPlaced(change, run, MapState.Unwritten);
            isInserted = inserted.IsOk;
            return isInserted ? first + count : inserted.Error;
        }
        finally
        {
            if (!isInserted)
            {
                GiveBackInFlight(run);
            }

            FitPurse();
        }
    }
}
