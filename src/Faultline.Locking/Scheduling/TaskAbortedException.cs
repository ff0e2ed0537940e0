// Unwinds the tasks of a controlled run that ended early (a deadlock, or a failure elsewhere).

using System;

namespace Faultline.Locking.Scheduling;

/// <summary>Thrown inside the tasks of a run that is over; never seen outside of it.</summary>
internal sealed class TaskAbortedException : Exception;
