// A task: a thread as the locks see it, with what it holds, its waiter and its parker. One per OS
// thread, made on first use; a controlled task has one that belongs to its scheduler.
// Locks: all fields belong to the task's own thread, except the parker (any thread may unpark) and
// the held stack, which reports of other threads read without a lock.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.Locking.Validation;

namespace Faultline.Locking;

/// <summary>The current task: its name, what it holds and which scopes it is in.</summary>
public sealed class TaskContext
{
    /// <summary>After this many milliseconds a waiter is handed the lock instead of racing for
    /// it.</summary>
    internal const int HandOverMs = 4;

    /// <summary>How often a taker looks again before it parks. Small: cores may be few.</summary>
    internal const int SpinRounds = 20;

    /// <summary>Pause instructions between two looks.</summary>
    internal const int SpinLength = 12;

    private static readonly List<WeakReference<TaskContext>> s_all = []; // guarded by s_gate
    private static Gate s_gate;
    private static int s_lastId;

    [ThreadStatic]
    private static TaskContext? t_current;

    private readonly Parker _parker = new();
    private HeldLock[] _held = new HeldLock[16];

    internal TaskContext(string? name)
    {
        Id = Interlocked.Increment(ref s_lastId);
        Name = name ?? $"task {Id}";
        Waiter = new Waiter(this);
        s_gate.Enter();
        if (s_all.Count >= 64 && (s_all.Count & (s_all.Count - 1)) == 0)
        {
            _ = s_all.RemoveAll(static weak => !weak.TryGetTarget(out _));
        }

        s_all.Add(new WeakReference<TaskContext>(this));
        s_gate.Exit();
    }

    /// <summary>The task of this thread.</summary>
    public static TaskContext Current => t_current ?? CreateForThread();

    /// <summary>A name for reports.</summary>
    public string Name { get; set; }

    /// <summary>Process-wide number of the task, from 1.</summary>
    public int Id { get; }

    /// <summary>How many locks the task holds. Counted only with the validator on.</summary>
    public int HeldCount { get; private set; }

    /// <summary>True inside a <see cref="NoReclaim"/> scope: allocation must not free
    /// cache.</summary>
    public bool IsNoReclaim => NoReclaimDepth > 0;

    /// <summary>True for a task that a controlled scheduler runs.</summary>
    public bool IsControlled => Controlled is not null;

    internal static long NowMs => Environment.TickCount64;

    /// <summary>Milliseconds: the machine's, or the virtual time of a controlled task.</summary>
    internal long ClockMs => Controlled is null ? NowMs : Controlled.ClockMs;

    internal Waiter Waiter { get; }

    /// <summary>The entry in the queue of a latch: a condition may take latches while its task is queued for the
    /// condition itself.</summary>
    internal Waiter LatchWaiter => field ??= new Waiter(this);

    internal ControlledTask? Controlled { get; set; }

    internal LockValidator? OwnValidator { get; set; }

    internal int NoReclaimDepth { get; set; }

    internal string? NonBlockingReason { get; set; }

    internal object? NestLock { get; set; }

    internal int SpinDepth { get; set; }

    /// <summary>Hash of the whole held stack.</summary>
    internal ulong ChainHash { get; set; }

    /// <summary>What the task is parked for, for the blocked-on graph.</summary>
    internal object? WaitingFor { get; set; }

    internal Span<HeldLock> Held => _held.AsSpan(0, HeldCount);

    /// <summary>Opens a scope in which allocation must not free cache
    /// (memalloc_nofs_save).</summary>
    /// <returns>The scope; dispose it on the same task.</returns>
    public NoReclaimScope NoReclaim() => new(this);

    /// <summary>The locks held, outermost first, as text. Empty with the validator off.</summary>
    /// <returns>One line a lock.</returns>
    public IReadOnlyList<string> DescribeHeld()
    {
        List<string> lines = [];
        foreach (HeldLock held in Snapshot())
        {
            string state = held.IsWaiting ? "waits for" : "holds";
            lines.Add($"{state} {held.Key} ({held.Mode})");
        }

        return lines;
    }

    /// <summary>A copy that another thread may read; it can be slightly stale.</summary>
    internal HeldLock[] Snapshot()
    {
        HeldLock[] held = _held;
        int count = Math.Min(HeldCount, held.Length);
        return [.. held.AsSpan(0, count)
            .ToArray()
            .Where(static each => each.Instance is not null && each.Key is not null)];
    }

    internal static TaskContext[] All()
    {
        List<TaskContext> alive = [];
        s_gate.Enter();
        foreach (WeakReference<TaskContext> weak in s_all)
        {
            if (weak.TryGetTarget(out TaskContext? task))
            {
                alive.Add(task);
            }
        }

        s_gate.Exit();
        return [.. alive];
    }

    internal static void Install(TaskContext task) => t_current = task;

    internal ref HeldLock Push()
    {
        if (HeldCount == _held.Length)
        {
            Array.Resize(ref _held, _held.Length * 2);
        }

        HeldCount++;
        return ref _held[HeldCount - 1];
    }

    internal void RemoveHeld(int index)
    {
        Check.That(index < HeldCount);
        HeldCount--;
        Array.Copy(_held, index + 1, _held, index, HeldCount - index);
        _held[HeldCount] = default;
    }

    /// <summary>Called before any wait: fails inside a non-blocking scope.</summary>
    internal void BeforeBlocking(object what)
    {
        if (what is WaitQueue { IsOfLatch: true })
        {
            Controlled?.ThrowIfAborted();
            return;
        }

        bool isChecked = HeldCount > 0 && _held[HeldCount - 1].IsWaiting;
        if (SpinDepth > 0 && !isChecked)
        {
            Lockdep.ValidatorOf(this).ReportSleep(this, what.ToString() ?? "a wait");
        }

        AssertMayBlock(what);
    }

    /// <summary>Fails inside a non-blocking scope, and ends a controlled run that is
    /// over.</summary>
    internal void AssertMayBlock(object what)
    {
        if (NonBlockingReason is not null)
        {
            NonBlocking.Fail(this, what);
        }

        Controlled?.ThrowIfAborted();
    }

    /// <summary>Waits for <see cref="Unpark"/>; may return early, so callers loop.</summary>
    internal bool Park(object what, long timeoutMs = -1)
    {
        WaitingFor = what;
        bool woken = Controlled is not null
            ? Controlled.Park(timeoutMs)
            : _parker.Park(timeoutMs);
        WaitingFor = null;
        return woken;
    }

    internal void Unpark()
    {
        if (Controlled is not null)
        {
            Controlled.Unpark();
        }
        else
        {
            _parker.Unpark();
        }
    }

    private static TaskContext CreateForThread()
    {
        TaskContext task = new(Thread.CurrentThread.Name);
        t_current = task;
        return task;
    }
}
