// A lock that is one bit of a word inside another object (the folio lock): no memory per object.
// Waiters queue in a table hashed by the owner object. Taking and releasing without contention is
// one interlocked operation each; the releaser then looks at the waiter count of its bucket (the
// interlocked operations on both sides are the full fences that make that safe).
// Fairness: the first waiter of an owner is woken to compete; when overdue it is handed the bit,
// which then never falls. Observers (Wait) are let through whenever the bit is released.
// Locks: each bucket's gate guards its list.

using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Base;

namespace Faultline.Locking;

/// <summary>A lock in one bit of a word.</summary>
public static class BitLock
{
    private const int BucketCount = 256;

    private static readonly Bucket[] s_buckets = CreateBuckets();

    /// <summary>Takes the bit if it is clear. Never waits.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one.</param>
    /// <param name="owner">The object the word belongs to.</param>
    /// <param name="key">The class of the lock.</param>
    /// <param name="order">Instance order (the folio's index plus one); 0: none.</param>
    /// <returns>True when taken.</returns>
    public static bool TryAcquire(
        ref int word, int mask, object owner, LockKey key, ulong order = 0)
    {
        bool taken = (Interlocked.Or(ref word, mask) & mask) == 0;
        if (taken && Lockdep.Enabled)
        {
            Lockdep.Tried(new LockRequest(owner, key, LockMode.Exclusive) { Order = order });
        }

        return taken;
    }

    /// <summary>Takes the bit, waiting until it is clear.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one.</param>
    /// <param name="owner">The object the word belongs to.</param>
    /// <param name="key">The class of the lock.</param>
    /// <param name="order">Instance order (the folio's index plus one); 0: none.</param>
    public static void Acquire(
        ref int word, int mask, object owner, LockKey key, ulong order = 0)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(new LockRequest(owner, key, LockMode.Exclusive) { Order = order });
        }

        if ((Interlocked.Or(ref word, mask) & mask) != 0)
        {
            AcquireSlow(ref word, mask, owner);
        }

        if (Lockdep.Enabled)
        {
            Lockdep.Acquired(owner);
        }
    }

    /// <summary>Clears the bit and wakes who waits for it.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one.</param>
    /// <param name="owner">The object the word belongs to.</param>
    /// <param name="key">The class of the lock.</param>
    /// <remarks>After <see cref="HandOver"/> any task may call this.</remarks>
    public static void Release(ref int word, int mask, object owner, LockKey key)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.ReleasingBit(owner, key);
        }

        Bucket bucket = BucketOf(owner);
        if (Volatile.Read(ref bucket.Count) != 0 && ReleaseSlow(ref word, mask, owner, bucket))
        {
            return;
        }

        int before = Interlocked.And(ref word, ~mask);
        Check.That((before & mask) != 0);
        if (Volatile.Read(ref bucket.Count) != 0)
        {
            WakeFirst(mask, owner, bucket);
        }
    }

    /// <summary>Clears a bit that nobody holds as a lock (writeback in progress) and wakes who waits for it.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one, set.</param>
    /// <param name="owner">The object the word belongs to.</param>
    public static void Clear(ref int word, int mask, object owner)
    {
        int before = Interlocked.And(ref word, ~mask);
        Check.That((before & mask) != 0);
        Bucket bucket = BucketOf(owner);
        if (Volatile.Read(ref bucket.Count) != 0)
        {
            WakeFirst(mask, owner, bucket);
        }
    }

    /// <summary>The current task gives its hold away: somebody else (I/O completion)
    /// releases.</summary>
    /// <param name="owner">The object the word belongs to.</param>
    /// <param name="key">The class of the lock.</param>
    public static void HandOver(object owner, LockKey key)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.HandedOver(owner, key);
        }
    }

    /// <summary>Waits until a bit is clear that nobody holds as a lock (writeback in progress). The validator is
    /// told by
    /// the caller, through a <see cref="PseudoLock"/>.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one.</param>
    /// <param name="owner">The object the word belongs to.</param>
    public static void WaitClear(ref int word, int mask, object owner)
    {
        if ((Volatile.Read(ref word) & mask) != 0)
        {
            WaitSlow(ref word, mask, owner);
        }
    }

    /// <summary>Waits until the bit is clear, without taking it.</summary>
    /// <param name="word">The word.</param>
    /// <param name="mask">The bit, exactly one.</param>
    /// <param name="owner">The object the word belongs to.</param>
    /// <param name="key">The class of the lock; for the validator it is taken and released.</param>
    /// <param name="order">Instance order (the folio's index plus one); 0: none.</param>
    public static void Wait(ref int word, int mask, object owner, LockKey key, ulong order = 0)
    {
        if (Lockdep.Enabled)
        {
            Lockdep.Acquiring(new LockRequest(owner, key, LockMode.Exclusive) { Order = order });
        }

        if ((Volatile.Read(ref word) & mask) != 0)
        {
            WaitSlow(ref word, mask, owner);
        }

        if (Lockdep.Enabled)
        {
            Lockdep.Acquired(owner);
            _ = Lockdep.Releasing(owner);
        }
    }

    private static Bucket BucketOf(object owner) =>
        s_buckets[RuntimeHelpers.GetHashCode(owner) & (BucketCount - 1)];

    private static Bucket[] CreateBuckets()
    {
        Bucket[] buckets = new Bucket[BucketCount];
        for (int index = 0; index < BucketCount; index++)
        {
            buckets[index] = new Bucket();
        }

        return buckets;
    }

    private static void AcquireSlow(ref int word, int mask, object owner)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(owner);
        Bucket bucket = BucketOf(owner);
        Waiter waiter = Enqueue(bucket, task, mask, owner);
        while (true)
        {
            // The count is raised (a full fence) before this look at the word.
            if (waiter.IsGranted)
            {
                return;
            }

            bucket.Gate.Enter();
            if (!waiter.IsGranted && (Interlocked.Or(ref word, mask) & mask) == 0)
            {
                bucket.Remove(waiter);
                bucket.Gate.Exit();
                return;
            }

            bucket.Gate.Exit();
            _ = task.Park(owner);
        }
    }

    private static void WaitSlow(ref int word, int mask, object owner)
    {
        TaskContext task = TaskContext.Current;
        task.BeforeBlocking(owner);
        Bucket bucket = BucketOf(owner);
        Waiter waiter = Enqueue(bucket, task, mask, owner);
        bucket.Gate.Enter();
        waiter.IsObserver = true;
        bucket.Gate.Exit();
        while (!waiter.IsGranted)
        {
            bucket.Gate.Enter();
            if (!waiter.IsGranted && (Volatile.Read(ref word) & mask) == 0)
            {
                bucket.Remove(waiter);
                bucket.Gate.Exit();
                return;
            }

            bucket.Gate.Exit();
            _ = task.Park(owner);
        }
    }

    private static Waiter Enqueue(Bucket bucket, TaskContext task, int mask, object owner)
    {
        Waiter waiter = task.Waiter;
        waiter.Begin();
        waiter.Subject = owner;
        waiter.Mask = mask;
        bucket.Gate.Enter();
        bucket.Append(waiter);
        bucket.Gate.Exit();
        return waiter;
    }

    /// <summary>Hands the bit to an overdue waiter; false when it must be cleared
    /// instead.</summary>
    private static bool ReleaseSlow(ref int word, int mask, object owner, Bucket bucket)
    {
        bucket.Gate.Enter();
        Check.That((Volatile.Read(ref word) & mask) != 0);
        Waiter? first = bucket.FirstAcquirer(mask, owner);
        bool handsOver = first is not null && first.IsOverdue;
        if (handsOver)
        {
            bucket.GrantObservers(mask, owner);
            bucket.Remove(first!);
            first!.Grant();
        }

        bucket.Gate.Exit();
        return handsOver;
    }

    private static void WakeFirst(int mask, object owner, Bucket bucket)
    {
        bucket.Gate.Enter();
        bucket.GrantObservers(mask, owner);
        bucket.FirstAcquirer(mask, owner)?.Task.Unpark();
        bucket.Gate.Exit();
    }

    /// <summary>One list of waiters. All members but Count are guarded by Gate.</summary>
    private sealed class Bucket
    {
        public Gate Gate;
        public int Count; // written under Gate with a full fence, read without it
        private WaiterList _queue;

        public void Append(Waiter waiter)
        {
            _queue.Append(waiter);
            _ = Interlocked.Increment(ref Count);
        }

        public void Remove(Waiter waiter)
        {
            _queue.Remove(waiter);
            _ = Interlocked.Decrement(ref Count);
        }

        public Waiter? FirstAcquirer(int mask, object owner)
        {
            for (Waiter? each = _queue.Head; each is not null; each = each.Next)
            {
                bool matches = ReferenceEquals(each.Subject, owner) && each.Mask == mask;
                if (matches && !each.IsObserver)
                {
                    return each;
                }
            }

            return null;
        }

        public void GrantObservers(int mask, object owner)
        {
            Waiter? each = _queue.Head;
            while (each is not null)
            {
                Waiter? next = each.Next;
                bool matches = ReferenceEquals(each.Subject, owner) && each.Mask == mask;
                if (matches && each.IsObserver)
                {
                    Remove(each);
                    each.Grant();
                }

                each = next;
            }
        }
    }
}
