// Who runs next: the one decision of a controlled run.

namespace Faultline.Locking.Scheduling;

/// <summary>Chooses the next task of a controlled run.</summary>
public interface IScheduleStrategy
{
    /// <summary>Chooses one of the runnable tasks.</summary>
    /// <param name="step">Where the run stands. At least two tasks are runnable.</param>
    /// <returns>A position in <see cref="ScheduleStep.Runnable"/>.</returns>
    int Choose(ScheduleStep step);
}
