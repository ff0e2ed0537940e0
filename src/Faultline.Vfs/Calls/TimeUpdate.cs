// What utimensat(2) does to one of the two times.

using Faultline.Base;

namespace Faultline.Vfs.Calls;

/// <summary>A new time, now, or nothing.</summary>
public readonly record struct TimeUpdate
{
    private TimeUpdate(TimeUpdateKind kind, UnixTime time)
    {
        Kind = kind;
        Time = time;
    }

    /// <summary>The time stays (UTIME_OMIT).</summary>
    public static TimeUpdate Omit => default;

    /// <summary>The time becomes now (UTIME_NOW).</summary>
    public static TimeUpdate Now => new(TimeUpdateKind.Now, default);

    /// <summary>Which.</summary>
    public TimeUpdateKind Kind { get; }

    /// <summary>The time, if one is set.</summary>
    public UnixTime Time { get; }

    /// <summary>The time becomes another.</summary>
    /// <param name="time">That; nanoseconds below a second.</param>
    /// <returns>The update.</returns>
    public static TimeUpdate Set(UnixTime time) => new(TimeUpdateKind.Set, time);
}
