// The invalidate lock of a mapping: keeps page creation and modification away from invalidation, by
// range of folio indexes and in four modes. This class does the validation; a policy does the rest.
// No upgrades, and no second range by a task that holds one: two ranges go through AcquirePair.

using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Base;
using Faultline.Locking.Ranges;

namespace Faultline.Locking;

/// <summary>A range lock with the four modes of <see cref="InvalidateMode"/>.</summary>
public abstract class InvalidateLock
{
    /// <summary>The published (mode, range) of the first task of an idle lock, or 0.</summary>
    private protected long _inlineSlot;

    /// <summary>Not 0: published ranges are not enough, the policy decides.</summary>
    private protected int _exclusiveCount;

    private static long s_lastId;

    private readonly long _id = Interlocked.Increment(ref s_lastId);

    private protected InvalidateLock(LockKey key, ulong order)
    {
        Key = key;
        Order = order;
    }

    /// <summary>The class.</summary>
    public LockKey Key { get; }

    /// <summary>Instance order; 0: none.</summary>
    public ulong Order { get; }

    /// <summary>Makes a lock.</summary>
    /// <param name="policy">How it is implemented.</param>
    /// <param name="key">Its class.</param>
    /// <param name="order">Instance order among locks of the class; 0: none.</param>
    /// <returns>The lock, held by nobody.</returns>
    public static InvalidateLock Create(InvalidatePolicy policy, LockKey key, ulong order = 0) =>
        policy switch
        {
            InvalidatePolicy.RangeLock => new RangeLock(key, order),
            InvalidatePolicy.ReaderWriterSemaphore => new WholeRangeLock(key, order),
            InvalidatePolicy.LockedEntries => new LockedEntries(key, order),
            InvalidatePolicy.None => new NoRangeLock(key, order),
            InvalidatePolicy.FallocQueue => new LockedEntries(key, order) { LetsFillsPass = true },
        };

    /// <summary>Takes two ranges of one or two locks together, in the one order that all
    /// use.</summary>
    /// <param name="left">One range.</param>
    /// <param name="right">The other; ranges of one lock that overlap are taken as their
    /// union.</param>
    /// <returns>The guard of both.</returns>
    public static InvalidatePairGuard AcquirePair(InvalidateRequest left, InvalidateRequest right)
    {
        CheckRange(left.First, left.Last);
        CheckRange(right.First, right.Last);
        if (ReferenceEquals(left.Lock, right.Lock))
        {
            return new InvalidatePairGuard(left.Lock.AcquireBoth(left, right), default);
        }

        bool isLeftFirst = left.Lock.ComesBefore(right.Lock);
        InvalidateRequest outer = isLeftFirst ? left : right;
        InvalidateRequest inner = isLeftFirst ? right : left;
        InvalidateGuard first = outer.Lock.Acquire(outer.Mode, outer.First, outer.Last, 0);
        InvalidateGuard second = inner.Lock.Acquire(inner.Mode, inner.First, inner.Last, 1);
        return new InvalidatePairGuard(first, second);
    }

    /// <summary>Takes a range, waiting for those that hold or wanted it before in the
    /// way.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="first">First folio index.</param>
    /// <param name="last">Last folio index, inclusive; <see cref="long.MaxValue"/> for no
    /// end.</param>
    /// <param name="subclass">0..7, for two locks of one class.</param>
    /// <returns>The guard whose disposal releases.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public InvalidateGuard Acquire(InvalidateMode mode, long first, long last, int subclass = 0)
    {
        CheckRange(first, last);
        if (Lockdep.Enabled)
        {
            return AcquireChecked(mode, first, last, subclass);
        }

        if (TryPublishInline(mode, first, last))
        {
            return new InvalidateGuard(this, new RangeTicket(RangeTicket.InlineSlot, null));
        }

        return new InvalidateGuard(this, Take(mode, first, last, null));
    }

    /// <summary>Takes a range if that needs no wait.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="first">First folio index.</param>
    /// <param name="last">Last folio index, inclusive.</param>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when the whole range was taken.</returns>
    public bool TryAcquire(
        InvalidateMode mode, long first, long last, out InvalidateGuard guard)
    {
        long end = last;
        return TryAcquireFrom(mode, first, minimum: last, ref end, out guard);
    }

    /// <summary>Takes the part at the start of a range that needs no wait.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="first">First folio index.</param>
    /// <param name="last">In: the last index wanted. Out: the last one taken.</param>
    /// <param name="guard">The guard on success.</param>
    /// <returns>False when not even <paramref name="first"/> is free. Never waits.</returns>
    public bool TryAcquirePrefix(
        InvalidateMode mode, long first, scoped ref long last, out InvalidateGuard guard) =>
        TryAcquireFrom(mode, first, minimum: first, ref last, out guard);

    /// <summary>Fails a check unless the current task holds the range in the mode, or in
    /// <see cref="InvalidateMode.Invalidate"/>. Does nothing with the validator off, because only
    /// the validator keeps who holds what.</summary>
    /// <param name="mode">The mode needed.</param>
    /// <param name="first">First folio index.</param>
    /// <param name="last">Last folio index, inclusive.</param>
    public void AssertHeld(InvalidateMode mode, long first, long last)
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsRangeHeld(this, mode, first, last));
        }
    }

    /// <summary>Takes the range, waiting. <paramref name="second"/>: another range with
    /// it.</summary>
    private protected abstract RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second);

    /// <summary>Takes [first, last] or a prefix that reaches minimum at least; never
    /// waits.</summary>
    private protected abstract bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket);

    /// <summary>Gives a ticket back.</summary>
    private protected abstract void GiveBack(RangeTicket ticket);

    /// <summary>The inline slot was left, and _exclusiveCount is not 0.</summary>
    private protected abstract void ServeAfterSlot();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Release(RangeTicket ticket)
    {
        if (Lockdep.Enabled && !Lockdep.Releasing(this))
        {
            return;
        }

        if (ticket.Entry is null && ticket.Slot == RangeTicket.InlineSlot)
        {
            LeaveInline();
        }
        else
        {
            GiveBack(ticket);
        }
    }

    /// <summary>Publishes in the inline slot: one interlocked operation, then a look at the count.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected bool TryPublishInline(InvalidateMode mode, long first, long last)
    {
        bool fits = SlotWord.TryPack(mode, first, last, out long word);
        if (!fits || _exclusiveCount != 0 || _inlineSlot != 0)
        {
            return false;
        }

        Scheduler.SyncPoint("range.publish");
        if (Interlocked.CompareExchange(ref _inlineSlot, word, 0) != 0)
        {
            return false;
        }

        Scheduler.SyncPoint("range.published");
        if (_exclusiveCount == 0)
        {
            return true;
        }

        LeaveInline();
        return false;
    }

    /// <summary>A plain store and a look at the count; the other side pays for the fence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LeaveInline()
    {
        Volatile.Write(ref _inlineSlot, 0);
        Scheduler.SyncPoint("range.left");
        if (_exclusiveCount != 0)
        {
            ServeAfterSlot();
        }
    }

    internal static LockMode ModeOf(InvalidateMode mode) =>
        (LockMode)((int)LockMode.Fill + (int)mode);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckRange(long first, long last)
    {
        Check.That(first >= 0);
        Check.That(first <= last);
    }

    private bool ComesBefore(InvalidateLock other)
    {
        if (Order != other.Order)
        {
            return Order < other.Order;
        }

        return _id < other._id;
    }

    private LockRequest RequestOf(InvalidateMode mode, long first, long last) =>
        new(this, Key, ModeOf(mode)) { Order = Order, First = first, Last = last };

    private InvalidateGuard AcquireChecked(
        InvalidateMode mode, long first, long last, int subclass)
    {
        Lockdep.Acquiring(RequestOf(mode, first, last) with { Subclass = subclass });
        RangeTicket ticket = Take(mode, first, last, null);
        Lockdep.Acquired(this);
        return new InvalidateGuard(this, ticket);
    }

    private InvalidateGuard AcquireBoth(InvalidateRequest left, InvalidateRequest right)
    {
        InvalidateRequest low = left.First <= right.First ? left : right;
        InvalidateRequest high = left.First <= right.First ? right : left;
        InvalidateMode mode = ConflictMatrix.Join(low.Mode, high.Mode);
        long hull = Math.Max(low.Last, high.Last);
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(RequestOf(mode, low.First, hull));
        }

        RangeTicket ticket = low.Overlaps(high)
            ? Take(mode, low.First, hull, null)
            : Take(mode, low.First, low.Last, new RangePart(high.First, high.Last));
        if (Lockdep.Enabled)
        {
            Lockdep.Acquired(this);
        }

        return new InvalidateGuard(this, ticket);
    }

    private bool TryAcquireFrom(
        InvalidateMode mode,
        long first,
        long minimum,
        scoped ref long last,
        out InvalidateGuard guard)
    {
        CheckRange(first, last);
        bool taken = TryTake(mode, first, minimum, ref last, out RangeTicket ticket);
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(RequestOf(mode, first, last));
        }

        guard = taken ? new InvalidateGuard(this, ticket) : default;
        return taken;
    }
}
