// The dirty pages of one volume: who has them, who writes them, and who must wait because there are too many.
//
// Life of dirty data
//   written --> mapping queued here --(30 s old, or too much dirty, or sync)--> Host.WritePages --> device --> I/O end
// A flusher thread exists while something is dirty and the mode says so. It holds nothing when it takes a mapping.
// Throttling: above the background limit the flusher runs; above the hard limit writers wait, all for the same
// condition, so
// that none is passed over. A volume's share of the hard limit is its own, so a device that is stuck stops
// nobody else; when
// the flusher cannot clean anything the writers of that volume get EIO instead of waiting for ever.
//
// Locks: _latch (rank 522) guards the queue. I/O ends run on a worker (IoEndWorker) that takes no folio lock.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.PageCache.Writing;

/// <summary>Writeback of one volume.</summary>
public sealed class WritebackDomain
{
    private const int PollMs = 1000;
    private const int IdleRounds = 3;

    private readonly SpinLatch _latch;
    private readonly Queue<Mapping> _dirty = new(); // guarded by _latch
    private readonly WaitQueue _wake = new("flusher");
    private readonly WaitQueue _cleaned = new("throttled writers");
    private readonly WaitQueue _ended = new("end of a flusher's pass");
    private bool _hasFlusher; // guarded by _latch
    private bool _isStopping; // guarded by _latch
    private long _dirtyBytes; // interlocked
    private int _isStuck; // 1: the last pass met errors and cleaned nothing
    private int _isKicked; // interlocked
    private long _throttled; // interlocked
    private long _failures; // interlocked

    /// <summary>Makes the domain of one volume.</summary>
    /// <param name="pool">Where its pages live.</param>
    /// <param name="fileSystemType">Keys the lock classes.</param>
    public WritebackDomain(FolioPool pool, string fileSystemType)
    {
        Pool = pool;
        _latch = new SpinLatch(LockClasses.WritebackList.For(fileSystemType));
        IoEnds = new IoEndWorker(fileSystemType);
    }

    /// <summary>Where its pages live.</summary>
    public FolioPool Pool { get; }

    /// <summary>Who runs the ends of I/O.</summary>
    public IoEndWorker IoEnds { get; }

    /// <summary>Who writes when nobody asks.</summary>
    public FlusherMode Mode { get; set; } = FlusherMode.Thread;

    /// <summary>Age at which dirty data are written without being asked, in milliseconds.</summary>
    public long ExpireMs { get; set; } = 30_000;

    /// <summary>Bytes that are dirty or under writeback.</summary>
    public long DirtyBytes => Volatile.Read(ref _dirtyBytes);

    /// <summary>Times a writer had to wait.</summary>
    public long Throttled => Volatile.Read(ref _throttled);

    /// <summary>Transfers that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Most dirty bytes of this volume before its writers wait.</summary>
    public long DirtyBytesMax => Pool.DirtyBytesMax / Math.Max(1, Pool.DirtyDomains);

    /// <summary>Waits while too much is dirty. Called before each write takes its locks.</summary>
    /// <returns>Success.</returns>
    /// <errors>EIO too much is dirty and the device takes nothing.</errors>
    /// <locks>Caller: nothing at rank 210 or deeper.</locks>
    public Result Throttle()
    {
        if (DirtyBytes <= Pool.BackgroundDirtyBytes / Math.Max(1, Pool.DirtyDomains))
        {
            return Result.Ok;
        }

        Kick();
        if (DirtyBytes <= DirtyBytesMax)
        {
            return Result.Ok;
        }

        _ = Interlocked.Increment(ref _throttled);
        if (Mode == FlusherMode.Manual)
        {
            _ = WriteAll(WritebackReason.Background);
            IoEnds.Drain();
        }

        _cleaned.WaitUntil(this, static self => self.DirtyBytes <= self.DirtyBytesMax || self.IsStuck);
        return DirtyBytes <= DirtyBytesMax ? Result.Ok : PageCacheReasons.CannotClean;
    }

    /// <summary>Writes everything that is dirty now and waits until it is on the device, I/O ends included.</summary>
    /// <returns>Success, or the first error.</returns>
    /// <locks>Caller: nothing at rank 360 or deeper. Takes what the hosts' WritePages take.</locks>
    public Result Sync()
    {
        Result result = WriteAll(WritebackReason.Sync);
        IoEnds.Drain();
        return result;
    }

    /// <summary>Ends the flusher; what is dirty stays dirty. For unmounting, after a sync.</summary>
    /// <locks>Caller: nothing that a flusher needs.</locks>
    public void Stop()
    {
        using (SpinGuard guard = _latch.Acquire())
        {
            _isStopping = true;
        }

        _wake.WakeAll();
        _ended.WaitUntil(this, static self => !self.HasFlusher());
        IoEnds.Drain();
    }

    /// <summary>A transfer failed, or a place for dirty bytes could not be found.</summary>
    public void NoteFailure() => _ = Interlocked.Increment(ref _failures);

    internal bool IsStuck => Volatile.Read(ref _isStuck) != 0;

    /// <summary>Counts dirty bytes of a mapping.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="change">Bytes.</param>
    /// <param name="isFirst">Whether the mapping had none before.</param>
    internal void Account(Mapping mapping, long change, bool isFirst)
    {
        long now = Interlocked.Add(ref _dirtyBytes, change);
        int domains = change > 0 && now == change ? 1 : change < 0 && now == 0 ? -1 : 0;
        Pool.AccountDirty(change, domains);
        if (isFirst)
        {
            Enqueue(mapping);
        }

        if (change < 0)
        {
            Volatile.Write(ref _isStuck, 0);
            _cleaned.WakeAll();
        }
    }

    private void Enqueue(Mapping mapping)
    {
        bool starts;
        using (SpinGuard guard = _latch.Acquire())
        {
            if (mapping.IsInDirtyQueue)
            {
                return;
            }

            mapping.IsInDirtyQueue = true;
            mapping.DirtiedMs = Environment.TickCount64;
            _dirty.Enqueue(mapping);
            starts = Mode == FlusherMode.Thread && !_hasFlusher && !_isStopping;
            _hasFlusher |= starts;
        }

        if (starts)
        {
            _ = Scheduler.Spawn("flusher", RunFlusher);
        }
    }

    private void Kick()
    {
        if (Interlocked.Exchange(ref _isKicked, 1) == 0)
        {
            _wake.WakeAll();
        }
    }

    private bool HasFlusher()
    {
        using SpinGuard guard = _latch.Acquire();
        return _hasFlusher;
    }

    private void RunFlusher()
    {
        int idle = 0;
        while (true)
        {
            _ = _wake.WaitUntil(this, static self => self.MustWake(), PollMs);
            bool wasKicked = Interlocked.Exchange(ref _isKicked, 0) != 0;
            bool everything = wasKicked || DirtyBytes > Pool.BackgroundDirtyBytes / Math.Max(1, Pool.DirtyDomains);
            idle = Rotate() is null ? idle + 1 : 0;
            if (Leaves(idle))
            {
                break;
            }

            WriteOld(everything ? 0 : ExpireMs);
        }

        _ended.WakeAll();
    }

    // Under the latch, so that whoever enqueues after it starts another flusher.
    private bool Leaves(int idle)
    {
        using SpinGuard guard = _latch.Acquire();
        if (_isStopping || (idle > IdleRounds && _dirty.Count == 0))
        {
            _hasFlusher = false;
            return true;
        }

        return false;
    }

    private bool MustWake()
    {
        if (Volatile.Read(ref _isKicked) != 0)
        {
            return true;
        }

        using SpinGuard guard = _latch.Acquire();
        return _isStopping;
    }

    // One pass over the mappings that were queued when it began.
    private void WriteOld(long ageMs)
    {
        long before = DirtyBytes;
        long failures = Failures;
        int count = QueuedCount();
        long now = Environment.TickCount64;
        while (count > 0 && Rotate() is Mapping mapping)
        {
            count--;
            if (now - mapping.DirtiedMs >= ageMs)
            {
                _ = WriteOne(mapping, new WritebackControl(WritebackReason.Background, 0, long.MaxValue));
                mapping.DirtiedMs = now;
            }
        }

        NoteProgress(failures, before);
    }

    private Result WriteAll(WritebackReason reason)
    {
        Result result = Result.Ok;
        long failures = Failures;
        long before = DirtyBytes;
        foreach (Mapping mapping in Snapshot())
        {
            Result written = WriteOne(mapping, new WritebackControl(reason, 0, long.MaxValue));
            if (result.IsOk)
            {
                result = written;
            }
        }

        NoteProgress(failures, before);
        return result;
    }

    // A pass that met errors and made nothing clean: waiting for the next one would be waiting for ever.
    private void NoteProgress(long failures, long before)
    {
        IoEnds.Drain();
        if (Failures != failures && DirtyBytes >= before && before > 0)
        {
            Volatile.Write(ref _isStuck, 1);
            _cleaned.WakeAll();
        }
    }

    private static Result WriteOne(Mapping mapping, in WritebackControl control)
    {
        try
        {
            return mapping.Host.WritePages(control);
        }
        catch (FsException damage)
        {
            mapping.Errors.Record(damage.Error.Errno == Errno.OK ? Errno.EIO : damage.Error.Errno);
            return damage.Error;
        }
    }

    // Those that are clean leave the queue, so that it holds no more than is dirty, with a flusher or without.
    private List<Mapping> Snapshot()
    {
        List<Mapping> found = [];
        using SpinGuard guard = _latch.Acquire();
        for (int left = _dirty.Count; left > 0; left--)
        {
            Mapping mapping = _dirty.Dequeue();
            if (mapping.DirtyBytes > 0)
            {
                _dirty.Enqueue(mapping);
                found.Add(mapping);
            }
            else
            {
                mapping.IsInDirtyQueue = false;
            }
        }

        return found;
    }

    private int QueuedCount()
    {
        using SpinGuard guard = _latch.Acquire();
        return _dirty.Count;
    }

    // The next mapping that has dirty pages; it goes to the end of the queue, so that a sync that comes
    // meanwhile sees it.
    // Those that are clean leave. Account may call Enqueue for one of them at any moment: it looks at the flag
    // under the latch,
    // and this looks at the count under it.
    private Mapping? Rotate()
    {
        using SpinGuard guard = _latch.Acquire();
        while (_dirty.TryDequeue(out Mapping? mapping))
        {
            if (mapping.DirtyBytes > 0)
            {
                _dirty.Enqueue(mapping);
                return mapping;
            }

            mapping.IsInDirtyQueue = false;
        }

        return null;
    }
}
