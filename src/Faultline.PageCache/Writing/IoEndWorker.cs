// Runs the ends of I/O of one volume, in the order in which they came.
//
// A worker exists while there is something to do. It takes no lock that a waiter for writeback may hold.
// Locks: _latch (rank 522) guards the queue.

using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Faultline.Locking;

namespace Faultline.PageCache.Writing;

/// <summary>The I/O-end worker of one volume.</summary>
public sealed class IoEndWorker
{
    private const int IdleMs = 2000;

    private readonly SpinLatch _latch;
    private readonly PseudoLock _writeback;
    private readonly WaitQueue _wake = new("I/O end work");
    private readonly WaitQueue _drained = new("end of I/O ends");
    private IIoEnd? _first; // guarded by _latch
    private IIoEnd? _last; // guarded by _latch
    private bool _hasWorker; // guarded by _latch
    private long _submitted; // interlocked
    private long _ended; // interlocked: of those, the first so many, as they end in order
    private Exception? _failure; // interlocked: a broken invariant, thrown by the next Drain

    internal IoEndWorker(string fileSystemType)
    {
        _latch = new SpinLatch(LockClasses.WritebackList.For(fileSystemType));
        _writeback = new PseudoLock(LockClasses.FolioWriteback.For(fileSystemType));
    }

    /// <summary>Whether ends run in whoever submits them: for tests that prepare and check between controlled runs. A
    /// submitter that holds a lock must not be made to run them in production.</summary>
    public bool RunsInline { get; set; }

    /// <summary>Ends that are queued or running.</summary>
    public long Pending => Volatile.Read(ref _submitted) - Volatile.Read(ref _ended);

    /// <summary>Queues an end. Never waits.</summary>
    /// <param name="end">The end; not queued anywhere.</param>
    public void Submit(IIoEnd end)
    {
        _ = Interlocked.Increment(ref _submitted);
        if (RunsInline)
        {
            Run(end);
            return;
        }

        bool starts;
        using (SpinGuard guard = _latch.Acquire())
        {
            end.Next = null;
            if (_last is null)
            {
                _first = end;
            }
            else
            {
                _last.Next = end;
            }

            _last = end;
            starts = !_hasWorker;
            _hasWorker = true;
        }

        if (starts)
        {
            _ = Scheduler.Spawn("io-end", Work);
        }
        else
        {
            _wake.WakeAll();
        }
    }

    /// <summary>Waits until everything submitted so far has ended; what is submitted meanwhile is not its
    /// business.</summary>
    /// <locks>Caller: no lock that an I/O end takes.</locks>
    public void Drain()
    {
        _writeback.MightWait();
        _drained.WaitUntil(
            (Self: this, Count: Volatile.Read(ref _submitted)),
            static state => Volatile.Read(ref state.Self._ended) >= state.Count);
        ThrowIfBroken();
    }

    /// <summary>Throws what an end of I/O threw: a broken invariant, never an I/O error.</summary>
    public void ThrowIfBroken()
    {
        if (Volatile.Read(ref _failure) is not null && Interlocked.Exchange(ref _failure, null) is Exception failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Work()
    {
        while (true)
        {
            IIoEnd? end = Take();
            if (end is not null)
            {
                Run(end);
            }
            else if (!WaitForWork())
            {
                return;
            }
        }
    }

    private void Run(IIoEnd end)
    {
#pragma warning disable CA1031 // The boundary of the worker: a broken invariant belongs to who waits for the work.
        try
        {
            using PseudoGuard held = _writeback.HoldWithoutWait(LockMode.Shared);
            end.Run();
        }
        catch (Exception failure)
        {
            _ = Interlocked.CompareExchange(ref _failure, failure, null);
        }
#pragma warning restore CA1031

        _ = Interlocked.Increment(ref _ended);
        _drained.WakeAll();
    }

    private IIoEnd? Take()
    {
        using SpinGuard guard = _latch.Acquire();
        IIoEnd? end = _first;
        if (end is not null)
        {
            _first = end.Next;
            if (_first is null)
            {
                _last = null;
            }
        }

        return end;
    }

    // False ends the worker: nothing came for a while. Under a controlled scheduler it ends at once, so that a
    // run ends.
    private bool WaitForWork()
    {
        int idleMs = Scheduler.IsControlled ? 0 : IdleMs;
        if (idleMs > 0 && _wake.WaitUntil(this, static self => self.HasWork(), idleMs))
        {
            return true;
        }

        using SpinGuard guard = _latch.Acquire();
        if (_first is not null)
        {
            return true;
        }

        _hasWorker = false;
        return false;
    }

    private bool HasWork()
    {
        using SpinGuard guard = _latch.Acquire();
        return _first is not null;
    }
}
