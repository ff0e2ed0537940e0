// One wait of one owner for another.

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>One wait: it counts as long as the list of locks is as it was when the wait began.</summary>
/// <param name="Blocker">Who has the lock.</param>
/// <param name="List">Where.</param>
/// <param name="Version">Of the list.</param>
internal readonly record struct OwnerWait(LockOwner Blocker, AdvisoryLockList List, long Version)
{
    internal bool Counts => List.Version == Version;
}
