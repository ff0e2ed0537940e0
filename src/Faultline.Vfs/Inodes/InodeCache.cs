// The inodes of one volume in memory.
//
// Invariants
//   - One slot per number, one live inode per slot.
//   - An inode leaves memory only with no reference, under its slot's lifetime lock, after its pages are gone.
// Locks: lifetime (rank 245), one per number, held while an inode is read or evicted: nobody else's operation needs
// it. A look-up that finds the inode takes none. An inode that loses its last name and its last reference leaves
// through Inactivate.

using System;
using System.Collections.Concurrent;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Vfs.Inodes;

/// <summary>The inodes of one volume in memory.</summary>
public sealed class InodeCache
{
    private const long EstimatedInodeBytes = 2048;
    private const long BudgetShare = 64;
    private const int CountMin = 512;
    private const int TrimBatch = 8;

    private readonly SuperBlock _superBlock;
    private readonly LockKey _lifetimeKey;
    private readonly ConcurrentDictionary<ulong, InodeSlot> _slots = new();
    private readonly ConcurrentQueue<InodeSlot> _clock = new();
    private readonly long _countMax;
    private long _count;

    internal InodeCache(SuperBlock superBlock)
    {
        _superBlock = superBlock;
        _lifetimeKey = LockClasses.InodeLifetime.For(superBlock.TypeName);
        Inactivation = new InactivationQueue(superBlock);
        _countMax = Math.Max(CountMin, superBlock.Pool.BudgetBytes / BudgetShare / EstimatedInodeBytes);
    }

    /// <summary>Inodes on their way out.</summary>
    public InactivationQueue Inactivation { get; }

    /// <summary>Inodes in memory.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Finds an inode, reading it in if need be.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The inode with a reference; give it back with <see cref="Inode.Put"/>.</returns>
    /// <errors>What the driver's ReadInode answers; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing at rank 245 or deeper. Takes on a miss: inode lifetime, metadata buffers.</locks>
    public Result<Inode> Get(InodeNumber number)
    {
        while (true)
        {
            if (_slots.TryGetValue(number.Value, out InodeSlot? slot)
                && slot.Inode is Inode found
                && found.TryGet())
            {
                return found;
            }

            if (ReadIn(number) is Result<Inode> read)
            {
                if (read.IsOk)
                {
                    Trim();
                }

                return read;
            }
        }
    }

    /// <summary>Enters an inode that a driver has made.</summary>
    /// <param name="inode">New: nobody else has seen it, and its number was free.</param>
    /// <returns>The same inode with a reference; give it back with <see cref="Inode.Put"/>.</returns>
    /// <locks>Caller: nothing at rank 245 or deeper. Takes: inode lifetime.</locks>
    public Inode AddNew(Inode inode)
    {
        while (true)
        {
            InodeSlot slot = SlotOf(inode.Number);
            using MutexGuard guard = slot.Lifetime.Acquire();
            if (slot.IsDead)
            {
                continue;
            }

            Check.That(slot.Inode is null);
            Check.That(inode.TryGet());
            slot.Inode = inode;
            inode.CountUnlinked(inode.LinkCount == 0);
            Entered(slot, inode);
            return inode;
        }
    }

    /// <summary>Finds an inode that is in memory.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The inode with a reference, or null.</returns>
    public Inode? Find(InodeNumber number) =>
        _slots.TryGetValue(number.Value, out InodeSlot? slot) && slot.Inode is Inode found && found.TryGet()
            ? found
            : null;

    /// <summary>Calls an action for each inode in memory, with a reference.</summary>
    /// <typeparam name="T">What the action is given.</typeparam>
    /// <param name="state">Given to the action.</param>
    /// <param name="action">What is done; it may take the inode's locks.</param>
    /// <locks>Caller: nothing at rank 245 or deeper.</locks>
    public void ForEach<T>(T state, Action<Inode, T> action)
    {
        foreach (InodeSlot slot in _slots.Values)
        {
            if (slot.Inode is Inode inode && inode.TryGet())
            {
                try
                {
                    action(inode, state);
                }
                finally
                {
                    inode.PutAndInactivate();
                }
            }
        }
    }

    /// <summary>Ends an inode without names, if nobody took a reference meanwhile.</summary>
    /// <param name="inode">The inode.</param>
    /// <locks>Caller: nothing at rank 245 or deeper. Takes: inode lifetime, invalidate, freeze level Internal.</locks>
    internal void Inactivate(Inode inode)
    {
        if (!_slots.TryGetValue(inode.Number.Value, out InodeSlot? slot))
        {
            return;
        }

        using MutexGuard guard = slot.Lifetime.Acquire();
        if (slot.IsDead || !ReferenceEquals(slot.Inode, inode) || !inode.TryKill())
        {
            return;
        }

        if (inode.LinkCount != 0)
        {
            // It got a name between the last reference and now (a link to a file without one).
            inode.Revive();
            return;
        }

        try
        {
            inode.ExistingMapping?.Close();
            using FreezeGuard freeze = _superBlock.Freeze.Enter(FreezeLevel.Internal);
            inode.Inactivate();
            inode.Evict();
        }
        catch (FsException damage)
        {
            // Whoever dropped the last reference asked for nothing that failed: the volume reports it.
            _superBlock.BackgroundDamage(damage);
        }
        finally
        {
            Left(slot, inode);
        }
    }

    /// <summary>Drops all inodes. One that somebody still holds loses its pages and answers ESTALE
    /// from now on.</summary>
    internal void Clear()
    {
        foreach (InodeSlot slot in _slots.Values)
        {
            slot.Inode?.ReleasePlace();
        }

        foreach (InodeSlot slot in _slots.Values)
        {
            // A file that is still open gets a closed cache also if it had none: nobody makes one any more.
            if (!TryEvict(slot, atUnmount: true) && slot.Inode is { IomapOps: not null } open)
            {
                open.Mapping.Close();
            }
        }
    }

    // Null means: the slot died meanwhile, look again.
    private Result<Inode>? ReadIn(InodeNumber number)
    {
        InodeSlot slot = SlotOf(number);
        using MutexGuard guard = slot.Lifetime.Acquire();
        if (slot.IsDead)
        {
            return null;
        }

        if (slot.Inode is Inode present)
        {
            Check.That(present.TryGet());
            return present;
        }

        bool isKept = false;
        try
        {
            Result<Inode> read = _superBlock.ReadInode(number);
            if (!read.TryGet(out Inode? inode, out FsError error))
            {
                return (Result<Inode>)error;
            }

            Check.That(inode.TryGet());
            slot.Inode = inode;
            isKept = true;
            Entered(slot, inode);
            return (Result<Inode>)inode;
        }
        finally
        {
            if (!isKept)
            {
                RemoveLocked(slot);
            }
        }
    }

    private InodeSlot SlotOf(InodeNumber number) => _slots.GetOrAdd(
        number.Value,
        static (_, state) => new InodeSlot(state.Key, state.Number),
        (Key: _lifetimeKey, Number: number));

    // The clock knows only what can be read again.
    private void Entered(InodeSlot slot, Inode inode)
    {
        if (!inode.IsMemoryOnly)
        {
            _ = Interlocked.Increment(ref _count);
            _clock.Enqueue(slot);
        }
    }

    private void Left(InodeSlot slot, Inode inode)
    {
        inode.ReleasePlace();
        inode.CountUnlinked(false);
        slot.Inode = null;
        RemoveLocked(slot);
        if (!inode.IsMemoryOnly)
        {
            _ = Interlocked.Decrement(ref _count);
        }
    }

    private void RemoveLocked(InodeSlot slot)
    {
        slot.IsDead = true;
        Check.That(_slots.TryRemove(slot.Number.Value, out _));
    }

    // Second chance for what was used since the hand last passed; a few steps for each inode read in.
    private void Trim()
    {
        for (int step = 0; step < TrimBatch && Count > _countMax; step++)
        {
            if (!_clock.TryDequeue(out InodeSlot? slot))
            {
                return;
            }

            Inode? inode = slot.Inode;
            if (inode is null)
            {
                continue;
            }

            // Times that lazytime kept to itself are the driver's before the inode goes.
            bool stays = inode.IsReferenced || inode.TakeRecentlyUsed() || inode.FlushLazyTimes();
            if (stays || !TryEvict(slot, atUnmount: false))
            {
                _clock.Enqueue(slot);
            }
        }
    }

    private bool TryEvict(InodeSlot slot, bool atUnmount)
    {
        if (!slot.Lifetime.TryAcquire(out MutexGuard guard))
        {
            return false;
        }

        using (guard)
        {
            Inode? inode = slot.Inode;
            // What is dirty keeps the inode: the flusher writes it, and needs it for that.
            bool mayGo = !slot.IsDead
                && inode is not null
                && (atUnmount || (inode.MayBeEvicted && !inode.HasDirtyPages))
                && inode.TryKill();
            if (!mayGo)
            {
                return false;
            }

            inode!.ExistingMapping?.Close();
            inode.Evict();
            Left(slot, inode);
            return true;
        }
    }
}
