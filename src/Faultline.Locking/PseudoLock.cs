// A wait that is no lock (a transaction, a commit, I/O in flight, a drain) shown to the validator
// as one: who keeps others waiting holds it, who waits takes and releases it. Does nothing at run
// time.

namespace Faultline.Locking;

/// <summary>A lock that only the validator sees.</summary>
/// <param name="key">Its class, of kind <see cref="LockKind.Pseudo"/>.</param>
public sealed class PseudoLock(LockKey key)
{
    /// <summary>The class.</summary>
    public LockKey Key { get; } = key;

    /// <summary>The task keeps others waiting until the guard is disposed.</summary>
    /// <param name="mode">Shared when several tasks may hold at once.</param>
    /// <returns>The guard.</returns>
    public PseudoGuard Hold(LockMode mode)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(new LockRequest(this, Key, mode));
            Lockdep.Acquired(this);
        }

        return new PseudoGuard(this);
    }

    /// <summary>As <see cref="Hold"/> where getting it never waits (a handle that is just there):
    /// nothing held before it becomes an outer lock of it.</summary>
    /// <param name="mode">Shared when several tasks may hold at once.</param>
    /// <returns>The guard.</returns>
    public PseudoGuard HoldWithoutWait(LockMode mode)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, mode));
        }

        return new PseudoGuard(this);
    }

    /// <summary>As <see cref="HoldWithoutWait"/> where no scope of the program's text is the hold's: it lasts until
    /// <see cref="EndHold"/>.</summary>
    /// <param name="mode">Shared when several tasks may hold at once.</param>
    public void BeginHold(LockMode mode)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, mode));
        }
    }

    /// <summary>Ends what <see cref="BeginHold"/> began; by the same task.</summary>
    public void EndHold() => Release();

    /// <summary>The task may wait here for all holders: every lock it holds becomes an outer
    /// one.</summary>
    public void MightWait()
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(new LockRequest(this, Key, LockMode.Exclusive));
            Lockdep.Acquired(this);
            _ = Lockdep.Releasing(this);
        }
    }

    /// <summary>The task gives its hold away to whoever completes the work.</summary>
    public void HandOver()
    {
        if (Lockdep.Enabled)
        {
            Lockdep.HandedOver(this, Key);
        }
    }

    internal void Release()
    {
        if (Lockdep.Enabled)
        {
            _ = Lockdep.Releasing(this);
        }
    }
}
