// A task that runs under a ControlledScheduler: its own OS thread, but only when it has the turn.
// All fields are written by whoever has the turn, so they need no lock.

using System;

namespace Faultline.Locking.Scheduling;

/// <summary>The controlled side of a task.</summary>
internal sealed class ControlledTask
{
    private readonly ControlledScheduler _scheduler;
    private readonly Parker _turn = new();

    public ControlledTask(ControlledScheduler scheduler, TaskContext context, int index)
    {
        _scheduler = scheduler;
        Context = context;
        Index = index;
    }

    public TaskContext Context { get; }

    /// <summary>Position among the tasks of the run, from 0.</summary>
    public int Index { get; }

    public bool IsFinished { get; set; }

    /// <summary>Not parked.</summary>
    public bool IsRunnable { get; set; } = true;

    /// <summary>An Unpark that came while it was not parked.</summary>
    public bool HasPermit { get; set; }

    /// <summary>Virtual time at which its wait ends; long.MaxValue for never.</summary>
    public long WakeAtMs { get; set; } = long.MaxValue;

    /// <summary>The last wait ended because its time was up.</summary>
    public bool HasTimedOut { get; set; }

    /// <summary>Where it last gave up its turn.</summary>
    public string LastPoint { get; set; } = "start";

    public bool IsAborted => _scheduler.IsAborted;

    public long ClockMs => _scheduler.ClockMs;

    public TaskHandle Spawn(TaskContext child, Action body) => _scheduler.Spawn(child, body);

    public void Switch(string point)
    {
        if (IsAborted)
        {
            return;
        }

        LastPoint = point;
        _scheduler.SwitchFrom(this, point);
    }

    public bool Park(long timeoutMs)
    {
        ThrowIfAborted();
        if (HasPermit)
        {
            HasPermit = false;
            return true;
        }

        IsRunnable = false;
        HasTimedOut = false;
        WakeAtMs = timeoutMs < 0 ? long.MaxValue : ClockMs + timeoutMs;
        _scheduler.SwitchFrom(this, "blocked");
        ThrowIfAborted();
        HasPermit = false;
        return !HasTimedOut;
    }

    public void Unpark()
    {
        HasPermit = true;
        IsRunnable = true;
        WakeAtMs = long.MaxValue;
    }

    public void ThrowIfAborted()
    {
        if (IsAborted)
        {
            throw new TaskAbortedException();
        }
    }

    public void WaitForTurn()
    {
        while (!_scheduler.HasTurn(this))
        {
            _ = _turn.Park();
        }
    }

    // The task may have seen its turn before this, and even be finished by now: an old permit wakes early.
    public void GiveTurn() => _turn.Unpark();
}
