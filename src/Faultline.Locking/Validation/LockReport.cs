// One finding of the validator.

using System.Collections.Generic;

namespace Faultline.Locking.Validation;

/// <summary>A finding: what, by whom, holding what.</summary>
/// <param name="Kind">Which rule was broken.</param>
/// <param name="Task">Name of the task that broke it.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Held">What the task held, outermost first.</param>
public sealed record LockReport(
    LockReportKind Kind, string Task, string Message, IReadOnlyList<string> Held);
