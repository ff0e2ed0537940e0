// The ends of I/O: what was in flight enters the map, in transactions that commit after the data are durable; or goes
// back.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <content>The ends of I/O.</content>
internal sealed partial class ExtFileMap
{
    // Clusters that are used on disk while all blocks of the file in them are in flight: others were removed.
    private readonly HashSet<ulong> _usedInFlight = []; // guarded by _lock

    /// <inheritdoc/>
    public Result CompleteWrite(long start, long end)
    {
        ulong at = (ulong)(start / _unit);
        ulong last = (ulong)((end + _unit - 1) / _unit);
        while (true)
        {
            int least = PieceCredits() + _host.StoreCredits;
            Result<MetadataHandle> started = _space.Log.Start(least, HandleKind.IoEnd);
            if (!started.TryGet(out MetadataHandle? handle, out FsError error))
            {
                return error;
            }

            using (handle)
            {
                try
                {
                    handle.DependsOnData();
                    Result<bool> done = CompleteBatch(handle, ref at, last, end);
                    if (!done.TryGet(out bool isDone, out error))
                    {
                        return error;
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

    /// <inheritdoc/>
    public void AbandonWrite(long start, long end)
    {
        ulong last = (ulong)(end / _unit);
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        ulong at = (ulong)(start / _unit);
        while (at < last && _pending.TryNext(at, out PendingRun run) && run.First < last)
        {
            PendingRun part = run.Part(at, last);
            at = part.End;
            if (part.State == PendingState.Delayed)
            {
                continue;
            }

            _ = _pending.TryTake(part.First, part.End, out _);
            if (part.State == PendingState.InFlight)
            {
                _pending.Add(new PendingRun(part.First, part.Count, 0, PendingState.Delayed));
            }

            GiveBackInFlight(part);
        }

        FitPurse();
        Changed();
    }

    private int PieceCredits() => _space.Writer.StepCredits(_inode)
        + _space.Writer.InsertCredits(_inode, 1)
        + (6 * BlockAllocator.CreditsPerRun);

    // One transaction's part of an I/O end: an ascending prefix, and the size up to its end.
    private Result<bool> CompleteBatch(MetadataHandle handle, ref ulong at, ulong last, long end)
    {
        ulong first = at;
        MapChange change = new(handle, _inode, _purse, this, _host.StoreCredits, _budget);
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        _budget.Reset(_space.CreditShare);
        try
        {
            while (at < last)
            {
                Result<bool> done = _pending.TryFind(at, out PendingRun run)
                    ? CompletePending(change, run, ref at, last)
                    : _space.Writer.ConvertToWritten(change, ref at, ulong.Min(last, _pending.NextStart(at)));
                if (!done.IsOk || !done.Value)
                {
                    return done;
                }
            }

            return true;
        }
        finally
        {
            long reached = at >= last ? end : (long)at * _unit;
            long size = long.Min(reached, _host.SizeBytes);
            if ((at > first || at >= last) && size > _diskSize)
            {
                SetDiskSizeLocked(size);
            }

            Store(handle);
            FitPurse();
            Changed();
        }
    }

    private Result<bool> CompletePending(in MapChange change, in PendingRun run, ref ulong at, ulong last)
    {
        if (run.State == PendingState.Delayed)
        {
            at = ulong.Min(last, run.End);
            return true;
        }

        PendingRun piece = run.Part(at, ulong.Min(last, _space.Writer.PieceEnd(_inode, at, MapState.Written)));
        if (!change.HasCredits(PieceCredits()))
        {
            return false;
        }

        Result inserted = InsertPlaced(change, piece, MapState.Written);
        if (!inserted.IsOk)
        {
            return inserted.Error;
        }

        _ = _pending.TryTake(piece.First, piece.End, out _);
        at = piece.End;
        return true;
    }

    // Enters a run whose blocks were chosen in the map, and its clusters in the bitmaps.
    private Result InsertPlaced(in MapChange change, in PendingRun run, MapState state)
    {
        MappedRange range = new(run.First, run.Count, state, run.Start);
        if (_ratio == 1)
        {
            Result whole = _space.Writer.Insert(change, range);
            if (whole.IsOk)
            {
                CommitClusters(change, run.Start, run.Count);
            }

            return whole;
        }

        // Before the map knows the run: others may have brought clusters in already.
        ulong first = run.First - (run.First % _ratio);
        ulong end = run.End + ((_ratio - (run.End % _ratio)) % _ratio);
        bool headIsUsed = _space.Writer.FindCluster(_inode, first) is not null;
        bool tailIsUsed = _space.Writer.FindCluster(_inode, end - _ratio) is not null;
        Result inserted = _space.Writer.Insert(change, range);
        if (!inserted.IsOk)
        {
            return inserted;
        }

        ulong from = first;
        for (ulong cluster = first; cluster <= end; cluster += _ratio)
        {
            bool isUsed = (cluster == first && headIsUsed)
                || (cluster == end - _ratio && tailIsUsed)
                || (cluster < end && _usedInFlight.Count > 0 && _usedInFlight.Remove(cluster));
            if (isUsed || cluster == end)
            {
                CommitClusters(change, run.Start - (run.First - first) + (from - first), cluster - from);
                from = cluster + _ratio;
            }
        }

        return Result.Ok;
    }

    private void CommitClusters(in MapChange change, ulong start, ulong count)
    {
        if (count > 0)
        {
            Allocator.CommitInFlight(change.Handle, start, count);
            _space.Writer.Space.ChargeClusters(_inode, (long)(count / _ratio));
        }
    }

    // Under _lock exclusive; the run was taken out of the pending ones, and is perhaps delayed again. Clusters in which
    // nothing is chosen any more go back; a delayed block in one keeps the claim.
    private void GiveBackInFlight(in PendingRun run)
    {
        if (_ratio == 1)
        {
            Allocator.AbandonInFlight(run.Start, run.Count);
            if (!_pending.TryFind(run.First, out PendingRun again) || again.State != PendingState.Delayed)
            {
                Allocator.Release((long)run.Count);
            }

            return;
        }

        for (ulong at = run.First; at < run.End; at += _ratio - (at % _ratio))
        {
            ulong cluster = at - (at % _ratio);
            bool isElsewhere = PlaceInCluster(at) is not null || _usedInFlight.Contains(cluster);
            if (isElsewhere)
            {
                continue;
            }

            Allocator.AbandonInFlight(run.Start + (at - run.First) - (at % _ratio), _ratio);
            Allocator.Release(HasDelayed(cluster) ? 0 : 1);
        }
    }
}
