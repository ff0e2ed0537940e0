// Who waits for whom, over all files and volumes, so that a wait that would never end is refused (EDEADLK).
//
// A wait whose list has changed since does not count: its task is about to look again, and enters a new wait, and is
// judged then, if it still has to.
// Locks: one latch (rank 518), taken inside that of a list.

using System.Collections.Generic;
using Faultline.Locking;

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>The graph of waiting owners.</summary>
internal static class BlockedOwners
{
    private static readonly SpinLatch s_latch = new(LockClasses.BlockedLocks.Key);

    /// <summary>Enters a wait unless it closes a circle.</summary>
    /// <param name="waiter">Who would wait.</param>
    /// <param name="wait">For whom.</param>
    /// <returns>False when the other one waits, directly or over others, for the waiter.</returns>
    internal static bool TryEnter(LockOwner waiter, in OwnerWait wait)
    {
        using SpinGuard guard = s_latch.Acquire();
        if (Reaches(wait.Blocker, waiter))
        {
            return false;
        }

        waiter.Waits.Add(wait);
        return true;
    }

    /// <summary>The wait is over.</summary>
    /// <param name="waiter">Who waited.</param>
    /// <param name="wait">As it was entered.</param>
    internal static void Leave(LockOwner waiter, in OwnerWait wait)
    {
        using SpinGuard guard = s_latch.Acquire();
        _ = waiter.Waits.Remove(wait);
    }

    private static bool Reaches(LockOwner from, LockOwner target)
    {
        HashSet<LockOwner> seen = [from];
        Stack<LockOwner> pending = new([from]);
        while (pending.TryPop(out LockOwner? at))
        {
            if (ReferenceEquals(at, target))
            {
                return true;
            }

            foreach (OwnerWait wait in at.Waits)
            {
                if (wait.Counts && seen.Add(wait.Blocker))
                {
                    pending.Push(wait.Blocker);
                }
            }
        }

        return false;
    }
}
