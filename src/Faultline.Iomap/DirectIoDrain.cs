// Direct transfers in flight on one file, by range, and waiting until those of a range are done.
//
// Locks: _latch (rank 516) guards the list. For the validator a transfer holds the pseudo lock of rank 240
// shared, and a
// drain takes it exclusively.

using System.Collections.Generic;
using Faultline.Locking;

namespace Faultline.Iomap;

/// <summary>The direct transfers in flight on one file.</summary>
public sealed class DirectIoDrain
{
    private readonly SpinLatch _latch;
    private readonly PseudoLock _pseudo;
    private readonly WaitQueue _finished = new("direct I/O");
    private readonly List<(long Start, long End)> _inFlight = []; // guarded by _latch

    /// <summary>Nothing in flight.</summary>
    /// <param name="fileSystemType">Keys the lock classes.</param>
    public DirectIoDrain(string fileSystemType)
    {
        _latch = new SpinLatch(LockClasses.OpenFileState.For(fileSystemType));
        _pseudo = new PseudoLock(LockClasses.DirectIoDrain.For(fileSystemType));
    }

    /// <summary>A transfer begins.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after it.</param>
    /// <returns>Dispose when it is done, its I/O end included.</returns>
    /// <locks>Caller: inode lock, at least shared.</locks>
    public DirectIoGuard Enter(long start, long end)
    {
        using (SpinGuard guard = _latch.Acquire())
        {
            _inFlight.Add((start, end));
        }

        return new DirectIoGuard(this, start, end, _pseudo.HoldWithoutWait(LockMode.Shared));
    }

    /// <summary>Waits until no transfer of a range is in flight.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range; <see cref="long.MaxValue"/> for everything after.</param>
    /// <locks>Caller: inode lock exclusive, so that none begins; nothing of rank 240 or deeper.</locks>
    public void Wait(long start, long end)
    {
        _pseudo.MightWait();
        if (HasNone(start, end))
        {
            return;
        }

        _finished.WaitUntil(
            (Self: this, Start: start, End: end), static state => state.Self.HasNone(state.Start, state.End));
    }

    internal void Leave(long start, long end)
    {
        using (SpinGuard guard = _latch.Acquire())
        {
            _ = _inFlight.Remove((start, end));
        }

        _finished.WakeAll();
    }

    private bool HasNone(long start, long end)
    {
        using SpinGuard guard = _latch.Acquire();
        foreach ((long Start, long End) each in _inFlight)
        {
            if (each.Start < end && start < each.End)
            {
                return false;
            }
        }

        return true;
    }
}
