// The invalidate lock from outside: the table of modes, disjoint ranges, queues, prefixes and
// pairs.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.Locking.Tests.Validation;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Ranges;

public sealed class InvalidateLockTests
{
    // None is no lock: it shows elsewhere what goes wrong without.
    public static TheoryData<InvalidatePolicy> Policies =>
        [.. Enum.GetValues<InvalidatePolicy>().Where(static policy => policy != InvalidatePolicy.None)];

    /// <summary>Goal: the table of modes holds under every policy; the semaphore may be stricter,
    /// never laxer. Method: hold one mode, try the other, all sixteen pairs.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Modes_ConflictAsTheTableSays(InvalidatePolicy policy)
    {
        foreach (InvalidateMode held in Enum.GetValues<InvalidateMode>())
        {
            foreach (InvalidateMode wanted in Enum.GetValues<InvalidateMode>())
            {
                InvalidateLock target = Create(policy);
                using InvalidateGuard guard = target.Acquire(held, 10, 19);
                bool isTaken = target.TryAcquire(wanted, 15, 30, out InvalidateGuard second);
                second.Dispose();
                bool expected = policy == InvalidatePolicy.ReaderWriterSemaphore
                    ? held <= InvalidateMode.Modify && wanted <= InvalidateMode.Modify
                    : !RangeWatch.Conflict(held, wanted);
                Assert.Equal(expected, isTaken);
            }
        }
    }

    /// <summary>Goal: disjoint ranges never wait, in any pair of modes, neighbours included.
    /// </summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void DisjointRanges_NeverWait(InvalidatePolicy policy)
    {
        foreach (InvalidateMode held in Enum.GetValues<InvalidateMode>())
        {
            foreach (InvalidateMode wanted in Enum.GetValues<InvalidateMode>())
            {
                InvalidateLock target = Create(policy);
                using InvalidateGuard guard = target.Acquire(held, 10, 19);
                Assert.True(target.TryAcquire(wanted, 20, 1L << 50, out InvalidateGuard after));
                Assert.True(target.TryAcquire(wanted, 0, 9, out InvalidateGuard before));
                after.Dispose();
                before.Dispose();
            }
        }
    }

    /// <summary>Goal: a fault elsewhere passes a queued puncher (PC-14). Method: a reader holds
    /// [0,9], a puncher queues for [5,14], then a fill of [20,29] does not wait while one of
    /// [10,14] does, although nobody holds that yet.</summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void QueuedInvalidation_HoldsBackOverlappingFillsOnly(InvalidatePolicy policy)
    {
        InvalidateLock target = Create(policy);
        List<string> log = [];
        new ControlledScheduler(new ScriptedStrategy("reader@io; puncher@*; near@*; far@*")).Run(
            ("reader", () =>
            {
                using InvalidateGuard guard = target.Acquire(InvalidateMode.Fill, 0, 9);
                Scheduler.SyncPoint("io");
                log.Add("reader");
            }
        ),
            ("puncher", () => Log(target, InvalidateMode.Invalidate, 5, 14, log, "puncher")),
            ("near", () => Log(target, InvalidateMode.Fill, 10, 14, log, "near")),
            ("far", () => Log(target, InvalidateMode.Fill, 20, 29, log, "far")));
        Assert.Equal(["far", "reader", "puncher", "near"], log);
    }

    /// <summary>Goal: overlapping requests are served in order of arrival.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void OverlappingRequests_AreServedInOrder(InvalidatePolicy policy)
    {
        InvalidateLock target = Create(policy);
        List<string> log = [];
        List<(string Name, Action Body)> tasks = [("holder", () =>
        {
            using InvalidateGuard guard = target.Acquire(InvalidateMode.Invalidate, 0, 9);
            Scheduler.SyncPoint("held");
        })];
        for (int index = 0; index < 6; index++)
        {
            string name = $"t{index}";
            bool isEven = (index & 1) == 0;
            InvalidateMode mode = isEven ? InvalidateMode.Invalidate : InvalidateMode.Fill;
            tasks.Add((name, () => Log(target, mode, 3, 5, log, name)));
        }

        string script = "holder@held; t0@*; t1@*; t2@*; t3@*; t4@*; t5@*";
        new ControlledScheduler(new ScriptedStrategy(script)).Run([.. tasks]);
        Assert.Equal(["t0", "t1", "t2", "t3", "t4", "t5"], log);
    }

    /// <summary>Goal: a prefix stops before what is held or queued, and never waits.</summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void Prefix_IsTrimmedToWhatIsFree(InvalidatePolicy policy)
    {
        InvalidateLock target = Create(policy);
        using InvalidateGuard guard = target.Acquire(InvalidateMode.Invalidate, 10, 19);
        long last = 25;
        Assert.True(
            target.TryAcquirePrefix(InvalidateMode.Fill, 4, ref last, out InvalidateGuard low));
        Assert.Equal(9, last);
        target.AssertHeld(InvalidateMode.Fill, 4, 9);
        low.Dispose();
        last = 25;
        Assert.True(
            target.TryAcquirePrefix(InvalidateMode.Fill, 20, ref last, out InvalidateGuard high));
        Assert.Equal(25, last);
        high.Dispose();
        Assert.False(target.TryAcquirePrefix(InvalidateMode.Fill, 12, ref last, out _));
        Assert.False(target.TryAcquire(InvalidateMode.Fill, 4, 25, out _));
    }

    /// <summary>Goal: a prefix of an exclusive mode stops before a published fill.</summary>
    [Fact]
    public void Prefix_SeesTheFastPath()
    {
        InvalidateLock target = Create(InvalidatePolicy.RangeLock);
        using InvalidateGuard fill = target.Acquire(InvalidateMode.Fill, 10, 19);
        long last = 30;
        Assert.True(
            target.TryAcquirePrefix(
                InvalidateMode.Invalidate, 0, ref last, out InvalidateGuard low));
        Assert.Equal(9, last);
        low.Dispose();
        last = 30;
        Assert.False(target.TryAcquirePrefix(InvalidateMode.Invalidate, 19, ref last, out _));
    }

    /// <summary>Goal: the asserted mode and range must be held by the asking task; Invalidate is as
    /// good as any.</summary>
    [Fact]
    public void AssertHeld_WantsModeAndRange()
    {
        InvalidateLock target = Create(InvalidatePolicy.RangeLock);
        using (InvalidateGuard fill = target.Acquire(InvalidateMode.Fill, 10, 19))
        {
            target.AssertHeld(InvalidateMode.Fill, 10, 19);
            Assert.Throws<CheckFailedException>(
                () => target.AssertHeld(InvalidateMode.Fill, 9, 19));
            Assert.Throws<CheckFailedException>(
                () => target.AssertHeld(InvalidateMode.Freeze, 10, 19));
        }

        Assert.Throws<CheckFailedException>(() => target.AssertHeld(InvalidateMode.Fill, 10, 19));
        using InvalidateGuard all = target.Acquire(InvalidateMode.Invalidate, 0, long.MaxValue);
        target.AssertHeld(InvalidateMode.Modify, 5, 6);
    }

    /// <summary>Goal: a second range by a task that holds one is reported.</summary>
    [Fact]
    public void SecondRange_IsReported()
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        InvalidateLock target = Create(InvalidatePolicy.RangeLock);
        using InvalidateGuard first = target.Acquire(InvalidateMode.Fill, 0, 9);
        using InvalidateGuard second = target.Acquire(InvalidateMode.Fill, 20, 29);
        Assert.Equal([LockReportKind.Recursion], validator.Kinds());
    }

    /// <summary>Goal: pairs in both argument orders neither deadlock nor break the instance order.
    /// </summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Pairs_AreTakenInOneOrder(InvalidatePolicy policy)
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        for (ulong seed = 0; seed < 200; seed++)
        {
            LockKey key = LockClasses.Invalidate.Key;
            InvalidateLock low = InvalidateLock.Create(policy, key, order: 1);
            InvalidateLock high = InvalidateLock.Create(policy, key, order: 2);
            InvalidateRequest source = new(low, InvalidateMode.Freeze, 0, 9);
            InvalidateRequest target = new(high, InvalidateMode.Invalidate, 5, 14);
            InvalidateRequest back = new(low, InvalidateMode.Invalidate, 7, 7);
            new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
                ("a", () => TakePair(source, target)),
                ("b", () => TakePair(target, back)),
                ("c", () => TakePair(back, source)),
                ("d", () => low.Acquire(InvalidateMode.Fill, 0, 99).Dispose()));
        }

        Assert.Empty(validator.Reports);
    }

    /// <summary>Goal: the lock does what a plain list of holders says. Method: random tries and
    /// releases on one thread, compared step by step.</summary>
    [Theory]
    [InlineData(InvalidatePolicy.RangeLock)]
    [InlineData(InvalidatePolicy.LockedEntries)]
    public void RandomTries_MatchASimpleModel(InvalidatePolicy policy)
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        Prng random = new(42);
        InvalidateLock target = Create(policy);
        for (int round = 0; round < 2000; round++)
        {
            NestTries(target, random, [], depth: (int)random.Below(6));
        }

        Assert.True(
            target.TryAcquire(
                InvalidateMode.Invalidate, 0, long.MaxValue, out InvalidateGuard all));
        all.Dispose();
    }

    private static void NestTries(
        InvalidateLock target,
        Prng random,
        List<(InvalidateMode Mode, long First, long Last)> held,
        int depth)
    {
        InvalidateMode mode = (InvalidateMode)random.Below(4);
        long first = random.Below(20);
        long wanted = random.OneIn(5) ? long.MaxValue : first + random.Below(12);
        long expected = held
            .Where(each => RangeWatch.Conflict(each.Mode, mode) && each.Last >= first)
            .Select(each => each.First - 1)
            .Append(wanted)
            .Min();
        long last = wanted;
        bool isTaken = target.TryAcquirePrefix(mode, first, ref last, out InvalidateGuard guard);
        Assert.Equal(expected >= first, isTaken);
        if (isTaken)
        {
            Assert.Equal(expected, last);
            held.Add((mode, first, last));
        }

        if (depth > 0)
        {
            NestTries(target, random, held, depth - 1);
        }

        guard.Dispose();
        held.Remove((mode, first, last));
    }

    private static InvalidateLock Create(InvalidatePolicy policy) =>
        InvalidateLock.Create(policy, LockClasses.Invalidate.Key);

    private static void Log(
        InvalidateLock target,
        InvalidateMode mode,
        long first,
        long last,
        List<string> log,
        string name)
    {
        using InvalidateGuard guard = target.Acquire(mode, first, last);
        log.Add(name);
    }

    private static void TakePair(InvalidateRequest left, InvalidateRequest right)
    {
        using InvalidatePairGuard pair = InvalidateLock.AcquirePair(left, right);
        Scheduler.SyncPoint("both");
    }
}
