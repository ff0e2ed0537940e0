// Inodes whose last name and last reference are gone, on their way out. Whoever drops the last reference may hold
// anything, so the work is done by a task of the volume, which exists only while there is work.
//
// Locks: none; the queue is concurrent, and _isRunning (interlocked) admits one worker.

using System.Collections.Concurrent;
using System.Threading;
using Faultline.Locking;

namespace Faultline.Vfs.Inodes;

/// <summary>The inactivation worker of a volume.</summary>
/// <param name="superBlock">The volume.</param>
public sealed class InactivationQueue(SuperBlock superBlock)
{
    private readonly ConcurrentQueue<Inode> _queue = new();
    private readonly WaitQueue _idle = new("inactivation");
    private int _isRunning; // interlocked

    /// <summary>Whether nothing waits and nothing is being done.</summary>
    public bool IsIdle => Volatile.Read(ref _isRunning) == 0 && _queue.IsEmpty;

    /// <summary>Waits until all that was queued is done.</summary>
    /// <locks>Caller: nothing at rank 245 or deeper.</locks>
    public void Drain() => _idle.WaitUntil(this, static self => self.IsIdle);

    /// <summary>Hands an inode over. Never waits.</summary>
    /// <param name="inode">With no reference.</param>
    internal void Queue(Inode inode)
    {
        _queue.Enqueue(inode);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            _ = Scheduler.Spawn("inactivation", Run);
        }
    }

    private void Run()
    {
        while (true)
        {
            while (_queue.TryDequeue(out Inode? inode))
            {
                superBlock.Inodes.Inactivate(inode);
            }

            _ = Interlocked.Exchange(ref _isRunning, 0);
            if (_queue.IsEmpty || Interlocked.Exchange(ref _isRunning, 1) != 0)
            {
                _idle.WakeAll();
                return;
            }
        }
    }
}
