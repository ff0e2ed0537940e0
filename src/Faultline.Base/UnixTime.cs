// Time stamps as file systems store them.

using System;

namespace Faultline.Base;

/// <summary>Seconds since 1970-01-01 UTC, negative before, and nanoseconds within that second.</summary>
/// <param name="Seconds">Signed seconds.</param>
/// <param name="Nanoseconds">0..999,999,999, always counted forward.</param>
public readonly record struct UnixTime(long Seconds, uint Nanoseconds)
{
    /// <summary>As a .NET time stamp, rounded down to 100 ns.</summary>
    /// <returns>The time, clamped to what <see cref="DateTimeOffset"/> can hold.</returns>
    public DateTimeOffset ToDateTimeOffset()
    {
        long clamped = Math.Clamp(Seconds, -62_135_596_800L, 253_402_300_799L);
        return DateTimeOffset.FromUnixTimeSeconds(clamped).AddTicks(Nanoseconds / 100);
    }

    /// <summary>From a .NET time stamp.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The same instant.</returns>
    public static UnixTime From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0
            ? new UnixTime(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * 100))
            : new UnixTime(seconds, (uint)(rest * 100));
    }
}
