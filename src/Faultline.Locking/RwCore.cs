// The algorithm under FairMutex, RwSemaphore, FreezeLevels and one policy of the invalidate lock.
//
//   _state   bit 0 writer holds | bits 1.. number of counted readers
//   _slot    1 while the one uncounted reader holds: the first reader of an idle lock
//   _queued  bit 0 the queue is not empty | bit 1 hand over to its head
//
// One interlocked operation takes the lock uncontended and a plain store gives it back: nobody else
// changes _state while the writer bit is set, nor _slot while it is 1. Taking is symmetric: a
// reader swaps the slot and then looks at _state, a writer swaps _state and then looks at the slot,
// so one of them sees the other and steps back. Releasing is asymmetric: the releaser stores and
// then looks at _queued without a fence; who sets _queued pays for both with a process-wide barrier
// before it looks again and parks.
//
// Fairness: whoever finds the lock held and somebody queued, queues too, so a queued writer holds
// back later readers. A lock that is free although somebody queues (the head was woken and is on
// its way) may be taken by a running task, which avoids a convoy; but an overdue head raises the
// hand-over bit, after which only the queue is served. So the longest wait stays bounded.
//
// Invariants: readers and writer exclude each other; a free lock with a queue has its head woken
// (_wakePending) or a task about to serve it. The sync points (nothing in production) let a
// controlled schedule stand between the two steps of each of these.
// Locks: the gate guards the queue and writes of _queued.

using System.Runtime.CompilerServices;
using System.Threading;

namespace Faultline.Locking;

/// <summary>A fair reader/writer lock without validation.</summary>
internal struct RwCore
{
    private const int Writer = 1;
    private const int Reader = 2;
    private const int Waiters = 1;
    private const int HandOver = 2;

    private int _state;
    private int _slot;
    private int _queued; // written under _gate
    private int _wakePending;
    private Gate _gate;
    private WaiterList _queue; // guarded by _gate

    public readonly bool IsHeld => _state != 0 || _slot != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SharedHold TryShared()
    {
        if (_slot == 0 && Interlocked.CompareExchange(ref _slot, 1, 0) == 0)
        {
            Scheduler.SyncPoint("rw.slot");
            if ((_state & Writer) == 0 && _queued == 0)
            {
                return SharedHold.Slot;
            }

            LeaveSlot();
            return SharedHold.None;
        }

        return TryCounted();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryExclusive()
    {
        if (_queued != 0 || _state != 0 || Interlocked.CompareExchange(ref _state, Writer, 0) != 0)
        {
            return false;
        }

        Scheduler.SyncPoint("rw.claim");
        if (_slot == 0)
        {
            return true;
        }

        Scheduler.SyncPoint("rw.undo");
        ReleaseExclusive(); // Somebody may have queued behind the claim: serve him.
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReleaseShared(SharedHold hold)
    {
        if (hold == SharedHold.Slot)
        {
            LeaveSlot();
        }
        else
        {
            LeaveCounted();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReleaseExclusive()
    {
        Volatile.Write(ref _state, 0);
        Scheduler.SyncPoint("rw.released");
        if (_queued != 0)
        {
            Serve();
        }
    }

    /// <summary>Turns exclusive into counted shared and lets the readers at the head in.</summary>
    public void Downgrade()
    {
        Volatile.Write(ref _state, Reader);
        if (_queued != 0)
        {
            ServeUnderGate();
        }
    }

    /// <summary>Waits for a counted shared hold.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void SharedSlow(object instance)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(instance);
        if (!task.IsControlled && SpinForShared())
        {
            return;
        }

        Waiter waiter = task.Waiter;
        waiter.Begin();
        Enqueue(waiter);
        Waiter? woken = ServeLocked();
        _gate.Exit();
        GrantAll(woken);
        while (!waiter.IsGranted)
        {
            _ = task.Park(instance);
        }
    }

    /// <summary>Waits for an exclusive hold.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ExclusiveSlow(object instance)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(instance);
        if (!task.IsControlled && SpinForExclusive())
        {
            return;
        }

        Waiter waiter = task.Waiter;
        waiter.Begin();
        waiter.IsExclusive = true;
        Enqueue(waiter);
        while (!waiter.IsGranted)
        {
            if (ReferenceEquals(_queue.Head, waiter))
            {
                Volatile.Write(ref _wakePending, 0);
                Interlocked.MemoryBarrier();
                if (TakeAtHead(waiter))
                {
                    break;
                }
            }

            _gate.Exit();
            _ = task.Park(instance);
            _gate.Enter();
        }

        _gate.Exit();
    }

    private SharedHold TryCounted()
    {
        int state = _state;
        while ((state & Writer) == 0 && _queued == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state + Reader, state);
            if (seen == state)
            {
                return SharedHold.Counted;
            }

            state = seen;
        }

        return SharedHold.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LeaveSlot()
    {
        Volatile.Write(ref _slot, 0);
        Scheduler.SyncPoint("rw.left");
        if (_queued != 0)
        {
            Serve();
        }
    }

    private void LeaveCounted()
    {
        int state = Interlocked.Add(ref _state, -Reader);
        Scheduler.SyncPoint("rw.uncounted");
        if (state == 0 && _queued != 0)
        {
            Serve();
        }
    }

    /// <summary>Joins the queue; returns inside the gate, with every release from now on
    /// seen.</summary>
    private void Enqueue(Waiter waiter)
    {
        _gate.Enter();
        _queue.Append(waiter);
        bool isFirst = _queued == 0;
        Volatile.Write(ref _queued, _queued | Waiters);
        if (isFirst)
        {
            // A releaser that missed the bit has stored its release before this barrier ends.
            _gate.Exit();
            Interlocked.MemoryBarrierProcessWide();
            _gate.Enter();
        }
    }

    private bool SpinForShared()
    {
        for (int round = 0; round < TaskContext.SpinRounds; round++)
        {
            int state = Volatile.Read(ref _state);
            int queued = Volatile.Read(ref _queued);
            bool mayPass = queued == 0 || (queued == Waiters && state == 0 && _slot == 0);
            if ((state & Writer) == 0 && mayPass
                && Interlocked.CompareExchange(ref _state, state + Reader, state) == state)
            {
                return true;
            }

            Thread.SpinWait(TaskContext.SpinLength);
        }

        return false;
    }

    private bool SpinForExclusive()
    {
        for (int round = 0; round < TaskContext.SpinRounds; round++)
        {
            if ((Volatile.Read(ref _queued) & HandOver) == 0 && ClaimFree())
            {
                if (_slot == 0)
                {
                    return true;
                }

                ReleaseExclusive(); // Somebody may have queued behind the claim: serve him.
            }

            Thread.SpinWait(TaskContext.SpinLength);
        }

        return false;
    }

    /// <summary>Sets the writer bit if nobody seems to hold the lock, whoever queues. The slot must
    /// be looked at again after it.</summary>
    private bool ClaimFree() =>
        _state == 0 && _slot == 0 && Interlocked.CompareExchange(ref _state, Writer, 0) == 0;

    /// <summary>Takes a free lock exclusive, inside the gate.</summary>
    private bool TakeFree()
    {
        if (!ClaimFree())
        {
            return false;
        }

        if (_slot == 0)
        {
            return true;
        }

        // A reader is in the slot, or on its way out of it because it saw us: it will serve, for
        // nobody can queue while we are inside the gate.
        Volatile.Write(ref _state, 0);
        return false;
    }

    /// <summary>The woken head takes a free lock, or makes sure that it is handed the next
    /// one.</summary>
    private bool TakeAtHead(Waiter waiter)
    {
        if (TakeFree())
        {
            Dequeue(waiter);
            return true;
        }

        if (waiter.IsOverdue)
        {
            Volatile.Write(ref _queued, Waiters | HandOver);
        }

        return false;
    }

    private void Dequeue(Waiter waiter)
    {
        _queue.Remove(waiter);
        Volatile.Write(ref _queued, _queue.IsEmpty ? 0 : Waiters);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Serve()
    {
        Interlocked.MemoryBarrier(); // The release is visible before the woken head is looked at.
        bool isOnItsWay = Volatile.Read(ref _wakePending) != 0;
        if (!isOnItsWay || (Volatile.Read(ref _queued) & HandOver) != 0)
        {
            ServeUnderGate();
        }
    }

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
        while (_queue.Head is Waiter head && (_state & Writer) == 0)
        {
            if (!head.IsExclusive)
            {
                int state = Volatile.Read(ref _state);
                bool isFree = (state & Writer) == 0;
                if (isFree
                    && Interlocked.CompareExchange(ref _state, state + Reader, state) == state)
                {
                    Dequeue(head);
                    granted.Append(head);
                }

                continue;
            }

            if ((_queued & HandOver) == 0)
            {
                WakeHead(head);
            }
            else if (TakeFree())
            {
                Dequeue(head);
                granted.Append(head);
            }

            break;
        }

        return granted.TakeAll();
    }

    private void WakeHead(Waiter head)
    {
        if (_state == 0 && _slot == 0 && Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            head.Task.Unpark();
        }
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
