// The policy RangeLock: exact ranges, four modes, and a fast path for Fill and Modify.
//
// Fast path: pack (mode, range) into one word and swap it into a slot that is 0 (one interlocked
// operation), then look at _exclusiveCount. Nobody freezes or invalidates: done. A Freeze or
// Invalidate request raises the count (interlocked) before it reads the slots, so at least one of
// the two sees the other. Slots: one inside the lock; when two tasks meet there, a striped array,
// hashed by thread, is added once. A slot is left by a plain store and a look at the count; an
// exclusive request pays for that with a process-wide barrier before it looks again and parks.
//
// Slow path: entries under the gate. A request waits for granted entries and slots that conflict
// and for conflicting earlier waiters: FIFO among overlapping requests only, disjoint ranges never
// wait. A waiter whose way is free is woken to compete (eligible), and running tasks may pass it
// until it is overdue; then it is granted directly. So nobody waits for a holder that does not run
// yet.
//
// Invariants: no two holders conflict; _exclusiveCount is the number of Freeze and Invalidate
// entries, granted or waiting. Locks: the gate guards the lists and their entries.

using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Faultline.Locking.Ranges;

/// <summary>The invalidate lock with exact ranges.</summary>
/// <param name="key">Its class.</param>
/// <param name="order">Instance order.</param>
internal sealed partial class RangeLock(LockKey key, ulong order) : InvalidateLock(key, order)
{
    private const int WordsPerStripe = 8; // one cache line a stripe
    private static readonly int s_stripeCount =
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4);

    private RangeEntryList _granted; // guarded by _gate
    private RangeEntryList _waiting; // guarded by _gate, in order of arrival
    private RangeEntryList _pool; // guarded by _gate
    private int _grantedExclusiveCount; // written under _gate; a hint without it
    private long[]? _stripes; // lock-free: set once; words are swapped from 0 and stored to 0
    private Gate _gate;

    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second)
    {
        bool mayPublish = second is null && _exclusiveCount == 0;
        if (mayPublish && TryPublish(mode, first, last, out int slot))
        {
            return new RangeTicket(slot, null);
        }

        return TakeSlow(mode, first, last, second);
    }

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        if (TryPublish(mode, first, last, out int slot))
        {
            ticket = new RangeTicket(slot, null);
            return true;
        }

        _gate.Enter();
        RangeEntry entry = NewEntry(mode, first, last, null);
        long free = RangeTrim.FreePrefix(_granted, entry);
        free = Math.Min(free, RangeTrim.FreePrefix(_waiting, entry));
        free = Math.Min(free, FreePrefixOfSlots(entry));
        bool fits = free >= minimum;
        if (fits)
        {
            last = Math.Min(last, free);
            entry.Last = last;
            Grant(entry);
        }
        else
        {
            Discard(entry);
        }

        _gate.Exit();
        ticket = new RangeTicket(RangeTicket.NoSlot, entry);
        return fits;
    }

    private protected override void GiveBack(RangeTicket ticket)
    {
        if (ticket.Entry is null)
        {
            LeaveStripe(ticket.Slot);
            return;
        }

        _gate.Enter();
        RangeEntry entry = ticket.Entry;
        _granted.Remove(entry);
        _grantedExclusiveCount -= entry.IsExclusive ? 1 : 0;
        Discard(entry);
        WakeBatch woken = ServeLocked();
        _gate.Exit();
        woken.Wake();
    }

    private protected override void ServeAfterSlot()
    {
        _gate.Enter();
        WakeBatch woken = ServeLocked();
        _gate.Exit();
        woken.Wake();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RangeTicket TakeSlow(InvalidateMode mode, long first, long last, RangePart? second)
    {
        TaskContext task = TaskContext.Current;
        _gate.Enter();
        RangeEntry entry = NewEntry(mode, first, last, second);
        bool isBlocked = IsBlocked(entry, null);
        if (!isBlocked)
        {
            Grant(entry);
        }
        else
        {
            Discard(entry);
        }

        _gate.Exit();
        if (isBlocked)
        {
            task.BeforeBlocking(this);
            if (task.IsControlled || !SpinFor(mode, first, last, second, out RangeTicket spun))
            {
                return Wait(task, mode, first, last, second);
            }

            return spun;
        }

        return new RangeTicket(RangeTicket.NoSlot, entry);
    }

    /// <summary>Looks again a few times before it queues.</summary>
    private bool SpinFor(
        InvalidateMode mode, long first, long last, RangePart? second, out RangeTicket ticket)
    {
        for (int round = 0; round < TaskContext.SpinRounds; round++)
        {
            Thread.SpinWait(TaskContext.SpinLength);
            if (second is null && TryPublish(mode, first, last, out int slot))
            {
                ticket = new RangeTicket(slot, null);
                return true;
            }

            // The gate is dear while many look: every fourth round, and only with some hope.
            bool hasHope = (round & 3) == 3 && Volatile.Read(ref _grantedExclusiveCount) == 0;
            if (hasHope && TryGrant(mode, first, last, second, out RangeEntry? entry))
            {
                ticket = new RangeTicket(RangeTicket.NoSlot, entry);
                return true;
            }
        }

        ticket = default;
        return false;
    }

    private bool TryGrant(
        InvalidateMode mode, long first, long last, RangePart? second, out RangeEntry? granted)
    {
        _gate.Enter();
        RangeEntry entry = NewEntry(mode, first, last, second);
        bool isBlocked = IsBlocked(entry, null);
        if (isBlocked)
        {
            Discard(entry);
        }
        else
        {
            Grant(entry);
        }

        _gate.Exit();
        granted = isBlocked ? null : entry;
        return !isBlocked;
    }

    private RangeTicket Wait(
        TaskContext task, InvalidateMode mode, long first, long last, RangePart? second)
    {
        Waiter waiter = task.Waiter;
        waiter.Begin();
        _gate.Enter();
        RangeEntry entry = NewEntry(mode, first, last, second);
        entry.Waiter = waiter;
        _waiting.Append(entry);
        if (entry.IsExclusive)
        {
            // A slot left without seeing the count was left before this barrier ends.
            _gate.Exit();
            Interlocked.MemoryBarrierProcessWide();
            _gate.Enter();
        }

        while (!waiter.IsGranted)
        {
            entry.IsEligible = false;
            if (!IsBlocked(entry, entry))
            {
                _waiting.Remove(entry);
                Grant(entry);
                break;
            }

            _gate.Exit();
            _ = task.Park(this);
            _gate.Enter();
        }

        _gate.Exit();
        return new RangeTicket(RangeTicket.NoSlot, entry);
    }

    /// <summary>A request, counted if it is exclusive. Inside the gate.</summary>
    private RangeEntry NewEntry(InvalidateMode mode, long first, long last, RangePart? second)
    {
        RangeEntry? entry = _pool.First;
        if (entry is null)
        {
            entry = new RangeEntry();
        }
        else
        {
            _pool.Remove(entry);
        }

        entry.Begin(mode, first, last, second);
        if (entry.IsExclusive)
        {
            _ = Interlocked.Increment(ref _exclusiveCount);
        }

        return entry;
    }

    private void Discard(RangeEntry entry)
    {
        _exclusiveCount -= entry.IsExclusive ? 1 : 0;
        _pool.Append(entry);
    }

    private void Grant(RangeEntry entry)
    {
        entry.Waiter = null;
        _granted.Append(entry);
        _grantedExclusiveCount += entry.IsExclusive ? 1 : 0;
    }

    /// <summary>Grants or wakes, in order of arrival, every waiter whose way is free.</summary>
    private WakeBatch ServeLocked()
    {
        WakeBatch woken = default;
        RangeEntry? next = _waiting.First;
        while (next is RangeEntry entry)
        {
            next = entry.Next;
            if (entry.IsEligible || IsBlocked(entry, entry))
            {
                continue;
            }

            Waiter waiter = entry.Waiter!;
            if (!waiter.IsOverdue)
            {
                entry.IsEligible = true;
                woken.Add(waiter.Task);
                continue;
            }

            _waiting.Remove(entry);
            Grant(entry);
            woken.Add(waiter.Task);
            waiter.MarkGranted();
        }

        return woken;
    }

    /// <summary>Whether the entry conflicts with a holder or with a waiter before
    /// <paramref name="end"/>.</summary>
    private bool IsBlocked(RangeEntry entry, RangeEntry? end)
    {
        for (RangeEntry? held = _granted.First; held is not null; held = held.Next)
        {
            if (held.ConflictsWith(entry))
            {
                return true;
            }
        }

        RangeEntry? earlier = _waiting.First;
        while (earlier is not null && !ReferenceEquals(earlier, end))
        {
            bool mayBePassed = earlier.IsEligible && !earlier.Waiter!.IsOverdue;
            if (!mayBePassed && earlier.ConflictsWith(entry))
            {
                return true;
            }

            earlier = earlier.Next;
        }

        return entry.IsExclusive && IsBlockedBySlots(entry);
    }
}
