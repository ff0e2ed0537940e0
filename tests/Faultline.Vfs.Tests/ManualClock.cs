// A clock that goes when a test says so.

using Faultline.Base;

namespace Faultline.Vfs.Tests;

internal sealed class ManualClock : IClock
{
    internal ManualClock(long seconds, uint nanoseconds = 0) => Now = new UnixTime(seconds, nanoseconds);

    public UnixTime Now { get; private set; }

    public long MonotonicMs { get; private set; }

    public void Delay(int milliseconds) => Advance(milliseconds);

    internal void Advance(long milliseconds)
    {
        MonotonicMs += milliseconds;
        long total = (Now.Nanoseconds / 1_000_000) + milliseconds;
        Now = new UnixTime(
            Now.Seconds + (total / 1000), (uint)(total % 1000 * 1_000_000) + (Now.Nanoseconds % 1_000_000));
    }
}
