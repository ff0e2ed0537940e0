// The freeze protection of a superblock: a reader/writer lock a level. Users enter a level shared;
// the freezer takes the levels exclusive, outermost first, and keeps them after its call returns,
// so a hold is given away to whoever thaws. Not recursive: a second Enter can wait for a freezer.

using Faultline.Base;

namespace Faultline.Locking;

/// <summary>Freeze protection with three levels.</summary>
public sealed class FreezeLevels
{
    private readonly Level[] _levels;

    /// <summary>Makes the levels of one superblock.</summary>
    /// <param name="fileSystemType">For the lock keys; empty for none.</param>
    public FreezeLevels(string fileSystemType)
    {
        _levels =
        [
            new Level(KeyOf(LockClasses.FreezeWrite, fileSystemType)),
            new Level(KeyOf(LockClasses.FreezePageFault, fileSystemType)),
            new Level(KeyOf(LockClasses.FreezeInternal, fileSystemType)),
        ];
    }

    /// <summary>Enters a level, waiting while it is frozen.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The guard whose disposal leaves.</returns>
    public FreezeGuard Enter(FreezeLevel level)
    {
        Level entered = _levels[(int)level];
        return new FreezeGuard(entered, entered.EnterShared());
    }

    /// <summary>Enters a level unless it is frozen. Never waits.</summary>
    /// <param name="level">The level.</param>
    /// <param name="guard">The guard on success.</param>
    /// <returns>True when entered.</returns>
    public bool TryEnter(FreezeLevel level, out FreezeGuard guard)
    {
        Level entered = _levels[(int)level];
        SharedHold hold = entered.TryEnterShared();
        bool isEntered = hold != SharedHold.None;
        guard = isEntered ? new FreezeGuard(entered, hold) : default;
        return isEntered;
    }

    /// <summary>Waits for all users of a level and keeps new ones out, until <see
    /// cref="Thaw"/>.</summary>
    /// <param name="level">The level; freeze the outer ones first.</param>
    public void Freeze(FreezeLevel level) => _levels[(int)level].Freeze();

    /// <summary>Lets users in again. Any task may call it.</summary>
    /// <param name="level">A frozen level; thaw the inner ones first.</param>
    public void Thaw(FreezeLevel level) => _levels[(int)level].Thaw();

    /// <summary>Whether a level is frozen now.</summary>
    /// <param name="level">The level.</param>
    /// <returns>True while frozen.</returns>
    public bool IsFrozen(FreezeLevel level) => _levels[(int)level].IsFrozen;

    /// <summary>Fails a check unless the current task has entered. Only with the validator
    /// on.</summary>
    /// <param name="level">The level.</param>
    public void AssertEntered(FreezeLevel level)
    {
        if (Lockdep.Enabled)
        {
            Check.That(Lockdep.IsHeld(_levels[(int)level]));
        }
    }

    private static LockKey KeyOf(LockClass lockClass, string fileSystemType) =>
        fileSystemType.Length == 0 ? lockClass.Key : lockClass.For(fileSystemType);

    /// <summary>One level.</summary>
    /// <param name="key">Its class.</param>
    internal sealed class Level(LockKey key)
    {
        private RwCore _core;

        public bool IsFrozen { get; private set; } // written by the freezer, exclusive

        public SharedHold EnterShared()
        {
            if (Lockdep.Enabled)
            {
                Lockdep.Acquiring(new LockRequest(this, key, LockMode.Shared));
            }

            SharedHold hold = _core.TryShared();
            if (hold == SharedHold.None)
            {
                _core.SharedSlow(this);
                hold = SharedHold.Counted;
            }

            if (Lockdep.Enabled)
            {
                Lockdep.Acquired(this);
            }

            return hold;
        }

        public SharedHold TryEnterShared()
        {
            SharedHold hold = _core.TryShared();
            if (hold != SharedHold.None && Lockdep.Enabled)
            {
                Lockdep.Tried(new LockRequest(this, key, LockMode.Shared));
            }

            return hold;
        }

        public void LeaveShared(SharedHold hold)
        {
            if (!Lockdep.Enabled || Lockdep.Releasing(this))
            {
                _core.ReleaseShared(hold);
            }
        }

        public void Freeze()
        {
            if (Lockdep.Enabled)
            {
                Lockdep.Acquiring(new LockRequest(this, key, LockMode.Exclusive));
            }

            if (!_core.TryExclusive())
            {
                _core.ExclusiveSlow(this);
            }

            IsFrozen = true;
            if (Lockdep.Enabled)
            {
                Lockdep.Acquired(this);
                Lockdep.HandedOver(this, key);
            }
        }

        public void Thaw()
        {
            Check.That(IsFrozen);
            IsFrozen = false;
            _core.ReleaseExclusive();
        }

        public override string ToString() => key.Name;
    }
}
