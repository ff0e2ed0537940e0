// A latch for a few instructions of work (rank 500 and deeper). The holder must not block, so
// takers spin, and yield the core when it does not help. No fairness: sections are too short for
// it. Under the controlled scheduler a taker parks instead, because the holder needs the turn.

using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Base;

namespace Faultline.Locking;

/// <summary>A spin latch.</summary>
public sealed class SpinLatch
{
    private int _held;
    private WaitQueue? _controlledTakers;

    /// <summary>Makes a latch.</summary>
    /// <param name="key">Its class, of kind <see cref="LockKind.Spin"/>.</param>
    public SpinLatch(LockKey key)
    {
        Check.That(key.Class.Kind == LockKind.Spin);
        Key = key;
    }

    /// <summary>The class.</summary>
    public LockKey Key { get; }

    /// <summary>Takes the latch.</summary>
    /// <returns>The guard whose disposal releases.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpinGuard Acquire()
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(new LockRequest(this, Key, LockMode.Exclusive));
        }

        if (Interlocked.Exchange(ref _held, 1) != 0)
        {
            AcquireContended();
        }

        if (Lockdep.Enabled)
        {
            Lockdep.Acquired(this);
        }

        return new SpinGuard(this);
    }

    /// <summary>Takes the latch if it is free.</summary>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when taken.</returns>
    public bool TryAcquire(out SpinGuard guard)
    {
        bool taken = Interlocked.Exchange(ref _held, 1) == 0;
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(this, Key, LockMode.Exclusive));
        }

        guard = taken ? new SpinGuard(this) : default;
        return taken;
    }

    /// <summary>Fails a check unless the current task holds the latch. With the validator
    /// on.</summary>
    public void AssertHeld()
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsHeld(this));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Release()
    {
        if (Lockdep.Enabled && !Lockdep.Releasing(this))
        {
            return;
        }

        Volatile.Write(ref _held, 0);
        if (Lockdep.Enabled)
        {
            Volatile.Read(ref _controlledTakers)?.WakeAll();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AcquireContended()
    {
        if (Lockdep.Enabled && TaskContext.Current.IsControlled)
        {
            WaitQueue fresh = new("spin latch") { IsOfLatch = true };
            WaitQueue takers =
                Interlocked.CompareExchange(ref _controlledTakers, fresh, null) ?? fresh;
            takers.WaitUntil(this, static latch => Interlocked.Exchange(ref latch._held, 1) == 0);
            // A wake-up that the task got meanwhile may have been for a wait whose condition takes this latch: waking
            // once too often is harmless, once too seldom is not.
            TaskContext.Current.Unpark();
            return;
        }

        SpinWait spinner = default;
        do
        {
            while (Volatile.Read(ref _held) != 0)
            {
                spinner.SpinOnce(sleep1Threshold: 40);
            }
        }
        while (Interlocked.Exchange(ref _held, 1) != 0);
    }
}
