// Kinds of advisory locks.

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>What an advisory lock is for.</summary>
public enum AdvisoryLockType
{
    /// <summary>None: gives back what is held (F_UNLCK, LOCK_UN).</summary>
    Unlock,

    /// <summary>Shared with other readers (F_RDLCK, LOCK_SH).</summary>
    Read,

    /// <summary>Alone (F_WRLCK, LOCK_EX).</summary>
    Write,
}
