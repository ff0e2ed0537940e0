// What to do when an advisory lock is not free.

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>What to do when a lock is not free.</summary>
public enum AdvisoryLockWait
{
    /// <summary>Answer EAGAIN (F_SETLK, LOCK_NB).</summary>
    Try,

    /// <summary>Wait until it is, or the open file is closed (F_SETLKW).</summary>
    Wait,
}
