// Real threads hammer each primitive while plain fields watch for two holders at once.

using System.Threading;
using Faultline.Base;

namespace Faultline.Locking.Tests;

public sealed class StressTests
{
    private const int ThreadCount = 8;
    private const int RoundCount = 4000;

    /// <summary>Goal: a mutex has one holder. Method: an unprotected counter loses no
    /// step.</summary>
    [Fact]
    public void FairMutex_HasOneHolder()
    {
        FairMutex mutex = new(LockClasses.RenameMutex.Key);
        long counter = 0;
        Threads.Run(ThreadCount, index =>
        {
            for (int round = 0; round < RoundCount; round++)
            {
                using MutexGuard guard = mutex.Acquire();
                counter++;
            }
        });
        Assert.Equal(ThreadCount * RoundCount, counter);
    }

    /// <summary>Goal: a latch has one holder. Method: an unprotected counter loses no
    /// step.</summary>
    [Fact]
    public void SpinLatch_HasOneHolder()
    {
        SpinLatch latch = new(LockClasses.CacheTree.Key);
        long counter = 0;
        Threads.Run(ThreadCount, index =>
        {
            for (int round = 0; round < RoundCount; round++)
            {
                using SpinGuard guard = latch.Acquire();
                counter++;
            }
        });
        Assert.Equal(ThreadCount * RoundCount, counter);
    }

    /// <summary>Goal: writers exclude all, also through downgrades. Method: holder
    /// counts.</summary>
    [Fact]
    public void RwSemaphore_WritersExcludeReadersAndWriters()
    {
        RwSemaphore semaphore = new(LockClasses.InodeFile.Key);
        Watch watch = new();
        Threads.Run(ThreadCount, index =>
        {
            Prng random = new((ulong)index);
            for (int round = 0; round < RoundCount; round++)
            {
                if (random.OneIn(3))
                {
                    ExclusiveGuard guard = semaphore.AcquireExclusive();
                    watch.EnterExclusive();
                    watch.LeaveExclusive();
                    if (random.OneIn(2))
                    {
                        SharedGuard shared = guard.Downgrade();
                        watch.EnterShared();
                        watch.LeaveShared();
                        shared.Dispose();
                    }

                    guard.Dispose();
                }
                else
                {
                    using SharedGuard guard = semaphore.AcquireShared();
                    watch.EnterShared();
                    watch.LeaveShared();
                }
            }
        });
        Assert.Equal(0, watch.Violations);
    }

    /// <summary>Goal: a bit lock has one holder, hand-over included. Method: a plain
    /// counter.</summary>
    [Fact]
    public void BitLock_HasOneHolder()
    {
        Holder holder = new();
        Threads.Run(ThreadCount, index =>
        {
            for (int round = 0; round < RoundCount; round++)
            {
                BitLock.Acquire(ref holder.Word, 4, holder, LockClasses.Folio.Key);
                holder.Counter++;
                BitLock.Release(ref holder.Word, 4, holder, LockClasses.Folio.Key);
                if ((round & 15) == 0)
                {
                    BitLock.Wait(ref holder.Word, 4, holder, LockClasses.Folio.Key);
                }
            }
        });
        Assert.Equal(ThreadCount * RoundCount, holder.Counter);
        Assert.Equal(0, holder.Word);
    }

    /// <summary>Goal: conflicting modes exclude each other where ranges overlap, under every
    /// policy. Method: per index, count holders of each mode and look for a forbidden
    /// pair.</summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.ReaderWriterSemaphore)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void InvalidateLock_ConflictingModesExcludeEachOther(InvalidatePolicy policy)
    {
        InvalidateLock target = InvalidateLock.Create(policy, LockClasses.Invalidate.Key);
        RangeWatch watch = new(32);
        Threads.Run(ThreadCount, index =>
        {
            Prng random = new((ulong)index + 100);
            for (int round = 0; round < RoundCount; round++)
            {
                InvalidateMode mode = random.OneIn(3)
                    ? (InvalidateMode)random.Below(4)
                    : InvalidateMode.Fill;
                long first = random.Below(32);
                long last = first + random.Below(32 - first);
                if (random.OneIn(4))
                {
                    if (!target.TryAcquirePrefix(mode, first, ref last, out InvalidateGuard tried))
                    {
                        continue;
                    }

                    watch.Visit(mode, first, last);
                    tried.Dispose();
                    continue;
                }

                using InvalidateGuard guard = target.Acquire(mode, first, last);
                watch.Visit(mode, first, last);
            }
        });
        Assert.Equal(0, watch.Violations);
    }

    private sealed class Holder
    {
        public int Word;
        public long Counter;
    }

    private sealed class Watch
    {
        private int _readers;
        private int _writers;
        private int _violations;

        public int Violations => _violations;

        public void EnterShared()
        {
            Interlocked.Increment(ref _readers);
            Note(Volatile.Read(ref _writers) != 0);
        }

        public void LeaveShared() => Interlocked.Decrement(ref _readers);

        public void EnterExclusive()
        {
            Note(Interlocked.Increment(ref _writers) != 1);
            Note(Volatile.Read(ref _readers) != 0);
        }

        public void LeaveExclusive() => Interlocked.Decrement(ref _writers);

        private void Note(bool isViolated)
        {
            if (isViolated)
            {
                Interlocked.Increment(ref _violations);
            }
        }
    }
}
