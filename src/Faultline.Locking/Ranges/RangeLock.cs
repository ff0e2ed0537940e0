// The policy RangeLock: exact ranges, four modes, and a fast path for Fill and Modify.
//
// Fast path: pack (mode, range) into one word and swap it into a slot that is 0 (one interlocked
// operation, a full fence), then look at _exclusiveCount. Nobody freezes or invalidates: done. A
// Freeze or Invalidate request raises the count (full fence) before it reads the slots. So at least
// one of the two sees the other. Slots: one inside the lock; when two tasks meet there, a striped
// array, hashed by thread, is added once.
//
// Slow path: entries under the gate. A request waits for granted entries and slots that conflict and
// for conflicting earlier waiters: FIFO among overlapping requests only, disjoint ranges never wait.
// An exclusive waiter whose way is free is woken to compete (eligible), and running tasks may pass it
// until it is overdue; then it is granted directly. Shared waiters are always granted directly.
//
// Invariants: no two holders conflict; _exclusiveCount is the number of Freeze and Invalidate
// entries, granted or waiting. Locks: the gate guards _granted, _waiting and entries.

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Faultline.Locking.Ranges;

/// <summary>The invalidate lock with exact ranges.</summary>
/// <param name="key">Its class.</param>
/// <param name="order">Instance order.</param>
internal sealed class RangeLock(LockKey key, ulong order) : InvalidateLock(key, order)
{
    private const int InlineSlot = 0;
    private const int WordsPerStripe = 8; // one cache line a stripe
    private static readonly int s_stripeCount =
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4);

    private readonly List<RangeEntry> _granted = []; // guarded by _gate
    private readonly List<RangeEntry> _waiting = []; // guarded by _gate, in order of arrival
    private long _inlineSlot; // lock-free: swapped from and to 0, see the top
    private long[]? _stripes; // lock-free: set once
    private int _exclusiveCount; // written under _gate with a full fence, read without it
    private Gate _gate;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second)
    {
        if (mode <= InvalidateMode.Modify && second is null
            && TryPublish(mode, first, last, out int slot))
        {
            return new RangeTicket(mode, slot, null);
        }

        return TakeSlow(mode, first, last, second);
    }

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        if (mode <= InvalidateMode.Modify && TryPublish(mode, first, last, out int slot))
        {
            ticket = new RangeTicket(mode, slot, null);
            return true;
        }

        RangeEntry entry = new() { Mode = mode, First = first, Last = last };
        ticket = new RangeTicket(mode, -1, entry);
        _gate.Enter();
        RaiseExclusive(entry);
        long free = RangeTrim.FreePrefix(_granted, entry);
        free = Math.Min(free, RangeTrim.FreePrefix(_waiting, entry));
        free = Math.Min(free, FreePrefixOfSlots(entry));
        bool fits = free >= minimum;
        if (fits)
        {
            last = Math.Min(last, free);
            entry.Last = last;
            _granted.Add(entry);
        }
        else
        {
            LowerExclusive(entry);
        }

        _gate.Exit();
        return fits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected override void GiveBack(RangeTicket ticket)
    {
        if (ticket.Entry is null)
        {
            _ = Interlocked.Exchange(ref SlotAt(ticket.Slot), 0);
            if (_exclusiveCount != 0)
            {
                Serve(removed: null);
            }

            return;
        }

        Serve(ticket.Entry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPublish(InvalidateMode mode, long first, long last, out int slot)
    {
        slot = InlineSlot;
        if (!SlotWord.TryPack(mode, first, last, out long word) || _exclusiveCount != 0)
        {
            return false;
        }

        if (_stripes is not null
            || Interlocked.CompareExchange(ref _inlineSlot, word, 0) != 0)
        {
            if (!TryPublishStriped(word, out slot))
            {
                return false;
            }
        }

        if (_exclusiveCount == 0)
        {
            return true;
        }

        return Unpublish(slot);
    }

    private bool TryPublishStriped(long word, out int slot)
    {
        long[] stripes = _stripes ?? AddStripes();
        int stripe = Environment.CurrentManagedThreadId & (s_stripeCount - 1);
        slot = (stripe * WordsPerStripe) + 1;
        return Interlocked.CompareExchange(ref stripes[slot - 1], word, 0) == 0;
    }

    private long[] AddStripes()
    {
        long[] fresh = new long[s_stripeCount * WordsPerStripe];
        return Interlocked.CompareExchange(ref _stripes, fresh, null) ?? fresh;
    }

    /// <summary>Takes a published word back because an exclusive request may have missed it.</summary>
    private bool Unpublish(int slot)
    {
        _ = Interlocked.Exchange(ref SlotAt(slot), 0);
        Serve(removed: null);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long SlotAt(int slot)
    {
        if (slot == InlineSlot)
        {
            return ref _inlineSlot;
        }

        return ref _stripes![slot - 1];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RangeTicket TakeSlow(InvalidateMode mode, long first, long last, RangePart? second)
    {
        RangeEntry entry = new() { Mode = mode, First = first, Last = last, Second = second };
        RangeTicket ticket = new(mode, -1, entry);
        TaskContext task = TaskContext.Current;
        _gate.Enter();
        RaiseExclusive(entry);
        if (!IsBlocked(entry, _waiting.Count))
        {
            _granted.Add(entry);
            _gate.Exit();
            return ticket;
        }

        LowerExclusive(entry);
        _gate.Exit();
        task.BeforeBlocking(this);
        Waiter waiter = task.Waiter;
        waiter.Begin();
        entry.Waiter = waiter;
        _gate.Enter();
        RaiseExclusive(entry);
        _waiting.Add(entry);
        while (!waiter.IsGranted)
        {
            entry.IsEligible = false;
            int position = _waiting.IndexOf(entry);
            if (!IsBlocked(entry, position))
            {
                _waiting.RemoveAt(position);
                entry.Waiter = null;
                _granted.Add(entry);
                break;
            }

            _gate.Exit();
            _ = task.Park(this);
            _gate.Enter();
        }

        _gate.Exit();
        return ticket;
    }

    private void RaiseExclusive(RangeEntry entry)
    {
        if (entry.IsExclusive)
        {
            _ = Interlocked.Increment(ref _exclusiveCount);
        }
    }

    private void LowerExclusive(RangeEntry entry)
    {
        if (entry.IsExclusive)
        {
            _exclusiveCount--;
        }
    }

    private void Serve(RangeEntry? removed)
    {
        _gate.Enter();
        if (removed is not null)
        {
            _ = _granted.Remove(removed);
            LowerExclusive(removed);
        }

        ServeLocked();
        _gate.Exit();
    }

    /// <summary>Grants or wakes, in order of arrival, every waiter whose way is free.</summary>
    private void ServeLocked()
    {
        for (int index = 0; index < _waiting.Count; index++)
        {
            RangeEntry entry = _waiting[index];
            if (entry.IsEligible || IsBlocked(entry, index))
            {
                continue;
            }

            Waiter waiter = entry.Waiter!;
            if (entry.IsExclusive && !waiter.IsOverdue)
            {
                entry.IsEligible = true;
                waiter.Task.Unpark();
                continue;
            }

            _waiting.RemoveAt(index);
            index--;
            entry.Waiter = null;
            _granted.Add(entry);
            waiter.Grant();
        }
    }

    /// <summary>Whether the entry conflicts with a holder or with one of the first waiters.</summary>
    private bool IsBlocked(RangeEntry entry, int position)
    {
        foreach (RangeEntry held in _granted)
        {
            if (held.ConflictsWith(entry))
            {
                return true;
            }
        }

        for (int index = 0; index < position; index++)
        {
            RangeEntry earlier = _waiting[index];
            bool mayBePassed = earlier.IsEligible && !earlier.Waiter!.IsOverdue;
            if (!mayBePassed && earlier.ConflictsWith(entry))
            {
                return true;
            }
        }

        return entry.IsExclusive && IsBlockedBySlots(entry);
    }

    /// <summary>How far no published slot conflicts; less than First when First itself is not free.</summary>
    private long FreePrefixOfSlots(RangeEntry entry)
    {
        long free = TrimBySlot(Volatile.Read(ref _inlineSlot), entry, entry.Last);
        long[]? stripes = Volatile.Read(ref _stripes);
        for (int index = 0; stripes is not null && index < stripes.Length; index += WordsPerStripe)
        {
            free = TrimBySlot(Volatile.Read(ref stripes[index]), entry, free);
        }

        return free;
    }

    private bool IsBlockedBySlots(RangeEntry entry)
    {
        bool isBlocked = IsBlockedBySlot(Volatile.Read(ref _inlineSlot), entry);
        long[]? stripes = Volatile.Read(ref _stripes);
        for (int index = 0; stripes is not null && index < stripes.Length; index += WordsPerStripe)
        {
            isBlocked |= IsBlockedBySlot(Volatile.Read(ref stripes[index]), entry);
        }

        return isBlocked;
    }

    private static bool IsBlockedBySlot(long word, RangeEntry entry) =>
        word != 0
        && ConflictMatrix.Conflicts(SlotWord.ModeOf(word), entry.Mode)
        && entry.OverlapsPart(SlotWord.FirstOf(word), SlotWord.LastOf(word));

    private static long TrimBySlot(long word, RangeEntry entry, long free) =>
        IsBlockedBySlot(word, entry) ? Math.Min(free, SlotWord.FirstOf(word) - 1) : free;
}
