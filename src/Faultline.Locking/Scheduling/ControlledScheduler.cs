// Runs tasks one at a time. A task keeps the turn until it blocks, ends or passes a switch point
// (every lock acquisition and every Scheduler.SyncPoint); then the strategy chooses who goes on.
// The program being deterministic, the choices determine the run, and their list replays it. Time
// is virtual: when nobody can run, it jumps to the next timeout. When nobody can run and nobody
// waits for time, that is a deadlock: the tasks are unwound and the blocked-on graph is thrown.
//
// Locks: none but the turn itself (_turn, volatile): whoever has it owns all state here.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using Faultline.Base;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Scheduling;

/// <summary>A scheduler that runs one task at a time, in an order that a strategy
/// decides.</summary>
public sealed class ControlledScheduler
{
    private readonly IScheduleStrategy _strategy;
    private readonly List<ControlledTask> _tasks = [];
    private readonly List<TaskHandle> _handles = [];
    private readonly List<int> _choices = [];
    private readonly List<string> _trace = [];
    private readonly Parker _runner = new();
    private ControlledTask? _turn; // volatile access: the hand-over of everything else
    private string? _deadlock;
    private int _switchCount;
    private int _isOver;

    /// <summary>Makes a scheduler for one run.</summary>
    /// <param name="strategy">Who goes on.</param>
    public ControlledScheduler(IScheduleStrategy strategy)
    {
        Check.That(Lockdep.Enabled); // Else sync points are folded away and nothing would switch.
        _strategy = strategy;
    }

    /// <summary>Virtual milliseconds since the start of the run.</summary>
    public long ClockMs { get; private set; }

    /// <summary>The most switches before a run counts as live-locked.</summary>
    public int SwitchLimit { get; init; } = 1_000_000;

    internal bool IsAborted { get; private set; }

    /// <summary>Runs tasks to their end.</summary>
    /// <param name="tasks">Name and body of each.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="DeadlockException">No task could go on.</exception>
    public ControlledRun Run(params (string Name, Action Body)[] tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        Check.That(_tasks.Count == 0);
        LockValidator? validator = TaskContext.Current.OwnValidator;
        foreach ((string name, Action body) in tasks)
        {
            _ = Spawn(new TaskContext(name) { OwnValidator = validator }, body);
        }

        PassTurn(null, "start");
        while (Volatile.Read(ref _isOver) == 0)
        {
            _ = _runner.Park();
        }

        ControlledRun run = new(string.Join('.', _choices), _switchCount, _trace);
        if (_deadlock is not null)
        {
            throw new DeadlockException($"{_deadlock}replay {run.Replay}", run.Replay);
        }

        RethrowFailure();
        return run;
    }

    internal TaskHandle Spawn(TaskContext context, Action body)
    {
        ControlledTask task = new(this, context, _tasks.Count);
        context.Controlled = task;
        TaskHandle handle = new(context);
        _tasks.Add(task);
        _handles.Add(handle);
        ControlledThreads.Start(() => RunTask(task, handle, body));
        return handle;
    }

    internal bool HasTurn(ControlledTask task) => ReferenceEquals(Volatile.Read(ref _turn), task);

    internal void SwitchFrom(ControlledTask current, string point)
    {
        Check.That(HasTurn(current));
        _trace.Add($"{current.Context.Name}@{point}");
        PassTurn(current, point);
        current.WaitForTurn();
    }

    private void RunTask(ControlledTask task, TaskHandle handle, Action body)
    {
        task.WaitForTurn();
        handle.Run(IsAborted ? static () => { } : body);
        task.IsFinished = true;
        if (handle.Failure is not null && !IsAborted)
        {
            IsAborted = true;
        }

        PassTurn(task, "end");
    }

    private void PassTurn(ControlledTask? current, string point)
    {
        ControlledTask? next = ChooseNext(current, point);
        if (next is null)
        {
            Volatile.Write(ref _isOver, 1);
            _runner.Unpark();
            return;
        }

        if (!ReferenceEquals(next, current))
        {
            Check.That(!next.IsFinished);
            _switchCount++;
            Volatile.Write(ref _turn, next);
            next.GiveTurn();
        }
    }

    private ControlledTask? ChooseNext(ControlledTask? current, string point)
    {
        if (_switchCount > SwitchLimit)
        {
            _deadlock ??= $"no end after {_switchCount} switches\n";
            IsAborted = true;
        }

        if (!IsAborted && !_tasks.Any(IsReady) && !AdvanceClock() && _tasks.Any(IsUnfinished))
        {
            _deadlock = "deadlock\n" + BlockedOnGraph.Describe(_tasks.Select(Context));
            IsAborted = true;
        }

        if (IsAborted)
        {
            return _tasks.FirstOrDefault(IsUnfinished);
        }

        ControlledTask[] ready = [.. _tasks.Where(IsReady)];
        if (ready.Length <= 1)
        {
            return ready.FirstOrDefault();
        }

        int choice = _strategy.Choose(new ScheduleStep(
            _choices.Count,
            current?.Context.Name ?? string.Empty,
            point,
            [.. ready.Select(Context)],
            current is null ? -1 : Array.IndexOf(ready, current)));
        _choices.Add(choice);
        return ready[choice];
    }

    /// <summary>Jumps to the next timeout; false when nobody waits for time.</summary>
    private bool AdvanceClock()
    {
        ControlledTask? next = _tasks
            .Where(static task => IsUnfinished(task) && task.WakeAtMs != long.MaxValue)
            .MinBy(static task => task.WakeAtMs);
        if (next is null)
        {
            return false;
        }

        ClockMs = Math.Max(ClockMs, next.WakeAtMs);
        next.WakeAtMs = long.MaxValue;
        next.HasTimedOut = true;
        next.IsRunnable = true;
        return true;
    }

    private void RethrowFailure()
    {
        foreach (TaskHandle handle in _handles)
        {
            if (handle.Failure is Exception failure and not TaskAbortedException)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private static TaskContext Context(ControlledTask task) => task.Context;

    private static bool IsUnfinished(ControlledTask task) => !task.IsFinished;

    private static bool IsReady(ControlledTask task) => !task.IsFinished && task.IsRunnable;
}
