// Advisory locks: fcntl(2) F_SETLK and F_OFD_SETLK, flock(2).

using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.AdvisoryLocks;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    private LockOwner? _ownOwner; // created once, by interlocked exchange

    /// <summary>Who owns the fcntl locks that are set through this file: one owner for each caller's
    /// <see cref="Calls.Mount"/>, as a process is on Linux.</summary>
    public LockOwner ProcessOwner { get; }

    /// <summary>Sets, converts or removes the caller's locks of a byte range. They go when the caller closes any open
    /// file of the inode.</summary>
    /// <param name="type">Read, Write, or Unlock.</param>
    /// <param name="start">First byte.</param>
    /// <param name="length">Bytes; 0 for all that follow; negative for those before the start.</param>
    /// <param name="wait">Whether to wait for others.</param>
    /// <param name="owner">Whose locks; <see cref="ProcessOwner"/> when null.</param>
    /// <returns>Success.</returns>
    /// <errors>EAGAIN another's lock is in the way; EDEADLK; EBADF closed, or not open for this; EINVAL, EOVERFLOW the
    /// range.</errors>
    /// <locks>Caller: nothing. Takes: latches.</locks>
    /// <source>fcntl(2) F_SETLK, F_SETLKW</source>
    public Result SetLock(
        AdvisoryLockType type,
        long start,
        long length,
        AdvisoryLockWait wait = AdvisoryLockWait.Try,
        LockOwner? owner = null)
    {
        Result<AdvisoryLock> wanted = Describe(owner ?? ProcessOwner, type, start, length);
        return wanted.TryGet(out AdvisoryLock all, out FsError error)
            ? SetIn(Inode.AdvisoryLocks.Ranges, all, wait, detects: true)
            : error;
    }

    /// <summary>As <see cref="SetLock"/>, but the lock is the open file's: it goes with it, and waiting for it is not
    /// examined for deadlocks.</summary>
    /// <param name="type">Read, Write, or Unlock.</param>
    /// <param name="start">First byte.</param>
    /// <param name="length">As there.</param>
    /// <param name="wait">Whether to wait for others.</param>
    /// <returns>Success.</returns>
    /// <errors>As there, but EDEADLK.</errors>
    /// <locks>As there.</locks>
    /// <source>fcntl(2) F_OFD_SETLK, F_OFD_SETLKW</source>
    public Result SetFileLock(
        AdvisoryLockType type, long start, long length, AdvisoryLockWait wait = AdvisoryLockWait.Try)
    {
        Result<AdvisoryLock> wanted = Describe(OwnOwner, type, start, length);
        return wanted.TryGet(out AdvisoryLock all, out FsError error)
            ? SetIn(Inode.AdvisoryLocks.Ranges, all, wait, detects: false)
            : error;
    }

    /// <summary>Whether a lock could be set.</summary>
    /// <param name="type">Read or Write.</param>
    /// <param name="start">First byte.</param>
    /// <param name="length">As for <see cref="SetLock"/>.</param>
    /// <param name="owner">Whose; <see cref="ProcessOwner"/> when null, <see cref="OwnOwner"/> for an OFD lock.</param>
    /// <returns>The lock that is in the way, or null.</returns>
    /// <errors>EINVAL Unlock, or the range; EBADF closed.</errors>
    /// <locks>As for <see cref="SetLock"/>.</locks>
    /// <source>fcntl(2) F_GETLK, F_OFD_GETLK</source>
    public Result<AdvisoryLock?> TestLock(
        AdvisoryLockType type, long start, long length, LockOwner? owner = null)
    {
        if (IsClosed || (Flags & OpenFlags.O_PATH) != 0)
        {
            return AdvisoryLockReasons.TestClosed;
        }

        if (type == AdvisoryLockType.Unlock)
        {
            return AdvisoryLockReasons.TestUnlock;
        }

        Result<AdvisoryLock> wanted = RangeOf(owner ?? ProcessOwner, type, start, length);
        return wanted.TryGet(out AdvisoryLock all, out FsError error)
            ? Inode.AdvisoryLocks.Ranges.FindConflict(all)
            : error;
    }

    /// <summary>Locks the whole file on behalf of the open file. A conversion gives the old lock back first.</summary>
    /// <param name="type">Read (LOCK_SH), Write (LOCK_EX) or Unlock (LOCK_UN).</param>
    /// <param name="wait">Whether to wait for others.</param>
    /// <returns>Success.</returns>
    /// <errors>EAGAIN (EWOULDBLOCK) another's lock is in the way; EBADF closed, or O_PATH.</errors>
    /// <locks>Caller: nothing. Takes: latches.</locks>
    /// <source>flock(2)</source>
    public Result Flock(AdvisoryLockType type, AdvisoryLockWait wait = AdvisoryLockWait.Wait)
    {
        if (IsClosed || (Flags & OpenFlags.O_PATH) != 0)
        {
            return AdvisoryLockReasons.FlockClosed;
        }

        AdvisoryLock wanted = new(OwnOwner, type, 0, long.MaxValue);
        AdvisoryLockList locks = Inode.AdvisoryLocks.Whole;
        if (type != AdvisoryLockType.Unlock && locks.Has(wanted))
        {
            return Result.Ok;
        }

        // OK: giving back never fails.
        _ = locks.Set(wanted with { Type = AdvisoryLockType.Unlock }, AdvisoryLockWait.Try, OwnOwner, detects: false);
        return type == AdvisoryLockType.Unlock
            ? Result.Ok
            : SetIn(locks, wanted, wait, detects: false);
    }

    /// <summary>The owner of the locks that are the open file's: OFD locks and flock.</summary>
    public LockOwner OwnOwner =>
        Volatile.Read(ref _ownOwner) ?? Interlocked.CompareExchange(ref _ownOwner, new LockOwner("open file"), null)
            ?? _ownOwner;

    // Whoever closes a file loses the caller's fcntl locks of the inode, set through whichever file.
    private void ReleaseLocks()
    {
        LockOwner? own = Volatile.Read(ref _ownOwner);
        own?.Close();
        if (Inode.ExistingAdvisoryLocks is not InodeLocks locks)
        {
            return;
        }

        if (own is not null)
        {
            locks.Release(own);
        }

        if ((Flags & OpenFlags.O_PATH) == 0)
        {
            locks.Ranges.Release(ProcessOwner);
        }
    }

    // Close may come at any moment: whoever is second of the two, it or the lock, sees the other.
    private Result SetIn(AdvisoryLockList locks, in AdvisoryLock wanted, AdvisoryLockWait wait, bool detects)
    {
        LockOwner own = OwnOwner;
        if (Volatile.Read(ref _isClosed) != 0)
        {
            own.Close();
        }

        Result set = locks.Set(wanted, wait, own, detects);
        if (set.IsOk && Volatile.Read(ref _isClosed) != 0)
        {
            locks.Release(wanted.Owner);
            return AdvisoryLockReasons.ClosedMeanwhile;
        }

        return set;
    }

    private Result<AdvisoryLock> Describe(LockOwner owner, AdvisoryLockType type, long start, long length)
    {
        if (IsClosed || (Flags & OpenFlags.O_PATH) != 0)
        {
            return AdvisoryLockReasons.Closed;
        }

        OpenFlags access = Flags & OpenFlags.O_ACCMODE;
        if (type == AdvisoryLockType.Read && access == OpenFlags.O_WRONLY)
        {
            return AdvisoryLockReasons.NotReadable;
        }

        if (type == AdvisoryLockType.Write && access == OpenFlags.O_RDONLY)
        {
            return AdvisoryLockReasons.NotWritable;
        }

        return RangeOf(owner, type, start, length);
    }

    private static Result<AdvisoryLock> RangeOf(LockOwner owner, AdvisoryLockType type, long start, long length)
    {
        long first = length < 0 && start >= 0 && length > long.MinValue ? start + length : start;
        if (start < 0 || first < 0 || length == long.MinValue)
        {
            return AdvisoryLockReasons.NegativeRange;
        }

        if (length > 0 && start > long.MaxValue - (length - 1))
        {
            return AdvisoryLockReasons.RangeOverflow;
        }

        long last = length switch
        {
            0 => long.MaxValue,
            < 0 => start - 1,
            _ => start + (length - 1),
        };
        return new AdvisoryLock(owner, type, first, last);
    }
}
