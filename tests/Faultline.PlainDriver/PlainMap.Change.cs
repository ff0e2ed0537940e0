// Reserving, allocating and moving blocks.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Locking;

namespace Faultline.PlainDriver;

internal sealed partial class PlainMap
{
    public Result AllocateRange(long start, long end)
    {
        long first = start / _unit;
        long last = (end + _unit - 1) / _unit;
        bool mayRetry = true;
        while (true)
        {
            bool isFull;
            using (ExclusiveGuard guard = _lock.AcquireExclusive())
            {
                isFull = !TryAllocateHoles(first, last);
                Changed();
            }

            if (!isFull)
            {
                return Result.Ok;
            }

            if (!mayRetry || !_volume.TryFreeSpace())
            {
                return PlainReasons.NoSpace;
            }

            mayRetry = false;
        }
    }

    public Result RemoveRange(long start, long end)
    {
        long first = start / _unit;
        long last = end == long.MaxValue ? long.MaxValue : end / _unit;
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        DropPending(first, last);
        FreeExtents(_extents.Remove(first, last));
        Changed();
        return Result.Ok;
    }

    public Result MakeUnwritten(long start, long end)
    {
        long first = start / _unit;
        long last = end / _unit;
        using (ExclusiveGuard guard = _lock.AcquireExclusive())
        {
            DropPending(first, last);
            foreach (PlainExtent run in _extents.Remove(first, last))
            {
                KeepUnwritten(run);
            }

            Changed();
        }

        return AllocateRange(start, end);
    }

    public Result CollapseRange(long start, long end)
    {
        long first = start / _unit;
        long last = end / _unit;
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        DropPending(first, long.MaxValue);
        FreeExtents(_extents.Remove(first, last));
        _extents.Shift(last, first - last);
        Changed();
        return Result.Ok;
    }

    public Result InsertRange(long start, long end)
    {
        long first = start / _unit;
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        DropPending(first, long.MaxValue);
        List<PlainExtent> tail = _extents.Remove(first, long.MaxValue);
        foreach (PlainExtent run in tail)
        {
            _extents.Add(run with { First = run.First + ((end - start) / _unit) });
        }

        Changed();
        return Result.Ok;
    }

    public Result ShareRange(long start, long length, IIomapWriter target, long targetStart)
    {
        PlainMap other = (PlainMap)target;
        long count = length / _unit;
        long distance = (targetStart - start) / _unit;
        using ExclusiveGuard outer = First(other)._lock.AcquireExclusive();
        using ExclusiveGuard inner = ReferenceEquals(other, this)
            ? default
            : Second(other)._lock.AcquireExclusive(1);
        List<PlainExtent> runs = _extents.In(start / _unit, (start / _unit) + count);
        _ = runs.RemoveAll(static run => run.State == PlainState.Unwritten);
        foreach (PlainExtent run in runs)
        {
            Space.Share(run.Disk, run.Count);
        }

        other.DropPending(targetStart / _unit, (targetStart / _unit) + count);
        FreeExtents(other._extents.Remove(targetStart / _unit, (targetStart / _unit) + count));
        foreach (PlainExtent run in runs)
        {
            other._extents.Add(run with { First = run.First + distance });
        }

        other.Changed();
        Changed();
        return Result.Ok;
    }

    public Result ExchangeRange(long start, long length, IIomapWriter other, long otherStart)
    {
        PlainMap right = (PlainMap)other;
        long count = length / _unit;
        using ExclusiveGuard outer = First(right)._lock.AcquireExclusive();
        using ExclusiveGuard inner = ReferenceEquals(right, this)
            ? default
            : Second(right)._lock.AcquireExclusive(1);
        long distance = (otherStart - start) / _unit;
        List<PlainExtent> mine = _extents.Remove(start / _unit, (start / _unit) + count);
        List<PlainExtent> theirs = right._extents.Remove(otherStart / _unit, (otherStart / _unit) + count);
        foreach (PlainExtent run in mine)
        {
            right._extents.Add(run with { First = run.First + distance });
        }

        foreach (PlainExtent run in theirs)
        {
            _extents.Add(run with { First = run.First - distance });
        }

        right.Changed();
        Changed();
        return Result.Ok;
    }

    private PlainMap First(PlainMap other) => _inode.Number.Value <= other._inode.Number.Value ? this : other;

    private PlainMap Second(PlainMap other) => ReferenceEquals(First(other), this) ? other : this;

    private Result BeginWrite(long first, long end, out Iomap.Iomap iomap)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            using (ExclusiveGuard guard = _lock.AcquireExclusive())
            {
                Iomap.Iomap found = Look(first, end, seesPending: true);
                bool needsReservation = found.Type == IomapType.Hole
                    || (found.Type == IomapType.Mapped && (found.Flags & IomapFlags.Shared) != 0
                        && !_pending.TryFind(first, out _));
                if (!needsReservation)
                {
                    iomap = found;
                    return Result.Ok;
                }

                long granted = Space.Reserve(found.Length / _unit);
                if (granted > 0)
                {
                    PlainExtent run = new(first, granted, 0, PlainState.Delayed);
                    _pending.Add(run);
                    iomap = WithSource(Answer(run, IomapType.Delalloc, IomapFlags.New));
                    return Result.Ok;
                }
            }

            if (isRetry || !_volume.TryFreeSpace())
            {
                iomap = default;
                return PlainReasons.NoSpaceToWrite;
            }
        }
    }

    private Result BeginDirect(long first, long end, out Iomap.Iomap iomap)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            using (ExclusiveGuard guard = _lock.AcquireExclusive())
            {
                Iomap.Iomap found = Look(first, end, seesPending: true);
                bool needsBlocks = found.Type == IomapType.Hole || (found.Flags & IomapFlags.Shared) != 0;
                if (!needsBlocks)
                {
                    iomap = found;
                    return Result.Ok;
                }

                long count = Space.Allocate(found.Length / _unit, fromReservation: false, out long disk);
                if (count > 0)
                {
                    PlainExtent run = new(first, count, disk, PlainState.InFlightDirect);
                    _pending.Add(run);
                    iomap = WithSource(Answer(run, IomapType.Mapped, IomapFlags.New));
                    return Result.Ok;
                }
            }

            if (isRetry || !_volume.TryFreeSpace())
            {
                iomap = default;
                return PlainReasons.NoSpaceDirect;
            }
        }
    }

    private bool TryAllocateHoles(long first, long last)
    {
        long at = first;
        while (at < last)
        {
            if (_extents.TryFind(at, out PlainExtent present))
            {
                at = present.End;
            }
            else if (_pending.TryFind(at, out PlainExtent pending))
            {
                at = pending.End;
            }
            else
            {
                long stop = Math.Min(last, Math.Min(_extents.NextStart(at), _pending.NextStart(at)));
                long count = Space.Allocate(stop - at, fromReservation: false, out long disk);
                if (count == 0)
                {
                    return false;
                }

                _extents.Add(new PlainExtent(at, count, disk, PlainState.Unwritten));
                at += count;
            }
        }

        return true;
    }

    private void DropPending(long first, long last)
    {
        foreach (PlainExtent run in _pending.Remove(first, last))
        {
            // Whoever drops pages has waited for writeback: what is in flight has a place, and no transfer under way.
            Check.That(run.State != PlainState.InFlightDirect);
            if (run.State == PlainState.Delayed)
            {
                Space.Release(run.Count);
            }
            else
            {
                Space.Unallocate(run.Disk, run.Count, toReservation: false);
            }
        }
    }

    private void KeepUnwritten(PlainExtent run)
    {
        for (long block = 0; block < run.Count; block++)
        {
            PlainExtent one = run.Part(run.First + block, run.First + block + 1);
            if (Space.IsShared(one.Disk))
            {
                Space.Free(one.Disk, 1);
            }
            else
            {
                _extents.Add(one with { State = PlainState.Unwritten });
            }
        }
    }
}
