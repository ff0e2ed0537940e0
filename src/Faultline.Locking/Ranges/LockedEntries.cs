// The policy LockedEntries: every request puts its entry into the index at once, where it stops all
// later ones, and then waits for the earlier entries in its way, each of which tells its followers
// when it goes. FIFO among overlapping requests; no fast path, no overtaking.
// With LetsFillsPass it is the policy FallocQueue: an invalidation of a part does not wait for fills that came
// before it,
// only those after it wait; one of everything (the file leaves memory) waits for all.
// Invariant: an entry is granted when BlockerCount is 0. Locks: the gate guards index and entries.

using System;
using System.Collections.Generic;

namespace Faultline.Locking.Ranges;

/// <summary>The invalidate lock as entries in an index.</summary>
internal sealed class LockedEntries : InvalidateLock
{
    private readonly List<RangeEntry> _index = []; // guarded by _gate
    private Gate _gate;

    public LockedEntries(LockKey key, ulong order)
        : base(key, order)
    {
        _exclusiveCount = 1; // Keeps the inline slot unused for ever.
    }

    /// <summary>Whether an invalidation of a part leaves fills in flight alone.</summary>
    public bool LetsFillsPass { get; init; }

    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second)
    {
        RangeEntry entry = new() { Mode = mode, First = first, Last = last, Second = second };
        TaskContext task = TaskContext.Current;
        Waiter waiter = task.Waiter;
        _gate.Enter();
        CountBlockers(entry);
        bool waits = entry.BlockerCount > 0;
        if (waits)
        {
            waiter.Begin();
            entry.Waiter = waiter;
        }

        _index.Add(entry);
        _gate.Exit();
        if (waits)
        {
            WaitForGrant(task, waiter, entry);
        }

        return new RangeTicket(RangeTicket.NoSlot, entry);
    }

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        RangeEntry entry = new() { Mode = mode, First = first, Last = last };
        ticket = new RangeTicket(RangeTicket.NoSlot, entry);
        _gate.Enter();
        long free = RangeTrim.FreePrefix(_index, entry);
        bool fits = free >= minimum;
        if (fits)
        {
            last = Math.Min(last, free);
            entry.Last = last;
            _index.Add(entry);
        }

        _gate.Exit();
        return fits;
    }

    private protected override void GiveBack(RangeTicket ticket)
    {
        RangeEntry entry = ticket.Entry!;
        _gate.Enter();
        _ = _index.Remove(entry);
        if (entry.Followers is List<RangeEntry> followers)
        {
            foreach (RangeEntry follower in followers)
            {
                follower.BlockerCount--;
                if (follower.BlockerCount == 0)
                {
                    Waiter waiter = follower.Waiter!;
                    follower.Waiter = null;
                    waiter.Grant();
                }
            }
        }

        _gate.Exit();
    }

    private protected override void ServeAfterSlot()
    {
        // OK: nothing to do, for the inline slot is never taken.
    }

    private void WaitForGrant(TaskContext task, Waiter waiter, RangeEntry entry)
    {
        bool isEntitled = false;
        try
        {
            task.BeforeBlocking(this);
            isEntitled = true;
        }
        finally
        {
            if (!isEntitled)
            {
                Abandon(entry);
            }
        }

        while (!waiter.IsGranted)
        {
            _ = task.Park(this);
        }
    }

    /// <summary>Takes back an entry whose task may not wait after all.</summary>
    private void Abandon(RangeEntry entry)
    {
        _gate.Enter();
        foreach (RangeEntry each in _index)
        {
            _ = each.Followers?.Remove(entry);
        }

        _gate.Exit();
        GiveBack(new RangeTicket(RangeTicket.NoSlot, entry));
    }

    private void CountBlockers(RangeEntry entry)
    {
        foreach (RangeEntry earlier in _index)
        {
            if (earlier.ConflictsWith(entry) && !MayPass(earlier, entry))
            {
                earlier.Followers ??= [];
                earlier.Followers.Add(entry);
                entry.BlockerCount++;
            }
        }
    }

    private bool MayPass(RangeEntry earlier, RangeEntry entry) =>
        LetsFillsPass
            && earlier.Mode == InvalidateMode.Fill
            && entry.Mode == InvalidateMode.Invalidate
            && !(entry.First == 0 && entry.Last == long.MaxValue);
}
