// A time that utimensat(2) is given.

using Faultline.Base;

namespace Faultline.Conformance;

/// <summary>A time, now, or leave it.</summary>
/// <param name="Seconds">Seconds since 1970.</param>
/// <param name="Nanoseconds">Nanoseconds, or one of two special values.</param>
public readonly record struct SetTime(long Seconds, long Nanoseconds)
{
    public static SetTime Now { get; } = new(0, 0x3FFFFFFF);

    public static SetTime Omit { get; } = new(0, 0x3FFFFFFE);

    public UnixTime Exact => new(Seconds, (uint)Nanoseconds);
}
