// The policy ReaderWriterSemaphore: one fair semaphore for the whole mapping, as Linux has it. Ranges
// are ignored; Fill and Modify share, Freeze and Invalidate exclude everything.

namespace Faultline.Locking.Ranges;

/// <summary>The invalidate lock as one reader/writer semaphore.</summary>
/// <param name="key">Its class.</param>
/// <param name="order">Instance order.</param>
internal sealed class WholeRangeLock(LockKey key, ulong order) : InvalidateLock(key, order)
{
    private RwCore _core;

    private protected override RangeTicket Take(
        InvalidateMode mode, long first, long last, RangePart? second)
    {
        if (mode >= InvalidateMode.Freeze)
        {
            if (!_core.TryExclusive())
            {
                _core.ExclusiveSlow(this);
            }
        }
        else if (!_core.TryShared())
        {
            _core.SharedSlow(this);
        }

        return new RangeTicket(mode, -1, null);
    }

    private protected override bool TryTake(
        InvalidateMode mode, long first, long minimum, ref long last, out RangeTicket ticket)
    {
        ticket = new RangeTicket(mode, -1, null);
        return mode >= InvalidateMode.Freeze ? _core.TryExclusive() : _core.TryShared();
    }

    private protected override void GiveBack(RangeTicket ticket)
    {
        if (ticket.Mode >= InvalidateMode.Freeze)
        {
            _core.ReleaseExclusive();
        }
        else
        {
            _core.ReleaseShared();
        }
    }
}
