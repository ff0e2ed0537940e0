// The plain primitives: queues, downgrade, tries, completions and wait queues.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using Faultline.Base;
using Faultline.Locking.Scheduling;

namespace Faultline.Locking.Tests;

public sealed class PrimitiveTests
{
    /// <summary>Goal: default guards do nothing.</summary>
    [Fact]
    public void DefaultGuards_HoldNothing()
    {
        default(MutexGuard).Dispose();
        default(SharedGuard).Dispose();
        default(ExclusiveGuard).Dispose();
        default(SpinGuard).Dispose();
        default(InvalidateGuard).Dispose();
        default(InvalidatePairGuard).Dispose();
        default(FreezeGuard).Dispose();
        default(PseudoGuard).Dispose();
        default(PromiseScope).Dispose();
        Assert.Equal(0, TaskContext.Current.HeldCount);
    }

    /// <summary>Goal: tries succeed and fail as the modes say.</summary>
    [Fact]
    public void Tries_FollowTheModes()
    {
        RwSemaphore semaphore = new(LockClasses.InodeFile.Key);
        Assert.True(semaphore.TryAcquireShared(out SharedGuard one));
        Assert.True(semaphore.TryAcquireShared(out SharedGuard two));
        Assert.False(semaphore.TryAcquireExclusive(out _));
        one.Dispose();
        two.Dispose();
        Assert.True(semaphore.TryAcquireExclusive(out ExclusiveGuard alone));
        Assert.False(semaphore.TryAcquireShared(out _));
        semaphore.AssertHeldExclusive();
        SharedGuard shared = alone.Downgrade();
        Assert.Throws<CheckFailedException>(semaphore.AssertHeldExclusive);
        Assert.True(semaphore.TryAcquireShared(out SharedGuard again));
        again.Dispose();
        shared.Dispose();
        Assert.Throws<CheckFailedException>(semaphore.AssertHeld);
    }

    /// <summary>Goal: a reader that comes after a queued writer waits for it, although readers hold
    /// the lock.</summary>
    [Fact]
    public void QueuedWriter_HoldsBackLaterReaders()
    {
        RwSemaphore semaphore = new(LockClasses.InodeFile.Key);
        List<string> log = [];
        new ControlledScheduler(new ScriptedStrategy("first@held; writer@*; late@*")).Run(
            ("first", () =>
            {
                using SharedGuard guard = semaphore.AcquireShared();
                Scheduler.SyncPoint("held");
                log.Add("first");
            }
        ),
            ("writer", () =>
            {
                using ExclusiveGuard guard = semaphore.AcquireExclusive();
                log.Add("writer");
            }
        ),
            ("late", () =>
            {
                using SharedGuard guard = semaphore.AcquireShared();
                log.Add("late");
            }
        ));
        Assert.Equal(["first", "writer", "late"], log);
    }

    /// <summary>Goal: a mutex serves its queue in order of arrival.</summary>
    [Fact]
    public void FairMutex_ServesInOrder()
    {
        FairMutex mutex = new(LockClasses.RenameMutex.Key);
        List<int> log = [];
        List<(string Name, Action Body)> tasks = [("holder", () =>
        {
            using MutexGuard guard = mutex.Acquire();
            Scheduler.SyncPoint("held");
        })];
        for (int index = 0; index < 5; index++)
        {
            int mine = index;
            tasks.Add(($"t{index}", () =>
            {
                using MutexGuard guard = mutex.Acquire();
                log.Add(mine);
            }
            ));
        }

        ScriptedStrategy script = new("holder@held; t0@*; t1@*; t2@*; t3@*; t4@*");
        new ControlledScheduler(script).Run([.. tasks]);
        Assert.Equal([0, 1, 2, 3, 4], log);
    }

    /// <summary>Goal: under real threads that never pause, nobody waits for long. Method: several
    /// threads take one mutex in a loop for a while; the longest wait stays far below the run.
    /// </summary>
    [Fact]
    public void FairMutex_StarvesNobody()
    {
        FairMutex mutex = new(LockClasses.RenameMutex.Key);
        long[] counts = new long[4];
        Stopwatch clock = Stopwatch.StartNew();
        Threads.Run(counts.Length, index =>
        {
            while (clock.ElapsedMilliseconds < 300)
            {
                using MutexGuard guard = mutex.Acquire();
                counts[index]++;
            }
        });
        Assert.All(counts, count => Assert.True(count > 10, $"{count}"));
    }

    /// <summary>Goal: no wake-up of a queue is lost. Method: producers and consumers hand over a
    /// fixed number of items, one wake an item.</summary>
    [Fact]
    public void WaitQueue_LosesNoWakeUp()
    {
        const int itemCount = 20_000;
        WaitQueue queue = new("items");
        int available = 0;
        int taken = 0;
        Threads.Run(6, index =>
        {
            if (index < 2)
            {
                for (int item = 0; item < itemCount / 2; item++)
                {
                    System.Threading.Interlocked.Increment(ref available);
                    queue.WakeOne();
                }

                return;
            }

            for (int item = 0; item < itemCount / 4; item++)
            {
                queue.WaitUntil(0, _ => TakeOne(ref available));
                System.Threading.Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(itemCount, taken);
        Assert.Equal(0, available);
    }

    /// <summary>Goal: a wake-up that reaches a task which needs it no more goes to the next one.
    /// Method: A took the first item but stands before leaving the queue when the second comes.
    /// </summary>
    [Fact]
    public void WaitQueue_PassesAnUnusedWakeUpOn()
    {
        WaitQueue queue = new("items");
        int available = 0;
        bool Take(string point)
        {
            bool isTaken = TakeOne(ref available);
            Scheduler.SyncPoint(isTaken ? "taken" : point);
            return isTaken;
        }

        void Put(string point)
        {
            available++;
            queue.WakeOne();
            Scheduler.SyncPoint(point);
        }

        string script = "a@empty; producer@one; a@taken; b@*; producer@*; a@*; b@*";
        new ControlledScheduler(new ScriptedStrategy(script)).Run(
            ("a", () => queue.WaitUntil("empty", Take)),
            ("b", () => queue.WaitUntil("none", Take)),
            ("producer", () =>
            {
                Put("one");
                Put("two");
            }
        ));
        Assert.Equal(0, available);
    }

    /// <summary>Goal: a downgrade lets waiting readers in. Method: the downgraded holder waits for
    /// the reader before it releases.</summary>
    [Fact]
    public void Downgrade_LetsReadersIn()
    {
        RwSemaphore semaphore = new(LockClasses.InodeFile.Key);
        Completion hasRead = new("has read, in a test");
        new ControlledScheduler(new ScriptedStrategy("writer@held; reader@*; writer@*")).Run(
            ("writer", () =>
            {
                ExclusiveGuard guard = semaphore.AcquireExclusive();
                Scheduler.SyncPoint("held");
                using SharedGuard shared = guard.Downgrade();
                hasRead.Wait();
            }
        ),
            ("reader", () =>
            {
                using SharedGuard guard = semaphore.AcquireShared();
                hasRead.Complete();
            }
        ));
        Assert.True(hasRead.IsCompleted);
    }

    /// <summary>Goal: a timed wait ends with false when nothing comes.</summary>
    [Fact]
    public void Completion_TimesOut()
    {
        Completion completion = new("timed, in a test");
        Assert.False(completion.Wait(timeoutMs: 5));
        completion.Complete();
        Assert.True(completion.Wait(timeoutMs: 5));
        completion.Wait();
        completion.Reset();
        Assert.False(completion.IsCompleted);
    }

    /// <summary>Goal: an exception of a spawned task reaches who joins it.</summary>
    [Fact]
    public void Join_Rethrows()
    {
        TaskHandle handle = Scheduler.Spawn("failing", () => throw new InvalidOperationException());
        Assert.Throws<InvalidOperationException>(handle.Join);
    }

    /// <summary>Goal: a million validated acquisitions of a known chain are quick and allocate
    /// nothing.</summary>
    [Fact]
    public void KnownChains_AllocateNothing()
    {
        RwSemaphore outer = new(LockClasses.InodeFile.Key);
        InvalidateLock inner = InvalidateLock.Create(
            InvalidatePolicy.RangeLock, LockClasses.Invalidate.Key);
        TakeBoth(outer, inner, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TakeBoth(outer, inner, 500_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 10_000);
    }

    private static void TakeBoth(RwSemaphore outer, InvalidateLock inner, int count)
    {
        for (int round = 0; round < count; round++)
        {
            using SharedGuard first = outer.AcquireShared();
            using InvalidateGuard second = inner.Acquire(InvalidateMode.Fill, round, round);
        }
    }

    // A condition must not answer no while it holds: a lost race for one item says nothing about the next, and who
    // gave up on it slept for ever beside an item whose wake-up had come before it queued.
    private static bool TakeOne(ref int available)
    {
        int seen = System.Threading.Volatile.Read(ref available);
        while (seen > 0)
        {
            int found = System.Threading.Interlocked.CompareExchange(ref available, seen - 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }
}
