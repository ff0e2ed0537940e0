// Where a lock was taken: captured only when the graph grows or a report is made, for it is dear.

using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Faultline.Locking.Validation;

/// <summary>A task and the calls that led it to a lock.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Frames">The calls outside of this library, innermost first.</param>
public sealed record LockSite(string Task, IReadOnlyList<string> Frames)
{
    private const int FrameLimit = 12;

    internal static LockSite Capture(TaskContext task)
    {
        List<string> frames = [];
        foreach (StackFrame frame in new StackTrace(skipFrames: 1, fNeedFileInfo: true).GetFrames())
        {
            DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frame);
            bool isOurs = method is not null && IsPrimitive(method.DeclaringTypeName);
            if (method is not null && !isOurs && frames.Count < FrameLimit)
            {
                frames.Add(Describe(method, frame));
            }
        }

        return new LockSite(task.Name, frames);
    }

    private static bool IsPrimitive(string? type) =>
        type is not null
        && type.StartsWith("Faultline.Locking.", StringComparison.Ordinal)
        && !type.StartsWith("Faultline.Locking.Tests.", StringComparison.Ordinal);

    private static string Describe(DiagnosticMethodInfo method, StackFrame frame)
    {
        string place = $"{method.DeclaringTypeName}.{method.Name}";
        string? file = frame.GetFileName();
        if (file is null)
        {
            return place;
        }

        string name = file.Substring(file.LastIndexOfAny(['/', '\\']) + 1);
        return $"{place} ({name}:{frame.GetFileLineNumber()})";
    }
}
