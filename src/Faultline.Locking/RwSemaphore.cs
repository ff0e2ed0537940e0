// The fair reader/writer semaphore (i_rwsem, mmap_lock, ...): RwCore with validation.
// Invariant: one writer or any number of readers. Not recursive, in neither mode: a task that takes
// it shared twice can deadlock with a writer that queues in between, and the validator says so.

using System.Runtime.CompilerServices;
using Faultline.Base;

namespace Faultline.Locking;

/// <summary>A fair reader/writer semaphore with downgrade. Not recursive.</summary>
public sealed class RwSemaphore
{
    private RwCore _core;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="key">Its class.</param>
    /// <param name="order">Instance order among locks of the class; 0: none.</param>
    public RwSemaphore(LockKey key, ulong order = 0)
    {
        Key = key;
        Order = order;
    }

    /// <summary>The class.</summary>
    public LockKey Key { get; private set; }

    /// <summary>Instance order; 0: none.</summary>
    public ulong Order { get; }

    /// <summary>Changes the class of a lock that nobody holds or can reach yet.</summary>
    /// <param name="key">The new class (a directory's, once the inode is known to be one).</param>
    public void SetKey(LockKey key)
    {
        Check.That(!_core.IsHeld);
        Key = key;
    }

    /// <summary>Takes the lock shared, behind every writer that queues already.</summary>
    /// <param name="subclass">0..7, for two locks of one class.</param>
    /// <returns>The guard whose disposal releases.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SharedGuard AcquireShared(int subclass = 0)
    {
        if (Lockdep.Enabled)
        {
            return AcquireSharedChecked(subclass);
        }

        SharedHold hold = _core.TryShared();
        return hold != SharedHold.None ? new SharedGuard(this, hold) : WaitShared();
    }

    /// <summary>Takes the lock for the caller alone.</summary>
    /// <param name="subclass">0..7, for two locks of one class.</param>
    /// <returns>The guard whose disposal releases.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExclusiveGuard AcquireExclusive(int subclass = 0)
    {
        if (Lockdep.Enabled)
        {
            AcquireExclusiveChecked(subclass);
        }
        else if (!_core.TryExclusive())
        {
            _core.ExclusiveSlow(this);
        }

        return new ExclusiveGuard(this);
    }

    /// <summary>Takes the lock shared if that needs no wait.</summary>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when taken.</returns>
    public bool TryAcquireShared(out SharedGuard guard)
    {
        SharedHold hold = _core.TryShared();
        bool taken = hold != SharedHold.None;
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, LockMode.Shared) { Order = Order });
        }

        guard = taken ? new SharedGuard(this, hold) : default;
        return taken;
    }

    /// <summary>Takes the lock for the caller alone if that needs no wait.</summary>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when taken.</returns>
    public bool TryAcquireExclusive(out ExclusiveGuard guard)
    {
        bool taken = _core.TryExclusive();
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, LockMode.Exclusive) { Order = Order });
        }

        guard = taken ? new ExclusiveGuard(this) : default;
        return taken;
    }

    /// <summary>Fails a check unless the current task holds it, in any mode. With the validator
    /// on.</summary>
    public void AssertHeld()
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsHeld(this));
        }
    }

    /// <summary>Fails a check unless the current task holds it exclusive. With the validator
    /// on.</summary>
    public void AssertHeldExclusive()
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsHeld(this, LockMode.Exclusive));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ReleaseShared(SharedHold hold)
    {
        if (!Lockdep.Enabled || Lockdep.Releasing(this))
        {
            _core.ReleaseShared(hold);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ReleaseExclusive()
    {
        if (!Lockdep.Enabled || Lockdep.Releasing(this))
        {
            _core.ReleaseExclusive();
        }
    }

    internal void Downgrade()
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Downgraded(this, LockMode.Shared);
        }

        _core.Downgrade();
    }

    private SharedGuard WaitShared()
    {
        _core.SharedSlow(this);
        return new SharedGuard(this, SharedHold.Counted);
    }

    private SharedGuard AcquireSharedChecked(int subclass)
    {
        Lockdep.Acquiring(
            new LockRequest(this, Key, LockMode.Shared) { Order = Order, Subclass = subclass });
        SharedHold hold = _core.TryShared();
        SharedGuard guard = hold != SharedHold.None ? new SharedGuard(this, hold) : WaitShared();
        Lockdep.Acquired(this);
        return guard;
    }

    private void AcquireExclusiveChecked(int subclass)
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
