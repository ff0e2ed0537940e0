// Reads ahead beside the readers.
//
// A window that is submitted is a wish: when the queue is full it is dropped, and the reader that gets there reads by
// itself. Submitting never waits, so that a NOWAIT read may do it.
// Locks: _latch (rank 520, with the reclaim queues: neither is held inside the other) guards the queue. A worker holds
// nothing when it takes a window, and then what Mapping.FillWindow takes.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Locking;

namespace Faultline.PageCache.Reading;

/// <summary>The readahead threads of one pool.</summary>
public sealed class ReadaheadWorkers
{
    private const int QueueMax = 64;
    private const int IdleMs = 2000;
    private static readonly int s_threadsMax = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly SpinLatch _latch = new(LockClasses.ReclaimQueue.Key);
    private readonly Queue<(Mapping Mapping, ReadaheadWindow Window)> _queue = new(QueueMax); // guarded by _latch
    private readonly WaitQueue _wake = new("readahead work");
    private int _threads; // guarded by _latch
    private int _idle; // guarded by _latch
    private long _pending; // interlocked: queued or running
    private long _dropped; // interlocked

    /// <summary>Who does it.</summary>
    public ReadaheadMode Mode { get; set; } = ReadaheadMode.Workers;

    /// <summary>Windows dropped because the queue was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Waits until everything submitted so far is done; for tests and orderly ends.</summary>
    /// <locks>Caller: nothing.</locks>
    public void Drain() => _wake.WaitUntil(this, static self => Volatile.Read(ref self._pending) == 0);

    /// <summary>Asks for a window. Never waits.</summary>
    internal void Submit(Mapping mapping, ReadaheadWindow window)
    {
        if (Mode == ReadaheadMode.Off)
        {
            return;
        }

        _ = Interlocked.Increment(ref _pending);
        if (Mode == ReadaheadMode.Tasks)
        {
            SpawnTask(mapping, window);
            return;
        }

        bool starts;
        using (SpinGuard guard = _latch.Acquire())
        {
            if (_queue.Count == QueueMax)
            {
                _ = Interlocked.Increment(ref _dropped);
                _ = Interlocked.Decrement(ref _pending);
                return;
            }

            _queue.Enqueue((mapping, window));
            starts = _idle == 0 && _threads < s_threadsMax;
            _threads += starts ? 1 : 0;
        }

        if (starts)
        {
            _ = Scheduler.Spawn("readahead", WorkUntilIdle);
        }
        else
        {
            _wake.WakeAll();
        }
    }

    // Out of line, so that the closure is not allocated by every Submit.
    private void SpawnTask(Mapping mapping, ReadaheadWindow window) =>
        _ = Scheduler.Spawn("readahead", () => Run(mapping, window));

    private void WorkUntilIdle()
    {
        bool isIdle = false;
        try
        {
            while (!isIdle)
            {
                if (TryTake(out Mapping? mapping, out ReadaheadWindow window))
                {
                    Run(mapping!, window);
                }
                else
                {
                    isIdle = !WaitForWork();
                }
            }
        }
        finally
        {
            // A thread that an unexpected exception ends makes room for another; a window it leaves queued is run
            // by whoever comes next.
            if (!isIdle)
            {
                using SpinGuard guard = _latch.Acquire();
                _threads--;
            }
        }
    }

    private bool TryTake(out Mapping? mapping, out ReadaheadWindow window)
    {
        using SpinGuard guard = _latch.Acquire();
        bool found = _queue.TryDequeue(out (Mapping Mapping, ReadaheadWindow Window) item);
        mapping = item.Mapping;
        window = item.Window;
        return found;
    }

    // False ends the thread: nothing came for a while, and an idle process should have no threads of ours.
    private bool WaitForWork()
    {
        SetIdle(+1);
        bool woken = _wake.WaitUntil(this, static self => self.HasWork(), IdleMs);
        using SpinGuard guard = _latch.Acquire();
        _idle--;
        if (woken || _queue.Count > 0)
        {
            return true;
        }

        _threads--;
        return false;
    }

    private void SetIdle(int change)
    {
        using SpinGuard guard = _latch.Acquire();
        _idle += change;
    }

    private bool HasWork()
    {
        using SpinGuard guard = _latch.Acquire();
        return _queue.Count > 0;
    }

    private void Run(Mapping mapping, in ReadaheadWindow window)
    {
        try
        {
            mapping.FillWindow(window);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _pending);
            _wake.WakeAll();
        }
    }
}
