// The findings of the validator: one method a rule, each called from one place.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Faultline.Locking.Validation;

/// <content>Making reports.</content>
public sealed partial class LockValidator
{
    internal void ReportBadRelease(TaskContext task, object instance, LockKey? key)
    {
        TaskContext? holder = HolderOf(instance, task);
        string name = key?.Name ?? instance.ToString() ?? "a lock";
        if (holder is null)
        {
            Add(task, LockReportKind.NotHeld, name, $"{name} is released but not held");
            return;
        }

        Add(
            task,
            LockReportKind.WrongTask,
            name,
            $"{name} is released but {holder.Name} holds it");
    }

    internal void ReportSleep(TaskContext task, string what) =>
        Add(task, LockReportKind.WaitContext, what, $"{what} may sleep inside a spin latch");

    internal void ReportHeld(TaskContext task, string where) =>
        Add(task, LockReportKind.HeldAtEnd, where, $"locks are still held at {where}");

    internal void ReportPinned(TaskContext task, LockKey key) =>
        Add(task, LockReportKind.Pinned, key.Name, $"{key} is released while pinned");

    internal void ReportDestroyed(TaskContext task, TaskContext holder, LockKey key) =>
        Add(
            task,
            LockReportKind.DestroyedWhileHeld,
            key.Name,
            $"{key} goes away while {holder.Name} holds it");

    private static TaskContext? HolderOf(object instance, TaskContext except) =>
        TaskContext.All().FirstOrDefault(task =>
            !ReferenceEquals(task, except)
            && task.Snapshot().Any(held => ReferenceEquals(held.Instance, instance)));

    private void ReportSubclass(TaskContext task, in LockRequest request) =>
        Add(
            task,
            LockReportKind.Subclass,
            request.Key.Name,
            $"{request.Key} taken with subclass {request.Subclass}, which is not 0..7");

    private void ReportExplosion(TaskContext task, int limit) =>
        Add(
            task,
            LockReportKind.ClassExplosion,
            string.Empty,
            $"more than {limit} lock classes: is a key made for every object?");

    private void ReportNestLock(TaskContext task, in LockRequest request) =>
        Add(
            task,
            LockReportKind.NestLockNotHeld,
            request.Key.Name,
            $"{request.Key} is nested under a lock that is not held");

    private void ReportRecursion(
        TaskContext task, in LockRequest request, in HeldLock held, string why) =>
        Add(
            task,
            LockReportKind.Recursion,
            $"{request.Key}/{request.Subclass} {held.Mode} {request.Mode} {why}",
            $"{request.Key} is taken ({request.Mode}) but {why} ({held.Mode})");

    private void ReportInstanceOrder(
        TaskContext task, in LockRequest request, in HeldLock held) =>
        Add(
            task,
            LockReportKind.InstanceOrder,
            request.Key.Name,
            $"{request.Key} number {request.Order} is taken after number {held.Order}");

    private void ReportRank(TaskContext task, LockEdge edge)
    {
        _gate.Enter();
        bool isNew = _brokenRanks.Add((edge.Source.Id, edge.Target.Id));
        _gate.Exit();
        if (isNew)
        {
            Add(
                task,
                LockReportKind.Rank,
                $"{edge.From} {edge.To}",
                $"{edge.To} (rank {edge.ToClass.Rank}) is taken inside {edge.From} "
                    + $"(rank {edge.FromClass.Rank})");
        }
    }

    private void ReportCycle(TaskContext task, LockEdge closing, List<LockEdge> wayBack)
    {
        IEnumerable<string> names = wayBack.Select(static edge => edge.From)
            .Append(closing.From)
            .Order(StringComparer.Ordinal);
        Add(
            task,
            LockReportKind.Circular,
            string.Join(' ', names),
            $"{closing.To} is taken inside {closing.From}, which is taken inside it elsewhere",
            [closing, .. wayBack]);
    }

    private void Add(
        TaskContext task,
        LockReportKind kind,
        string signature,
        string message,
        LockEdge[]? cycle = null)
    {
        string key = $"{kind} {signature}";
        _gate.Enter();
        bool isKnown = _reports.ContainsKey(key);
        _gate.Exit();
        if (isKnown)
        {
            return;
        }

        LockReport report = new(
            kind, message, LockSite.Capture(task), task.DescribeHeld(), cycle ?? []);
        _gate.Enter();
        if (_reports.TryAdd(key, report))
        {
            _reportOrder.Add(report);
        }

        _gate.Exit();
    }
}
