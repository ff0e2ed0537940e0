// The state of one validator: its reports. The dependency graph follows in the next files.

using System.Collections.Generic;
using System.Linq;

namespace Faultline.Locking.Validation;

/// <summary>A lock validator; tasks use <see cref="Lockdep.Global"/> unless given their own.</summary>
public sealed class LockValidator
{
    private readonly List<LockReport> _reports = []; // guarded by _gate
    private Gate _gate;

    /// <summary>What it has found, oldest first.</summary>
    public IReadOnlyList<LockReport> Reports
    {
        get
        {
            _gate.Enter();
            LockReport[] copy = [.. _reports];
            _gate.Exit();
            return copy;
        }
    }

    internal void Check(TaskContext task, in LockRequest request, bool isTry)
    {
        if (!isTry && task.SpinDepth > 0 && request.Key.Class.Kind != LockKind.Spin)
        {
            Add(LockReportKind.WaitContext, task, $"{request.Key} taken inside a spin latch");
        }
    }

    internal void Rehash(TaskContext task, int index)
    {
        if (index > task.HeldCount)
        {
            Add(LockReportKind.NotHeld, task, "held stack is damaged");
        }
    }

    internal void ReportBadRelease(TaskContext task, object instance, LockMode mode) =>
        Add(LockReportKind.NotHeld, task, $"{instance} released ({mode}) but not held");

    internal void ReportForeignRelease(TaskContext task, object owner, LockKey key)
    {
        bool isHeldElsewhere = TaskContext.All()
            .Any(other => other.Held.ToArray().Any(held => ReferenceEquals(held.Instance, owner)));
        if (isHeldElsewhere)
        {
            Add(LockReportKind.WrongTask, task, $"{key} released by a task that does not hold it");
        }
    }

    internal void ReportSleep(TaskContext task, string what) =>
        Add(LockReportKind.WaitContext, task, $"{what} inside a spin latch");

    internal void ReportHeldAtEnd(TaskContext task) =>
        Add(LockReportKind.HeldAtEnd, task, "the task ended with locks held");

    internal void ReportPinned(TaskContext task, in HeldLock held) =>
        Add(LockReportKind.Pinned, task, $"{held.Key} released while pinned");

    private void Add(LockReportKind kind, TaskContext task, string message)
    {
        _gate.Enter();
        _reports.Add(new LockReport(kind, task.Name, message, task.DescribeHeld()));
        _gate.Exit();
    }
}
