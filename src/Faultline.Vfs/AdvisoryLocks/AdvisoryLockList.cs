// The advisory locks of one file, of one kind: byte ranges (fcntl and OFD locks share a list), or the whole (flock).
//
// Invariants: locks of different owners that overlap are all Read; locks of one owner do not overlap, and those of
// one type do not touch.
// Locks: _latch (rank 517). Waiting happens without it: who waits remembers the version and looks again when it
// changes.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>The advisory locks of one file, of one kind.</summary>
internal sealed class AdvisoryLockList
{
    private readonly SpinLatch _latch = new(LockClasses.FileLocks.Key);
    private readonly WaitQueue _changed = new("advisory lock");
    private readonly List<AdvisoryLock> _locks = []; // guarded by _latch
    private long _version; // written under _latch

    /// <summary>Changes whenever a lock does.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>Number of locks.</summary>
    internal int Count
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return _locks.Count;
        }
    }

    /// <summary>Finds a lock that is in the way.</summary>
    /// <param name="wanted">What is wanted.</param>
    /// <returns>The first by position, or null.</returns>
    /// <locks>Takes: the latch.</locks>
    internal AdvisoryLock? FindConflict(in AdvisoryLock wanted)
    {
        using SpinGuard guard = _latch.Acquire();
        return FindConflictLocked(wanted);
    }

    /// <summary>Sets, converts or removes locks of an owner over a range.</summary>
    /// <param name="wanted">What is wanted; Unlock removes.</param>
    /// <param name="wait">Whether to wait.</param>
    /// <param name="file">The open file's own owner: its end ends the wait.</param>
    /// <param name="detects">Whether circles of waiting owners are looked for.</param>
    /// <returns>Success.</returns>
    /// <errors>EAGAIN; EDEADLK; EBADF the file was closed during the wait.</errors>
    /// <locks>Caller: no lock, when it may wait. Takes: the latch, and that of the graph.</locks>
    internal Result Set(in AdvisoryLock wanted, AdvisoryLockWait wait, LockOwner file, bool detects)
    {
        while (true)
        {
            OwnerWait blocked;
            using (SpinGuard guard = _latch.Acquire())
            {
                if (wanted.Type == AdvisoryLockType.Unlock || FindConflictLocked(wanted) is not AdvisoryLock conflict)
                {
                    ApplyLocked(wanted);
                    break;
                }

                if (wait == AdvisoryLockWait.Try)
                {
                    return AdvisoryLockReasons.Conflict;
                }

                blocked = new OwnerWait(conflict.Owner, this, _version);
                if (detects && !BlockedOwners.TryEnter(wanted.Owner, blocked))
                {
                    return AdvisoryLockReasons.Deadlock;
                }
            }

            _changed.WaitUntil(
                (Blocked: blocked, File: file), static state => !state.Blocked.Counts || state.File.IsClosed);
            if (detects)
            {
                BlockedOwners.Leave(wanted.Owner, blocked);
            }

            if (file.IsClosed)
            {
                return AdvisoryLockReasons.Cancelled;
            }
        }

        _changed.WakeAll();
        return Result.Ok;
    }

    /// <summary>Whether an owner has a lock, of that type and that range.</summary>
    /// <param name="one">The lock.</param>
    /// <returns>True when it is there.</returns>
    /// <locks>Takes: the latch.</locks>
    internal bool Has(in AdvisoryLock one)
    {
        using SpinGuard guard = _latch.Acquire();
        return _locks.Contains(one);
    }

    /// <summary>Removes all locks of an owner.</summary>
    /// <param name="owner">The owner.</param>
    /// <locks>Takes: the latch.</locks>
    internal void Release(LockOwner owner)
    {
        using (SpinGuard guard = _latch.Acquire())
        {
            if (_locks.RemoveAll(each => ReferenceEquals(each.Owner, owner)) > 0)
            {
                Volatile.Write(ref _version, _version + 1);
            }
        }

        // Also without a change: who waits on behalf of a file that was closed looks again.
        _changed.WakeAll();
    }

    private AdvisoryLock? FindConflictLocked(in AdvisoryLock wanted)
    {
        AdvisoryLock? found = null;
        foreach (AdvisoryLock each in _locks)
        {
            bool excludes = wanted.Type == AdvisoryLockType.Write || each.Type == AdvisoryLockType.Write;
            if (excludes
                && !ReferenceEquals(each.Owner, wanted.Owner)
                && each.Overlaps(wanted.Start, wanted.Last)
                && (found is null || each.Start < found.Value.Start))
            {
                found = each;
            }
        }

        return found;
    }

    // The owner's own locks give way: those of the same type melt into the new one, the others lose the range.
    private void ApplyLocked(in AdvisoryLock wanted)
    {
        long start = wanted.Start;
        long last = wanted.Last;
        for (int index = _locks.Count - 1; index >= 0; index--)
        {
            AdvisoryLock own = _locks[index];
            if (!ReferenceEquals(own.Owner, wanted.Owner))
            {
                continue;
            }

            if (own.Type == wanted.Type && own.Touches(start, last))
            {
                start = Math.Min(start, own.Start);
                last = Math.Max(last, own.Last);
                _locks.RemoveAt(index);
            }
            else if (own.Overlaps(wanted.Start, wanted.Last))
            {
                _locks.RemoveAt(index);
                KeepAround(own, wanted);
            }
        }

        if (wanted.Type != AdvisoryLockType.Unlock)
        {
            _locks.Add(wanted with { Start = start, Last = last });
        }

        Volatile.Write(ref _version, _version + 1);
    }

    // Appended behind the index of the loop, which goes down and does not meet them.
    private void KeepAround(in AdvisoryLock own, in AdvisoryLock wanted)
    {
        if (own.Start < wanted.Start)
        {
            _locks.Add(own with { Last = wanted.Start - 1 });
        }

        if (own.Last > wanted.Last)
        {
            _locks.Add(own with { Start = wanted.Last + 1 });
        }
    }
}
