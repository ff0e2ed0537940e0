// A fair mutual-exclusion lock: the exclusive half of RwCore.
// Invariant: at most one holder. Not recursive.

using Faultline.Base;

namespace Faultline.Locking;

/// <summary>A fair mutex. Taken in a <c>using</c> scope; not recursive.</summary>
public sealed class FairMutex
{
    private RwCore _core;

    /// <summary>Makes a mutex.</summary>
    /// <param name="key">Its class.</param>
    /// <param name="order">Instance order among locks of the class; 0: none.</param>
    public FairMutex(LockKey key, ulong order = 0)
    {
        Key = key;
        Order = order;
    }

    /// <summary>The class.</summary>
    public LockKey Key { get; }

    /// <summary>Instance order; 0: none.</summary>
    public ulong Order { get; }

    /// <summary>Takes the lock, waiting if it is held.</summary>
    /// <param name="subclass">0..7, for two locks of one class.</param>
    /// <returns>The guard whose disposal releases.</returns>
    public MutexGuard Acquire(int subclass = 0)
    {
        if (Lockdep.Enabled)
        {
            AcquireChecked(subclass);
        }
        else if (!_core.TryExclusive())
        {
            _core.ExclusiveSlow(this);
        }

        return new MutexGuard(this);
    }

    /// <summary>Takes the lock if it is free. Never waits.</summary>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when taken.</returns>
    public bool TryAcquire(out MutexGuard guard)
    {
        bool taken = _core.TryExclusive();
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, LockMode.Exclusive) { Order = Order });
        }

        guard = taken ? new MutexGuard(this) : default;
        return taken;
    }

    /// <summary>Fails a check unless the current task holds the lock. Only with the validator
    /// on.</summary>
    public void AssertHeld()
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsHeld(this));
        }
    }

    internal void Release()
    {
        if (!Lockdep.Enabled || Lockdep.Releasing(this))
        {
            _core.ReleaseExclusive();
        }
    }

    private void AcquireChecked(int subclass)
    {
        Lockdep.Acquiring(
            new LockRequest(this, Key, LockMode.Exclusive) { Order = Order, Subclass = subclass });
        if (!_core.TryExclusive())
        {
            _core.ExclusiveSlow(this);
        }

        Lockdep.Acquired(this);
    }
}
