// The algorithm under FairMutex, RwSemaphore, FreezeLevels and one policy of the invalidate lock.
//
//   _state   bit 0 writer holds | bit 1 waiters queued | bit 2 hand over | bits 3.. number of readers
//
// Uncontended, taking and releasing are one interlocked operation each. Fairness: whoever finds the
// lock held and somebody queued, queues too, so a queued writer holds back later readers. A lock
// that is free although somebody queues (the first in the queue was woken and is on its way) may be
// taken by a running task, which avoids a convoy; but a waiter that is overdue raises the hand-over
// bit, after which only the queue is served. So the longest wait stays bounded.
//
// Invariants: readers and writer exclude each other; the waiter bit is set while the queue is not
// empty; a free lock with a queue has its head woken (_wakePending) or a task about to serve it.
// Locks: the gate guards the queue; _state is atomic.

using System.Runtime.CompilerServices;
using System.Threading;

namespace Faultline.Locking;

/// <summary>A fair reader/writer lock without validation.</summary>
internal struct RwCore
{
    private const int Writer = 1;
    private const int Waiters = 2;
    private const int HandOver = 4;
    private const int Reader = 8;

    private int _state;
    private int _wakePending;
    private Gate _gate;
    private WaiterList _queue; // guarded by _gate

    public readonly bool IsHeld => (_state & ~(Waiters | HandOver)) != 0;

    public readonly bool HasWaiters => (_state & Waiters) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryShared()
    {
        int state = _state;
        if ((state & (Writer | Waiters | HandOver)) == 0
            && Interlocked.CompareExchange(ref _state, state + Reader, state) == state)
        {
            return true;
        }

        return TrySharedContended();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryExclusive() =>
        _state == 0 && Interlocked.CompareExchange(ref _state, Writer, 0) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReleaseShared()
    {
        int state = Interlocked.Add(ref _state, -Reader);
        if (state < Reader && (state & Waiters) != 0)
        {
            Serve(state);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReleaseExclusive()
    {
        int state = Interlocked.Add(ref _state, -Writer);
        if ((state & Waiters) != 0)
        {
            Serve(state);
        }
    }

    /// <summary>Turns exclusive into shared and lets the readers at the head of the queue in.</summary>
    public void Downgrade()
    {
        int state = Interlocked.Add(ref _state, Reader - Writer);
        if ((state & Waiters) != 0)
        {
            ServeUnderGate();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void SharedSlow(object instance)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(instance);
        if (!task.IsControlled && SpinFor(shared: true))
        {
            return;
        }

        Waiter waiter = task.Waiter;
        waiter.Begin();
        _gate.Enter();
        _queue.Append(waiter);
        _ = Interlocked.Or(ref _state, Waiters);
        Waiter? woken = ServeLocked();
        _gate.Exit();
        GrantAll(woken);
        while (!waiter.IsGranted)
        {
            _ = task.Park(instance);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ExclusiveSlow(object instance)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(instance);
        if (!task.IsControlled && SpinFor(shared: false))
        {
            return;
        }

        Waiter waiter = task.Waiter;
        waiter.Begin();
        waiter.IsExclusive = true;
        _gate.Enter();
        _queue.Append(waiter);
        _ = Interlocked.Or(ref _state, Waiters);
        while (!waiter.IsGranted)
        {
            if (ReferenceEquals(_queue.Head, waiter))
            {
                Volatile.Write(ref _wakePending, 0);
                Interlocked.MemoryBarrier();
                if (TakeAtHead(waiter))
                {
                    _gate.Exit();
                    return;
                }
            }

            _gate.Exit();
            _ = task.Park(instance);
            _gate.Enter();
        }

        _gate.Exit();
    }

    private bool TrySharedContended()
    {
        int state = _state;
        while ((state & (Writer | Waiters | HandOver)) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state + Reader, state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    private bool SpinFor(bool shared)
    {
        for (int round = 0; round < TaskContext.SpinRounds; round++)
        {
            int state = Volatile.Read(ref _state);
            bool free = (state & (Writer | HandOver)) == 0 && state < Reader;
            bool joinable = shared && (state & (Writer | HandOver | Waiters)) == 0;
            if (free || joinable)
            {
                int next = state + (shared ? Reader : Writer);
                if (Interlocked.CompareExchange(ref _state, next, state) == state)
                {
                    return true;
                }
            }

            Thread.SpinWait(TaskContext.SpinLength);
        }

        return false;
    }

    /// <summary>The woken head takes a free lock, or makes sure that it is handed the next one.</summary>
    private bool TakeAtHead(Waiter waiter)
    {
        int state = Volatile.Read(ref _state);
        while (true)
        {
            if ((state & Writer) != 0 || state >= Reader)
            {
                if (!waiter.IsOverdue || (state & HandOver) != 0)
                {
                    return false;
                }

                int marked = Interlocked.CompareExchange(ref _state, state | HandOver, state);
                if (marked == state)
                {
                    return false;
                }

                state = marked;
                continue;
            }

            int next = (state & ~HandOver) | Writer;
            if (waiter.Next is null)
            {
                next &= ~Waiters;
            }

            int seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
            {
                _queue.Remove(waiter);
                return true;
            }

            state = seen;
        }
    }

    private void Serve(int state)
    {
        if (Volatile.Read(ref _wakePending) != 0 && (state & HandOver) == 0)
        {
            return;
        }

        ServeUnderGate();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ServeUnderGate()
    {
        _gate.Enter();
        Waiter? woken = ServeLocked();
        _gate.Exit();
        GrantAll(woken);
    }

    /// <summary>Lets in who can be let in; returns the granted waiters, linked by Next.</summary>
    private Waiter? ServeLocked()
    {
        WaiterList granted = default;
        while (_queue.Head is Waiter head)
        {
            int state = Volatile.Read(ref _state);
            if ((state & Writer) != 0 || (head.IsExclusive && state >= Reader))
            {
                break;
            }

            if (head.IsExclusive && (state & HandOver) == 0)
            {
                if (Interlocked.Exchange(ref _wakePending, 1) == 0)
                {
                    head.Task.Unpark();
                }

                break;
            }

            int next = head.IsExclusive ? (state & ~HandOver) | Writer : state + Reader;
            next = head.Next is null ? next & ~(Waiters | HandOver) : next;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                _queue.Remove(head);
                granted.Append(head);
            }
        }

        return granted.TakeAll();
    }

    private static void GrantAll(Waiter? granted)
    {
        while (granted is not null)
        {
            Waiter? next = granted.Next;
            granted.Grant();
            granted = next;
        }
    }
}
