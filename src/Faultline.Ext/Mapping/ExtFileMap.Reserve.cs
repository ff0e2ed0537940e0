// Claims on space for data that become dirty, and the choice of blocks for them, both in memory only.

using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Iomap;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <content>Claims and choices.</content>
internal sealed partial class ExtFileMap
{
    private const long GrowingBytesMin = 64 << 10;

    /// <inheritdoc/>
    public void ReleaseReservation(long start, long end)
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
                _ = _pending.TryTake(part.First, part.End, out _);
                ReleaseDelayed(part);
            }
        }

        FitPurse();
        Changed();
    }

    /// <inheritdoc/>
    public Result MapWriteback(long position, long length, out Iomap.Iomap iomap)
    {
        ulong first = (ulong)(position / _unit);
        ulong end = first + ulong.Max(1, (ulong)((length + _unit - 1) / _unit));
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        if (_pending.TryFind(first, out PendingRun run))
        {
            PendingRun wanted = run.Part(first, end);
            if (run.State == PendingState.Delayed)
            {
                Result<PendingRun> chosen = Choose(wanted, PendingState.InFlight);
                if (!chosen.TryGet(out wanted, out FsError error))
                {
                    iomap = default;
                    return error;
                }
            }

            iomap = Answer(wanted, IomapFlags.New);
            return Result.Ok;
        }

        iomap = Look(first, end, seesPending: true);
        return iomap.Type == IomapType.Hole
            ? ExtSpaceReasons.DirtyUnmapped.At(_inode.Number, $"file block {first}")
            : Result.Ok;
    }

    /// <summary>Gives back what is held for the file to grow into: nobody has it open for writing any more.</summary>
    /// <locks>Takes: block map exclusive.</locks>
    internal void ReleaseWindow()
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        Allocator.DropWindow(_window);
    }

    private Result BeginWrite(ulong first, ulong end, out Iomap.Iomap iomap)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            Result converted = IsInline ? LeaveInode() : Result.Ok;
            if (!converted.IsOk)
            {
                iomap = default;
                return converted;
            }

            using (ExclusiveGuard guard = _lock.AcquireExclusive())
            {
                Iomap.Iomap found = Look(first, end, seesPending: true);
                if (found.Type != IomapType.Hole)
                {
                    iomap = found;
                    return Result.Ok;
                }

                ulong granted = Delay(first, (ulong)(found.Length / _unit));
                if (granted > 0)
                {
                    iomap = Answer(new PendingRun(first, granted, 0, PendingState.Delayed), IomapFlags.New);
                    return Result.Ok;
                }
            }

            if (isRetry || !Allocator.TryFreeSpace())
            {
                iomap = default;
                return NoSpaceToWrite();
            }
        }
    }

    private Result BeginDirect(ulong first, ulong end, out Iomap.Iomap iomap)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            Result converted = IsInline ? LeaveInode() : Result.Ok;
            if (!converted.IsOk)
            {
                iomap = default;
                return converted;
            }

            using (ExclusiveGuard guard = _lock.AcquireExclusive())
            {
                Iomap.Iomap found = Look(first, end, seesPending: true);
                if (found.Type != IomapType.Hole)
                {
                    // What was delayed here was written out before; what is left of it gets its blocks now.
                    return found.Type == IomapType.Delalloc
                        ? ChooseDirect(first, (ulong)(found.Length / _unit), out iomap)
                        : Found(found, out iomap);
                }

                ulong granted = Delay(first, (ulong)(found.Length / _unit));
                if (granted > 0)
                {
                    return ChooseDirect(first, granted, out iomap);
                }
            }

            if (isRetry || !Allocator.TryFreeSpace())
            {
                iomap = default;
                return NoSpaceToWrite();
            }
        }
    }

    private FsError NoSpaceToWrite() => ExtSpaceReasons.NoSpaceToWrite.At(_inode.Number);

    private static Result Found(in Iomap.Iomap found, out Iomap.Iomap iomap)
    {
        iomap = found;
        return Result.Ok;
    }

    // Under _lock exclusive; the blocks are delayed. What gets no place stays so only when it was before.
    private Result ChooseDirect(ulong first, ulong count, out Iomap.Iomap iomap)
    {
        ulong at = first;
        Result<PendingRun> chosen;
        PendingRun run;
        FsError error;
        bool isChosen;
        try
        {
            chosen = Choose(new PendingRun(first, count, 0, PendingState.Delayed), PendingState.InFlightDirect);
            isChosen = chosen.TryGet(out run, out error);
            at = isChosen ? run.End : first;
        }
        finally
        {
            while (_pending.TryTake(at, first + count, out PendingRun rest))
            {
                ReleaseDelayed(rest);
            }

            FitPurse();
        }

        iomap = isChosen ? Answer(run, IomapFlags.New) : default;
        return isChosen ? Result.Ok : error;
    }

    // Under _lock exclusive. Makes a part of a hole delayed; answers how many blocks from its start.
    private ulong Delay(ulong first, ulong count)
    {
        bool isBeyondPointers = !HasTree && _space.Super.BlockCount > uint.MaxValue;
        count = first >= _space.Writer.BlocksMax(_inode) || isBeyondPointers
            ? 0
            : ulong.Min(count, _space.Writer.BlocksMax(_inode) - first);
        if (count == 0)
        {
            return 0;
        }

        long nodes = _space.Writer.NodesFor(
            _inode,
            (long)(_pending.Blocks + count),
            _pending.Count + 1,
            ulong.Max(_pending.End, first + count));
        long beside = long.Max(0, nodes - _purse.Clusters);
        ulong granted = _ratio == 1
            ? (ulong)Allocator.ReserveSome((long)count, beside)
            : DelayClusters(first, count, beside);
        if (granted > 0)
        {
            _purse.Clusters += beside;
            _pending.Add(new PendingRun(first, granted, 0, PendingState.Delayed));
        }

        return granted;
    }

    // With clusters: only those need a claim in which the file has nothing yet.
    private ulong DelayClusters(ulong first, ulong count, long beside)
    {
        ulong at = first;
        bool isPaid = false;
        while (at < first + count)
        {
            ulong cluster = at - (at % _ratio);
            ulong stop = ulong.Min(first + count, cluster + _ratio);
            bool isFresh = !HasDelayed(cluster) && PlaceInCluster(at) is null;
            long wanted = (isFresh ? 1 : 0) + (isPaid ? 0 : beside);
            if (wanted > 0 && !Allocator.Reserve(wanted).IsOk)
            {
                return at - first;
            }

            isPaid = true;
            at = stop;
        }

        return count;
    }

    private bool HasDelayed(ulong cluster)
    {
        ulong at = cluster;
        while (_pending.TryNext(at, out PendingRun run) && run.First < cluster + _ratio)
        {
            if (run.State == PendingState.Delayed)
            {
                return true;
            }

            at = run.End;
        }

        return false;
    }

    // The block that belongs to a file block because another block of its cluster has its place already.
    private ulong? PlaceInCluster(ulong block)
    {
        ulong cluster = block - (block % _ratio);
        ulong at = cluster;
        while (_pending.TryNext(at, out PendingRun run) && run.First < cluster + _ratio)
        {
            if (run.State != PendingState.Delayed)
            {
                ulong inside = ulong.Max(run.First, cluster);
                ulong start = run.Start + (inside - run.First) - (inside - cluster);
                return start + (block - cluster);
            }

            at = run.End;
        }

        return _space.Writer.FindCluster(_inode, block);
    }

    // Under _lock exclusive. Gives delayed blocks a place, as many as lie together.
    private Result<PendingRun> Choose(in PendingRun wanted, PendingState state)
    {
        ulong inCluster = wanted.First % _ratio;
        if (_ratio > 1 && PlaceInCluster(wanted.First) is ulong place)
        {
            ulong fitting = ulong.Min(wanted.Count, _ratio - inCluster);
            return Place(new PendingRun(wanted.First, fitting, place, state));
        }

        ulong count = _ratio == 1 ? wanted.Count : CountWithoutPlace(wanted);
        bool grows = (long)wanted.End * _unit >= _host.SizeBytes
            && (long)wanted.End * _unit > GrowingBytesMin;
        Result<BlockRun> chosen = Allocator.AllocateInMemory(
            GoalFor(wanted.First), inCluster + count, grows ? _window : null);
        if (!chosen.TryGet(out BlockRun run, out FsError error))
        {
            return error;
        }

        count = ulong.Min(count, run.Count - inCluster);
        return Place(new PendingRun(wanted.First, count, run.Start + inCluster, state));
    }

    private PendingRun Place(in PendingRun run)
    {
        Check.That(_pending.TryTake(run.First, run.End, out PendingRun taken));
        Check.That(taken.Count == run.Count);
        Check.That(taken.State == PendingState.Delayed);
        _pending.Add(run);
        return run;
    }

    // Blocks from the start of a run to the first cluster that has its place already.
    private ulong CountWithoutPlace(in PendingRun wanted)
    {
        ulong at = wanted.First - (wanted.First % _ratio) + _ratio;
        while (at < wanted.End && PlaceInCluster(at) is null)
        {
            at += _ratio;
        }

        return ulong.Min(at, wanted.End) - wanted.First;
    }

    private ulong GoalFor(ulong first)
    {
        bool isAfterPending = first > 0
            && _pending.TryFind(first - 1, out PendingRun before)
            && before.State != PendingState.Delayed;
        if (!isAfterPending)
        {
            return AlignGoal(_space.Writer.GoalFor(_inode, first), first);
        }

        _ = _pending.TryFind(first - 1, out before);
        return AlignGoal(before.Start + (first - before.First), first);
    }

    // A goal names the cluster in which the block would lie.
    private ulong AlignGoal(ulong goal, ulong first)
    {
        ulong inCluster = first % _ratio;
        return goal >= inCluster ? goal - inCluster : goal;
    }

    // Under _lock exclusive; the run was taken out of the pending ones. Gives its claims back.
    private void ReleaseDelayed(in PendingRun run)
    {
        if (_ratio == 1)
        {
            Allocator.Release((long)run.Count);
            return;
        }

        for (ulong at = run.First; at < run.End; at += _ratio - (at % _ratio))
        {
            bool hadClaim = !HasDelayed(at - (at % _ratio)) && PlaceInCluster(at) is null;
            Allocator.Release(hadClaim ? 1 : 0);
        }
    }

    // Under _lock exclusive. Claims for the map no larger than what is pending needs.
    private void FitPurse()
    {
        long needed = _space.Writer.NodesFor(_inode, (long)_pending.Blocks, _pending.Count, _pending.End);
        if (_purse.Clusters > needed)
        {
            Allocator.Release(_purse.Clusters - needed);
            _purse.Clusters = needed;
        }
    }
}
