// The inodes of one volume in memory.
//
// Invariants
//   - One slot per number, one live inode per slot.
//   - An inode leaves memory only with no reference, under its slot's lifetime lock, after its pages are gone.
// Locks: lifetime (rank 245), one per number, held while an inode is read or evicted: nobody else's operation needs it.
// A look-up that finds the inode takes none.

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
        _countMax = Math.Max(CountMin, superBlock.Pool.BudgetBytes / BudgetShare / EstimatedInodeBytes);
    }

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

    /// <summary>Drops all inodes. One that somebody still holds loses its pages and answers ESTALE
    /// from now on.</summary>
    internal void Clear()
    {
        foreach (InodeSlot slot in _slots.Values)
        {
            if (!TryEvict(slot))
            {
                slot.Inode?.ExistingMapping?.Close();
            }
        }
    }

    // Null means: the slot died meanwhile, look again.
    private Result<Inode>? ReadIn(InodeNumber number)
    {
        InodeSlot slot = _slots.GetOrAdd(
            number.Value,
            static (_, state) => new InodeSlot(state.Key, state.Number),
            (Key: _lifetimeKey, Number: number));
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
            _ = Interlocked.Increment(ref _count);
            _clock.Enqueue(slot);
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

            if (inode.IsReferenced || inode.TakeRecentlyUsed() || !TryEvict(slot))
            {
                _clock.Enqueue(slot);
            }
        }
    }

    private bool TryEvict(InodeSlot slot)
    {
        if (!slot.Lifetime.TryAcquire(out MutexGuard guard))
        {
            return false;
        }

        using (guard)
        {
            Inode? inode = slot.Inode;
            // What is dirty keeps the inode: the flusher writes it, and needs it for that.
            if (slot.IsDead || inode is null || inode.HasDirtyPages || !inode.TryKill())
            {
                return false;
            }

            inode.ExistingMapping?.Close();
            inode.Evict();
            slot.Inode = null;
            RemoveLocked(slot);
            _ = Interlocked.Decrement(ref _count);
            return true;
        }
    }
}
