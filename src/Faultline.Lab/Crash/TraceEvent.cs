// One event of a trace.

namespace Faultline.Lab.Crash;

/// <summary>One event of a trace.</summary>
/// <param name="Device">Which device: 0 the volume, 1 its external journal.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Data">What the bytes became; empty for a flush.</param>
/// <param name="IsDurable">Whether it was durable by itself when it returned (FUA).</param>
public sealed record TraceEvent(int Device, TraceKind Kind, long Offset, byte[] Data, bool IsDurable);
