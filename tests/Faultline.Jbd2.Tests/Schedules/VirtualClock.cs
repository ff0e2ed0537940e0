// The clock of a controlled run.

using Faultline.Base;
using Faultline.Locking.Scheduling;

namespace Faultline.Jbd2.Tests.Schedules;

internal sealed class VirtualClock(ControlledScheduler scheduler) : IClock
{
    public UnixTime Now => new(1_700_000_000, 0);

    public long MonotonicMs => scheduler.ClockMs;

    public void Delay(int milliseconds) => Check.That(milliseconds < 0); // nobody waits so
}
