// The policy None: nobody ever waits. The validator still sees who holds what, so that assertions pass and only the
// protection is missing.

namespace Faultline.Locking.Ranges;

/// <summary>An invalidate lock that protects nothing, for showing why one is needed.</summary>
internal sealed class NoRangeLock : InvalidateLock
{
    private const int NoSlot = -1;

    public NoRangeLock(LockKey key, ulong order)
        : base(key, order)
    {
        _exclusiveCount = 1; // Keeps the inline slot unused for ever.
    }

    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second) => new(NoSlot, null);

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        ticket = new RangeTicket(NoSlot, null);
        return true;
    }

    private protected override void GiveBack(RangeTicket ticket)
    {
        // OK: nothing was taken.
    }

    private protected override void ServeAfterSlot()
    {
        // OK: the inline slot is never taken.
    }
}
