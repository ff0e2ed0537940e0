// Parks one OS thread: a permit that Unpark leaves and Park takes. The only place of Faultline that
// uses the monitor of the runtime; everything else that waits ends here (or in the controlled
// scheduler). Invariant: _permit is 0 or 1. Guarded by the monitor of this object, except for the
// fast exchanges.

using System;
using System.Threading;

namespace Faultline.Locking;

/// <summary>Blocks and wakes one thread.</summary>
internal sealed class Parker
{
    private int _permit;

    /// <summary>Waits for the permit and takes it. May also be late: callers re-check in a
    /// loop.</summary>
    /// <param name="timeoutMs">Milliseconds, or -1 for ever.</param>
    /// <returns>False when the time ran out.</returns>
    public bool Park(long timeoutMs = -1)
    {
        if (Interlocked.Exchange(ref _permit, 0) == 1)
        {
            return true;
        }

#pragma warning disable RS0030 // The one parker that all waiting ends in.
        long deadline = timeoutMs < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMs;
        lock (this)
        {
            while (Interlocked.Exchange(ref _permit, 0) == 0)
            {
                long left = timeoutMs < 0 ? -1 : deadline - Environment.TickCount64;
                if (timeoutMs >= 0 && left <= 0)
                {
                    return false;
                }

                _ = Monitor.Wait(this, (int)Math.Min(left, int.MaxValue));
            }
        }

        return true;
    }

    /// <summary>Leaves the permit and wakes the thread.</summary>
    public void Unpark()
    {
        if (Interlocked.Exchange(ref _permit, 1) == 1)
        {
            return;
        }

        lock (this)
        {
            Monitor.Pulse(this);
        }
#pragma warning restore RS0030
    }
}
