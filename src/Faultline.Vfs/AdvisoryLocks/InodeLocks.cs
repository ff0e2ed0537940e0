// The advisory locks of one inode: made when the first is wanted.

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>The advisory locks of one inode.</summary>
internal sealed class InodeLocks
{
    /// <summary>Byte ranges: fcntl(2) and OFD locks, which see each other.</summary>
    internal AdvisoryLockList Ranges { get; } = new();

    /// <summary>flock(2), which sees neither.</summary>
    internal AdvisoryLockList Whole { get; } = new();

    /// <summary>Removes all locks of an owner.</summary>
    /// <param name="owner">The owner.</param>
    internal void Release(LockOwner owner)
    {
        Ranges.Release(owner);
        Whole.Release(owner);
    }
}
