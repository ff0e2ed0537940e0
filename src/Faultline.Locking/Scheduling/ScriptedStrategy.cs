// An exact interleaving, written as "task until point" steps. After the last step, and when a
// scripted task cannot go on, the current or the first runnable task goes on.

using System;
using System.Collections.Generic;

namespace Faultline.Locking.Scheduling;

/// <summary>Follows a script.</summary>
public sealed class ScriptedStrategy : IScheduleStrategy
{
    private readonly (string Task, string Point)[] _steps;
    private int _position;
    private bool _hasStarted;

    /// <summary>Reads a script.</summary>
    /// <param name="script">Steps such as <c>A@fill.inserted; B@*; A@*</c>: run task A until it
    /// stands at the point, and so on. <c>*</c>: until it blocks or ends.</param>
    public ScriptedStrategy(string script)
    {
        ArgumentNullException.ThrowIfNull(script);
        List<(string Task, string Point)> steps = [];
        foreach (string step in script.Split(';', StringSplitOptions.TrimEntries))
        {
            string[] parts = step.Split('@');
            steps.Add((parts[0], parts.Length > 1 ? parts[1] : "*"));
        }

        _steps = [.. steps];
    }

    /// <inheritdoc/>
    public int Choose(ScheduleStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        while (_position < _steps.Length)
        {
            (string task, string point) = _steps[_position];
            bool isThere = _hasStarted && step.Current == task && step.Point == point;
            int chosen = PositionOf(task, step.Runnable);
            if (!isThere && chosen >= 0)
            {
                _hasStarted = true;
                return chosen;
            }

            _position++;
            _hasStarted = false;
        }

        return Math.Max(0, step.CurrentPosition);
    }

    private static int PositionOf(string task, IReadOnlyList<TaskContext> runnable)
    {
        for (int index = 0; index < runnable.Count; index++)
        {
            if (runnable[index].Name == task)
            {
                return index;
            }
        }

        return -1;
    }
}
