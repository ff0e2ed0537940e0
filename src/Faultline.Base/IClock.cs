// Time comes through this seam, so that the simulator can own it.

namespace Faultline.Base;

/// <summary>The clock of a file system.</summary>
public interface IClock
{
    /// <summary>The time of day.</summary>
    UnixTime Now { get; }

    /// <summary>Milliseconds of a clock that never goes back.</summary>
    long MonotonicMs { get; }

    /// <summary>Waits. The caller holds no lock.</summary>
    /// <param name="milliseconds">Not negative.</param>
    void Delay(int milliseconds);
}
