// Inodes whose on-disk form is behind: times, mostly. A task of the volume stores them a few seconds later, in one
// pass; a sync stores them at once.
//
// Invariants: an inode is in the queue at most once; it stays in memory while it is dirty.
// Locks: none; the queue is concurrent, _isRunning (interlocked) admits one task.

using System.Collections.Concurrent;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Ext.Inodes;

/// <summary>Inodes to be stored.</summary>
/// <param name="delayMs">Longest time that a change stays in memory alone.</param>
internal sealed class DirtyInodes(int delayMs)
{
    private const int CountMax = 1024;

    private readonly ConcurrentQueue<ExtInode> _queue = new();
    private readonly WaitQueue _wake = new("inodes to be stored");
    private readonly WaitQueue _idle = new("end of a pass over inodes");
    private int _isRunning; // interlocked
    private int _isStopping;
    private int _count; // interlocked

    /// <summary>An inode changed. Never waits.</summary>
    /// <param name="inode">The inode.</param>
    internal void Add(ExtInode inode)
    {
        _queue.Enqueue(inode);
        if (Interlocked.Increment(ref _count) == CountMax)
        {
            _wake.WakeAll();
        }

        if ((Volatile.Read(ref _isStopping) == 0) && (Interlocked.Exchange(ref _isRunning, 1) == 0))
        {
            _ = Scheduler.Spawn("inodes to be stored", Run);
        }
    }

    /// <summary>Stores everything that is queued.</summary>
    /// <returns>Success, or the first error.</returns>
    /// <locks>Caller: nothing of rank 420 or deeper.</locks>
    internal Result Flush()
    {
        Result result = Result.Ok;
        for (int left = _queue.Count; (left > 0) && _queue.TryDequeue(out ExtInode? inode); left--)
        {
            _ = Interlocked.Decrement(ref _count);
            inode.LeaveQueue();
            Result stored = inode.StoreIfDirty(dataOnly: false);
            result = result.IsOk ? stored : result;
        }

        return result;
    }

    /// <summary>Ends the task.</summary>
    internal void Stop()
    {
        Volatile.Write(ref _isStopping, 1);
        _wake.WakeAll();
        _idle.WaitUntil(this, static self => Volatile.Read(ref self._isRunning) == 0);
    }

    private void Run()
    {
        while (true)
        {
            _ = _wake.WaitUntil(
                this,
                static self =>
                    (Volatile.Read(ref self._isStopping) != 0) || (Volatile.Read(ref self._count) >= CountMax),
                delayMs);

            // OK: an aborted log is reported to whoever syncs.
            _ = Flush();
            if (_queue.IsEmpty || (Volatile.Read(ref _isStopping) != 0))
            {
                _ = Interlocked.Exchange(ref _isRunning, 0);
                bool isLate = !_queue.IsEmpty && (Volatile.Read(ref _isStopping) == 0);
                if (!isLate || (Interlocked.Exchange(ref _isRunning, 1) != 0))
                {
                    _idle.WakeAll();
                    return;
                }
            }
        }
    }
}
