// The lock validator as the primitives and the programs see it: one switch, and the calls that
// every acquisition makes when it is on. The switch is read once, so with it off the JIT drops
// every `if (Lockdep.Enabled)` and nothing remains. The graph itself is LockValidator. Locks: none
// here; held stacks belong to their tasks.

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using Faultline.Base;
using Faultline.Locking.Ranges;
using Faultline.Locking.Reporting;
using Faultline.Locking.Validation;

namespace Faultline.Locking;

/// <summary>The lock validator.</summary>
public static class Lockdep
{
    private static readonly bool s_enabled = ReadSwitch();

    /// <summary>Whether the validator is on: AppContext switch <c>Faultline.Lockdep</c>, or the
    /// environment variable <c>FAULTLINE_LOCKDEP=1</c>. Fixed for the life of the
    /// process.</summary>
    public static bool Enabled
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_enabled;
    }

    /// <summary>The validator of tasks that have none of their own.</summary>
    public static LockValidator Global { get; } = CreateGlobal();

    /// <summary>The validator of the current task.</summary>
    public static LockValidator Current => ValidatorOf(TaskContext.Current);

    /// <summary>What the global validator has found.</summary>
    public static IReadOnlyList<LockReport> Reports => Global.Reports;

    /// <summary>Numbers of the global validator.</summary>
    public static LockStatistics Statistics => Global.Statistics;

    /// <summary>Writes which declared orders the global validator has seen and which not.</summary>
    /// <param name="path">The text file to write.</param>
    public static void WriteCoverage(string path) =>
        File.WriteAllText(path, LockCoverage.Of(Global.Edges).ToText());

    /// <summary>Says that this path may take a lock, even if not this time (might_lock).</summary>
    /// <param name="request">What it may take.</param>
    public static void MightAcquire(in LockRequest request)
    {
        if (Enabled)
        {
            TaskContext task = TaskContext.Current;
            ValidatorOf(task).Check(task, request, isTry: false);
        }
    }

    /// <summary>Makes releasing a held lock an error until the scope ends: for callers whose callee
    /// must not drop and retake it.</summary>
    /// <param name="instance">A lock that the current task holds.</param>
    /// <returns>The scope.</returns>
    public static PinScope Pin(object instance)
    {
        if (Enabled)
        {
            TaskContext task = TaskContext.Current;
            int index = FindHeld(task, instance);
            Check.That(index >= 0);
            task.Held[index].PinCount++;
        }

        return new PinScope(instance);
    }

    /// <summary>The object of a lock goes away (is freed or reused): nobody may hold it.</summary>
    /// <param name="instance">The lock object, or the owner of its word.</param>
    public static void MarkDestroyed(object instance)
    {
        if (!Enabled)
        {
            return;
        }

        TaskContext current = TaskContext.Current;
        foreach (TaskContext task in TaskContext.All())
        {
            foreach (HeldLock held in task.Snapshot())
            {
                if (ReferenceEquals(held.Instance, instance))
                {
                    ValidatorOf(current).ReportDestroyed(current, task, held.Key!);
                }
            }
        }
    }

    /// <summary>Reports locks that the current task still holds where it must hold none: on the way
    /// back to the user, at the end of a request.</summary>
    /// <param name="where">For the report.</param>
    public static void ExpectNothingHeld(string where)
    {
        TaskContext task = TaskContext.Current;
        if (task.HeldCount > 0)
        {
            ValidatorOf(task).ReportHeld(task, where);
        }
    }

    /// <summary>Promises that a held lock serialises taking several locks of one class.</summary>
    /// <param name="nestLock">The outer lock; reported when it is not held.</param>
    /// <returns>The scope of the promise.</returns>
    public static NestScope NestUnder(object nestLock) => new(TaskContext.Current, nestLock);

    /// <summary>True when the current task holds the lock, in any mode.</summary>
    /// <param name="instance">The lock object.</param>
    /// <returns>Always false with the validator off.</returns>
    public static bool IsHeld(object instance) => FindHeld(TaskContext.Current, instance) >= 0;

    /// <summary>True when the current task holds the lock in a mode.</summary>
    /// <param name="instance">The lock object.</param>
    /// <param name="mode">The mode.</param>
    /// <returns>Always false with the validator off.</returns>
    public static bool IsHeld(object instance, LockMode mode)
    {
        TaskContext task = TaskContext.Current;
        int index = FindHeld(task, instance);
        return index >= 0 && task.Held[index].Mode == mode;
    }

    internal static void Unpin(object instance)
    {
        TaskContext task = TaskContext.Current;
        int index = FindHeld(task, instance);
        if (index >= 0)
        {
            task.Held[index].PinCount--;
        }
    }

    internal static bool IsRangeHeld(
        object instance, InvalidateMode mode, long first, long last)
    {
        foreach (HeldLock held in TaskContext.Current.Held)
        {
            bool matches = ReferenceEquals(held.Instance, instance) && !held.IsWaiting;
            if (matches && held.First <= first && last <= held.Last)
            {
                InvalidateMode heldMode = (InvalidateMode)((int)held.Mode - (int)LockMode.Fill);
                return ConflictMatrix.Satisfies(heldMode, mode);
            }
        }

        return false;
    }

    /// <summary>Before a lock is taken in a way that may wait.</summary>
    internal static void Acquiring(in LockRequest request)
    {
        TaskContext task = TaskContext.Current;
        if (request.Key.Class.Kind != LockKind.Spin)
        {
            task.AssertMayBlock(request.Instance);
        }

        task.Controlled?.Switch(request.Key.Name);
        ValidatorOf(task).Check(task, request, isTry: false);
        Push(task, request).IsWaiting = true;
    }

    /// <summary>After it was taken.</summary>
    internal static void Acquired(object instance)
    {
        TaskContext task = TaskContext.Current;
        int index = FindEntry(task, instance);
        if (index >= 0)
        {
            task.Held[index].IsWaiting = false;
        }
    }

    /// <summary>After a lock was got without waiting.</summary>
    internal static void Tried(in LockRequest request)
    {
        TaskContext task = TaskContext.Current;
        ValidatorOf(task).Check(task, request, isTry: true);
        Push(task, request).IsTry = true;
    }

    /// <summary>Before a lock is released; false when the task must not release it.</summary>
    internal static bool Releasing(object instance)
    {
        TaskContext task = TaskContext.Current;
        int index = FindHeld(task, instance);
        if (index < 0)
        {
            ValidatorOf(task).ReportBadRelease(task, instance, null);
            return false;
        }

        Pop(task, index);
        return true;
    }

    /// <summary>A bit lock may have been handed over: then nobody's stack has it.</summary>
    internal static void ReleasingBit(object owner, LockKey key)
    {
        TaskContext task = TaskContext.Current;
        int index = FindKey(task, owner, key);
        if (index >= 0)
        {
            Pop(task, index);
            return;
        }

        if (!HandedOverLocks.Remove(owner, key))
        {
            ValidatorOf(task).ReportBadRelease(task, owner, key);
        }
    }

    internal static void HandedOver(object instance, LockKey key)
    {
        TaskContext task = TaskContext.Current;
        int index = FindKey(task, instance, key);
        if (index < 0)
        {
            ValidatorOf(task).ReportBadRelease(task, instance, key);
            return;
        }

        Pop(task, index);
        HandedOverLocks.Add(instance, key);
    }

    internal static void Downgraded(object instance, LockMode mode)
    {
        TaskContext task = TaskContext.Current;
        int index = FindHeld(task, instance);
        if (index >= 0)
        {
            task.Held[index].Mode = mode;
            LockValidator.Rehash(task, index);
        }
    }

    internal static void MightSleep(string what)
    {
        TaskContext task = TaskContext.Current;
        if (task.SpinDepth > 0)
        {
            ValidatorOf(task).ReportSleep(task, what);
        }
    }

    internal static void TaskEnds(TaskContext task)
    {
        if (task.HeldCount > 0 && task.Controlled?.IsAborted != true)
        {
            ValidatorOf(task).ReportHeld(task, "the end of the task");
        }
    }

    internal static LockValidator ValidatorOf(TaskContext task) => task.OwnValidator ?? Global;

    private static ref HeldLock Push(TaskContext task, in LockRequest request)
    {
        ref HeldLock held = ref task.Push();
        held.Instance = request.Instance;
        held.Key = request.Key;
        held.Mode = request.Mode;
        held.Subclass = request.Subclass;
        held.Order = request.Order;
        held.First = request.First;
        held.Last = request.Last;
        held.Token = LockValidator.TokenOf(request.Key, request.Subclass, request.Mode);
        held.ChainHash = ChainCache.Mix(task.ChainHash, held.Token);
        task.ChainHash = held.ChainHash;
        if (request.Key.Class.Kind == LockKind.Spin)
        {
            task.SpinDepth++;
        }

        return ref held;
    }

    private static void Pop(TaskContext task, int index)
    {
        ref HeldLock held = ref task.Held[index];
        if (held.Key!.Class.Kind == LockKind.Spin)
        {
            task.SpinDepth--;
        }

        if (held.PinCount > 0)
        {
            ValidatorOf(task).ReportPinned(task, held.Key);
        }

        task.RemoveHeld(index);
        LockValidator.Rehash(task, index);
    }

    private static int FindHeld(TaskContext task, object instance)
    {
        int index = FindEntry(task, instance);
        return index >= 0 && !task.Held[index].IsWaiting ? index : -1;
    }

    private static int FindEntry(TaskContext task, object instance)
    {
        Span<HeldLock> held = task.Held;
        for (int index = held.Length - 1; index >= 0; index--)
        {
            if (ReferenceEquals(held[index].Instance, instance))
            {
                return index;
            }
        }

        return -1;
    }

    private static int FindKey(TaskContext task, object instance, LockKey key)
    {
        Span<HeldLock> held = task.Held;
        for (int index = held.Length - 1; index >= 0; index--)
        {
            if (ReferenceEquals(held[index].Instance, instance)
                && ReferenceEquals(held[index].Key, key))
            {
                return index;
            }
        }

        return -1;
    }

    private static LockValidator CreateGlobal()
    {
        LockValidator validator = new();
        if (s_enabled)
        {
            LockdepOutput.Arm(validator);
        }

        return validator;
    }

    private static bool ReadSwitch() =>
        (AppContext.TryGetSwitch("Faultline.Lockdep", out bool isOn) && isOn)
        || Environment.GetEnvironmentVariable("FAULTLINE_LOCKDEP") == "1";
}
