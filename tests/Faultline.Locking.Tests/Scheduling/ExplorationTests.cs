// Thousands of random schedules over the primitives, one task at a time: every switch happens at an
// acquisition or a sync point, so a wrong grant, a lost wake-up or an unfair overtaking shows as a
// forbidden pair of holders, a deadlock or a wrong order, with a seed that repeats it.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Scheduling;

public sealed class ExplorationTests
{
    private const int SeedCount = 1500;

    /// <summary>Goal: no schedule breaks the semaphore. Method: random readers, writers, tries and
    /// downgrades with a switch inside every section.</summary>
    [Fact]
    public void RwSemaphore_HoldsInEverySchedule()
    {
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            RwSemaphore semaphore = new(LockClasses.InodeFile.Key);
            SemaphoreModel model = new();
            Explore(seed, random => SemaphoreStep(semaphore, model, random));
            Assert.True(model.IsIdle);
        }
    }

    /// <summary>Goal: no schedule breaks an invalidate lock: conflicting modes never overlap, and
    /// every request is granted in the end.</summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.ReaderWriterSemaphore)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void InvalidateLock_HoldsInEverySchedule(InvalidatePolicy policy)
    {
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            InvalidateLock target = InvalidateLock.Create(policy, LockClasses.Invalidate.Key);
            RangeModel model = new();
            Explore(seed, random => RangeStep(target, model, random));
            Assert.True(model.IsIdle);
        }
    }

    /// <summary>Goal: no schedule breaks a bit lock, with waits and hand-overs to a completer.
    /// </summary>
    [Fact]
    public void BitLock_HoldsInEverySchedule()
    {
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            Folio folio = new();
            LockKey key = LockClasses.Folio.Key;
            Explore(seed, random =>
            {
                BitLock.Acquire(ref folio.Word, 1, folio, key);
                folio.Holders++;
                Scheduler.SyncPoint("inside");
                Assert.Equal(1, folio.Holders);
                folio.Holders--;
                if (random.OneIn(3))
                {
                    BitLock.HandOver(folio, key);
                    Scheduler.Spawn("io", () => BitLock.Release(ref folio.Word, 1, folio, key));
                    BitLock.Wait(ref folio.Word, 1, folio, key);
                }
                else
                {
                    BitLock.Release(ref folio.Word, 1, folio, key);
                }
            });
            Assert.Equal(0, folio.Word);
        }
    }

    private static void Explore(ulong seed, Action<Prng> step)
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        (string Name, Action Body)[] tasks = new (string Name, Action Body)[4];
        for (int index = 0; index < tasks.Length; index++)
        {
            Prng random = new((seed * 100) + (ulong)index);
            tasks[index] = ($"task {index}", () =>
            {
                for (int round = 0; round < 3; round++)
                {
                    step(random);
                }
            }
            );
        }

        new ControlledScheduler(new SeededRandomStrategy(seed)).Run(tasks);
        Assert.Empty(validator.Reports);
    }

    private static void SemaphoreStep(RwSemaphore semaphore, SemaphoreModel model, Prng random)
    {
        switch (random.Below(4))
        {
            case 0:
                using (SharedGuard guard = semaphore.AcquireShared())
                {
                    model.Read();
                }

                break;
            case 1:
                using (ExclusiveGuard guard = semaphore.AcquireExclusive())
                {
                    model.Write();
                }

                break;
            case 2:
                ExclusiveGuard exclusive = semaphore.AcquireExclusive();
                model.Write();
                SharedGuard downgraded = exclusive.Downgrade();
                model.Read();
                downgraded.Dispose();
                break;
            default:
                if (semaphore.TryAcquireExclusive(out ExclusiveGuard tried))
                {
                    model.Write();
                    tried.Dispose();
                }

                break;
        }
    }

    private static void RangeStep(InvalidateLock target, RangeModel model, Prng random)
    {
        InvalidateMode mode = (InvalidateMode)random.Below(4);
        long first = random.Below(8);
        long last = random.OneIn(4) ? long.MaxValue : first + random.Below(8 - first);
        if (random.OneIn(4))
        {
            InvalidateRequest low = new(target, mode, first, first + 1);
            InvalidateRequest high = new(target, (InvalidateMode)random.Below(4), 9, 12);
            using InvalidatePairGuard pair = InvalidateLock.AcquirePair(high, low);
            model.Visit(mode, first, first + 1);
            return;
        }

        if (random.OneIn(3))
        {
            long end = last;
            if (target.TryAcquirePrefix(mode, first, ref end, out InvalidateGuard tried))
            {
                Assert.InRange(end, first, last);
                model.Visit(mode, first, end);
                tried.Dispose();
            }

            return;
        }

        using InvalidateGuard guard = target.Acquire(mode, first, last);
        target.AssertHeld(mode, first, last);
        model.Visit(mode, first, last);
    }

    private sealed class Folio
    {
        public int Word;
        public int Holders;
    }

    private sealed class SemaphoreModel
    {
        private int _readers;
        private int _writers;

        public bool IsIdle => _readers == 0 && _writers == 0;

        public void Read()
        {
            _readers++;
            Scheduler.SyncPoint("reading");
            Assert.Equal(0, _writers);
            _readers--;
        }

        public void Write()
        {
            _writers++;
            Scheduler.SyncPoint("writing");
            Assert.Equal(1, _writers);
            Assert.Equal(0, _readers);
            _writers--;
        }
    }

    private sealed class RangeModel
    {
        private readonly List<(InvalidateMode Mode, long First, long Last)> _holders = [];

        public bool IsIdle => _holders.Count == 0;

        public void Visit(InvalidateMode mode, long first, long last)
        {
            foreach ((InvalidateMode held, long heldFirst, long heldLast) in _holders)
            {
                bool overlaps = heldFirst <= last && first <= heldLast;
                Assert.False(overlaps && RangeWatch.Conflict(held, mode));
            }

            _holders.Add((mode, first, last));
            Scheduler.SyncPoint("inside");
            _holders.Remove((mode, first, last));
        }
    }
}
