// The clock of the machine we run on.

using System;
using System.Threading;

namespace Faultline.Base;

/// <summary>The host's own clock.</summary>
public sealed class SystemClock : IClock
{
    private const uint StepNs = 4_000_000;

    private SystemClock()
    {
    }

    /// <summary>The only instance.</summary>
    public static SystemClock Instance { get; } = new();

#pragma warning disable RS0030 // This is the seam behind which the banned clocks live.
    /// <summary>The time of day in steps of 4 ms, as coarse as the clock that Linux takes file times from: a file that
    /// is written over and over changes its times 250 times a second, and an fsync between two steps has none to
    /// store.</summary>
    public UnixTime Now
    {
        get
        {
            UnixTime time = UnixTime.From(DateTimeOffset.UtcNow);
            return new UnixTime(time.Seconds, time.Nanoseconds - (time.Nanoseconds % StepNs));
        }
    }

    /// <inheritdoc/>
    public long MonotonicMs => Environment.TickCount64;

    /// <inheritdoc/>
    public void Delay(int milliseconds) => Thread.Sleep(milliseconds);
#pragma warning restore RS0030
}
