// The policy ReaderWriterSemaphore: one fair semaphore for the whole mapping, as Linux has it.
// Ranges are ignored; Fill and Modify share, Freeze and Invalidate exclude everything.

namespace Faultline.Locking.Ranges;

/// <summary>The invalidate lock as one reader/writer semaphore.</summary>
internal sealed class WholeRangeLock : InvalidateLock
{
    private const int Exclusive = -10;

    private RwCore _core;

    public WholeRangeLock(LockKey key, ulong order)
        : base(key, order)
    {
        _exclusiveCount = 1; // Keeps the inline slot unused for ever.
    }

    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second)
    {
        if (TryTake(mode, first, first, ref last, out RangeTicket ticket))
        {
            return ticket;
        }

        if (mode >= InvalidateMode.Freeze)
        {
            _core.ExclusiveSlow(this);
            return TicketOf(Exclusive);
        }

        _core.SharedSlow(this);
        return TicketOf(-(int)SharedHold.Counted);
    }

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        if (mode >= InvalidateMode.Freeze)
        {
            ticket = TicketOf(Exclusive);
            return _core.TryExclusive();
        }

        SharedHold hold = _core.TryShared();
        ticket = TicketOf(-(int)hold);
        return hold != SharedHold.None;
    }

    private protected override void GiveBack(RangeTicket ticket)
    {
        if (ticket.Slot == Exclusive)
        {
            _core.ReleaseExclusive();
        }
        else
        {
            _core.ReleaseShared((SharedHold)(-ticket.Slot));
        }
    }

    private protected override void ServeAfterSlot()
    {
        // OK: nothing to do, for the inline slot is never taken.
    }

    /// <summary>Negative numbers, so that none is a slot.</summary>
    private static RangeTicket TicketOf(int hold) => new(hold, null);
}
