// What a strategy knows when it chooses.

using System.Collections.Generic;

namespace Faultline.Locking.Scheduling;

/// <summary>A point of a controlled run at which more than one task could go on.</summary>
/// <param name="Index">How many choices there were before this one.</param>
/// <param name="Current">Name of the task that had the turn.</param>
/// <param name="Point">Where it stands: a sync point, a lock, <c>blocked</c> or <c>end</c>.</param>
/// <param name="Runnable">The tasks to choose from, in order of their creation.</param>
/// <param name="CurrentPosition">Position of the current task in Runnable; -1 if it cannot go
/// on.</param>
public sealed record ScheduleStep(
    int Index,
    string Current,
    string Point,
    IReadOnlyList<TaskContext> Runnable,
    int CurrentPosition);
