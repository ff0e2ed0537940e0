// Repeats the choices of an earlier run, from its replay string.

using System;
using System.Globalization;
using System.Linq;
using Faultline.Base;

namespace Faultline.Locking.Scheduling;

/// <summary>Replays a schedule.</summary>
public sealed class ReplayStrategy : IScheduleStrategy
{
    private readonly int[] _choices;
    private int _next;

    /// <summary>Reads a replay string.</summary>
    /// <param name="replay">What <see cref="ControlledRun.Replay"/> gave: numbers and dots.</param>
    public ReplayStrategy(string replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        _choices = [.. replay
            .Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Select(static part => int.Parse(part, CultureInfo.InvariantCulture))];
    }

    /// <inheritdoc/>
    public int Choose(ScheduleStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (_next == _choices.Length)
        {
            return Math.Max(0, step.CurrentPosition);
        }

        int choice = _choices[_next];
        Check.That(choice < step.Runnable.Count); // Else the program is not the one recorded.
        _next++;
        return choice;
    }
}
