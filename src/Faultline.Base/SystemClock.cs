// The clock of the machine we run on.

using System;
using System.Threading;

namespace Faultline.Base;

/// <summary>The host's own clock.</summary>
public sealed class SystemClock : IClock
{
    private SystemClock()
    {
    }

    /// <summary>The only instance.</summary>
    public static SystemClock Instance { get; } = new();

#pragma warning disable RS0030 // This is the seam behind which the banned clocks live.
    /// <inheritdoc/>
    public UnixTime Now => UnixTime.From(DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    public long MonotonicMs => Environment.TickCount64;

    /// <inheritdoc/>
    public void Delay(int milliseconds) => Thread.Sleep(milliseconds);
#pragma warning restore RS0030
}
