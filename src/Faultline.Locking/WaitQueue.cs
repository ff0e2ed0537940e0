// Waiting for a condition that is not a lock: "until the ring has room". FIFO. The waker changes
// the state first and then calls Wake; the waiter queues first and then looks again, so no wake-up
// is lost. Both sides meet in a full fence: the waiter's gate, the waker's
// Interlocked.MemoryBarrier. Locks: the gate guards the list. Conditions run without it, so they
// may take spin latches.

using System;
using System.Threading;

namespace Faultline.Locking;

/// <summary>A queue of tasks that wait for conditions.</summary>
/// <param name="name">For reports.</param>
public sealed class WaitQueue(string name)
{
    private Gate _gate;
    private WaiterList _queue; // guarded by _gate
    private int _count; // written under _gate, read without it by Wake after a full fence

    /// <summary>The name for reports.</summary>
    public string Name { get; } = name;

    /// <summary>True for the queue of a spin latch, where a wait stands for spinning.</summary>
    internal bool IsOfLatch { get; init; }

    /// <summary>Waits until a condition holds.</summary>
    /// <typeparam name="T">What the condition looks at.</typeparam>
    /// <param name="state">Given to the condition.</param>
    /// <param name="condition">True when the wait is over. Called by this task only, repeatedly;
    /// must not throw.</param>
    /// <locks>The caller holds no spin latch. The condition may take latches.</locks>
    public void WaitUntil<T>(T state, Func<T, bool> condition) =>
        _ = WaitUntil(state, condition, timeoutMs: -1);

    /// <summary>Waits until a condition holds or time is up.</summary>
    /// <typeparam name="T">What the condition looks at.</typeparam>
    /// <param name="state">Given to the condition.</param>
    /// <param name="condition">True when the wait is over.</param>
    /// <param name="timeoutMs">Milliseconds; -1 for ever.</param>
    /// <returns>True when the condition held, false when the time was up first.</returns>
    public bool WaitUntil<T>(T state, Func<T, bool> condition, long timeoutMs)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition(state))
        {
            return true;
        }

        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(this);
        long deadline = timeoutMs < 0 ? long.MaxValue : task.ClockMs + timeoutMs;
        Waiter waiter = IsOfLatch ? task.LatchWaiter : task.Waiter;
        while (true)
        {
            Enqueue(waiter);
            if (condition(state))
            {
                DequeueSatisfied(waiter);
                return true;
            }

            long left = timeoutMs < 0 ? -1 : Math.Max(0, deadline - task.ClockMs);
            _ = task.Park(this, left);
            bool wasWoken = Dequeue(waiter);
            if (condition(state))
            {
                return true;
            }

            if (wasWoken && timeoutMs >= 0 && task.ClockMs >= deadline)
            {
                WakeOne(); // The wake-up that this task cannot use belongs to the next one.
            }

            if (timeoutMs >= 0 && task.ClockMs >= deadline)
            {
                return false;
            }
        }
    }

    /// <summary>Wakes the task that has waited longest.</summary>
    public void WakeOne() => Wake(1);

    /// <summary>Wakes all that wait.</summary>
    public void WakeAll() => Wake(int.MaxValue);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private void Wake(int limit)
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        Waiter? woken = null;
        _gate.Enter();
        WaiterList taken = default;
        while (limit > 0 && _queue.Head is Waiter head)
        {
            _queue.Remove(head);
            _count--;
            taken.Append(head);
            limit--;
        }

        woken = taken.TakeAll();
        while (woken is not null)
        {
            // OK: under the gate, because the waiter's Dequeue reads IsGranted under it.
            Waiter? next = woken.Next;
            woken.Grant();
            woken = next;
        }

        _gate.Exit();
    }

    private void Enqueue(Waiter waiter)
    {
        waiter.Begin();
        _gate.Enter();
        _queue.Append(waiter);
        _count++;
        _gate.Exit();
        Interlocked.MemoryBarrier();
    }

    /// <summary>Leaves the queue; true when a waker had taken the waiter out already.</summary>
    private bool Dequeue(Waiter waiter)
    {
        _gate.Enter();
        bool wasWoken = waiter.IsGranted;
        if (!wasWoken)
        {
            _queue.Remove(waiter);
            _count--;
        }

        _gate.Exit();
        return wasWoken;
    }

    private void DequeueSatisfied(Waiter waiter)
    {
        if (Dequeue(waiter))
        {
            WakeOne(); // Woken although not asleep: pass it on, or a sleeper would miss it.
        }
    }
}
