// A clock whose time of day is set by whoever uses it, so that a workload leaves the same bytes each time.

using System;
using Faultline.Base;

namespace Faultline.Lab.Crash;

/// <summary>A clock that stands.</summary>
internal sealed class FixedClock : IClock
{
    private const long Seconds = 1_700_000_000;

    /// <inheritdoc/>
    public UnixTime Now => new(Seconds, 0);

    /// <inheritdoc/>
    public long MonotonicMs => Environment.TickCount64;

    /// <inheritdoc/>
    public void Delay(int milliseconds) => SystemClock.Instance.Delay(milliseconds);
}
