// Freeing cache to satisfy an allocation, as a pseudo lock: who frees holds it, who allocates in a
// way that may free takes and releases it. So "holds L while allocating" and "freeing takes L" form
// an ordinary cycle, without memory ever running short.

namespace Faultline.Locking;

/// <summary>Shows reclaim to the validator.</summary>
public static class Reclaim
{
    private static readonly PseudoLock s_lock = new(LockClasses.FsReclaim.Key);

    /// <summary>This allocation may free cache, unless the task forbade it or is freeing
    /// itself.</summary>
    public static void MightReclaim()
    {
        if (Lockdep.Enabled && !TaskContext.Current.IsNoReclaim && !Lockdep.IsHeld(s_lock))
        {
            s_lock.MightWait();
        }
    }

    /// <summary>The task frees cache until the guard is disposed.</summary>
    /// <returns>The guard.</returns>
    public static PseudoGuard Enter() => s_lock.HoldWithoutWait(LockMode.Exclusive);
}
