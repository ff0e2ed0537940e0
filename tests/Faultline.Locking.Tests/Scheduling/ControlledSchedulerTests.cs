// The controlled scheduler: determinism, replay, scripts, virtual time and deadlocks.

using System;
using System.Collections.Generic;
using Faultline.Locking.Scheduling;
using Faultline.Locking.Tests.Validation;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Scheduling;

public sealed class ControlledSchedulerTests
{
    /// <summary>Goal: equal seeds give equal schedules, and seeds do differ.</summary>
    [Fact]
    public void SameSeed_GivesTheSameSchedule()
    {
        HashSet<string> schedules = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            string first = RunThree(new SeededRandomStrategy(seed), out string order);
            string second = RunThree(new SeededRandomStrategy(seed), out string again);
            Assert.Equal(first, second);
            Assert.Equal(order, again);
            schedules.Add(order);
        }

        Assert.True(schedules.Count > 5);
    }

    /// <summary>Goal: a replay string repeats a run.</summary>
    [Fact]
    public void Replay_RepeatsARun()
    {
        string replay = RunThree(new SeededRandomStrategy(7), out string order);
        string again = RunThree(new ReplayStrategy(replay), out string replayed);
        Assert.Equal(replay, again);
        Assert.Equal(order, replayed);
    }

    /// <summary>Goal: a script forces one interleaving.</summary>
    [Fact]
    public void Script_ForcesAnInterleaving()
    {
        List<string> log = [];
        ControlledScheduler scheduler = new(new ScriptedStrategy("a@middle; b@*; a@*"));
        scheduler.Run(("a", () => Steps("a", log)), ("b", () => Steps("b", log)));
        Assert.Equal(["a1", "b1", "b2", "a2"], log);
    }

    /// <summary>Goal: a deadlock ends the run and says who waits for what held by whom.</summary>
    [Fact]
    public void Deadlock_IsDetectedAndExplained()
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        DeadlockException deadlock = Assert.Throws<DeadlockException>(() =>
            new ControlledScheduler(new ScriptedStrategy("one@between; two@*")).Run(
                ("one", () => TakeBoth(a, b)),
                ("two", () => TakeBoth(b, a))));
        Assert.Contains("one waits for B (Exclusive), held by two", deadlock.Message);
        Assert.Contains("two waits for A (Exclusive), held by one", deadlock.Message);
        Assert.Equal([LockReportKind.Circular], validator.Kinds());
        Assert.Throws<DeadlockException>(() =>
            new ControlledScheduler(new ReplayStrategy(deadlock.Replay)).Run(
                ("one", () => TakeBoth(a, b)),
                ("two", () => TakeBoth(b, a))));
    }

    /// <summary>Goal: random schedules find a planted ABBA, and find none where there is none.
    /// </summary>
    [Fact]
    public void RandomSchedules_FindAPlantedDeadlock()
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        Assert.True(CountDeadlocks(isPlanted: true) > 5);
        Assert.Equal(0, CountDeadlocks(isPlanted: false));
    }

    /// <summary>Goal: time is virtual: a timeout of an hour passes at once, in order.</summary>
    [Fact]
    public void Timeouts_AreVirtual()
    {
        List<string> log = [];
        Completion never = new("never, in a test");
        ControlledScheduler scheduler = new(new SeededRandomStrategy(1));
        scheduler.Run(
            ("slow", () => Wait(never, 3_600_000, log, "slow")),
            ("fast", () => Wait(never, 1000, log, "fast")));
        Assert.Equal(["fast", "slow"], log);
        Assert.Equal(3_600_000, scheduler.ClockMs);
    }

    /// <summary>Goal: tasks spawned by tasks run in the same scheduler and can be joined.</summary>
    [Fact]
    public void Spawn_StaysInTheScheduler()
    {
        int sum = 0;
        ControlledScheduler scheduler = new(new SeededRandomStrategy(3));
        scheduler.Run(("parent", () =>
        {
            TaskHandle one = Scheduler.Spawn("one", () => sum += 1);
            TaskHandle two = Scheduler.Spawn("two", () => sum += 2);
            one.Join();
            two.Join();
            sum *= 10;
        }
        ));
        Assert.Equal(30, sum);
    }

    /// <summary>Goal: a failure inside a task ends the run and reaches the caller.</summary>
    [Fact]
    public void Failure_ReachesTheCaller()
    {
        Completion never = new("never again, in a test");
        Assert.Throws<InvalidOperationException>(() =>
            new ControlledScheduler(new SeededRandomStrategy(5)).Run(
                ("failing", () => throw new InvalidOperationException()),
                ("waiting", () => never.Wait())));
    }

    private static string RunThree(IScheduleStrategy strategy, out string order)
    {
        List<string> log = [];
        FairMutex mutex = Locks.Mutex("A");
        void Body(string name)
        {
            for (int round = 0; round < 3; round++)
            {
                using MutexGuard guard = mutex.Acquire();
                Scheduler.SyncPoint("inside");
                log.Add(name);
            }
        }

        ControlledRun run = new ControlledScheduler(strategy).Run(
            ("a", () => Body("a")), ("b", () => Body("b")), ("c", () => Body("c")));
        order = string.Join(' ', log);
        return run.Replay;
    }

    private static void Steps(string name, List<string> log)
    {
        log.Add(name + "1");
        Scheduler.SyncPoint("middle");
        log.Add(name + "2");
    }

    private static void TakeBoth(FairMutex outer, FairMutex inner)
    {
        using MutexGuard first = outer.Acquire();
        Scheduler.SyncPoint("between");
        using MutexGuard second = inner.Acquire();
    }

    private static int CountDeadlocks(bool isPlanted)
    {
        int found = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            FairMutex a = Locks.Mutex("A");
            FairMutex b = Locks.Mutex("B");
            try
            {
                new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
                    ("one", () => TakeBoth(a, b)),
                    ("two", () => TakeBoth(isPlanted ? b : a, isPlanted ? a : b)));
            }
            catch (DeadlockException)
            {
                found++;
            }
        }

        return found;
    }

    private static void Wait(Completion completion, long timeoutMs, List<string> log, string name)
    {
        Assert.False(completion.Wait(timeoutMs));
        log.Add(name);
    }
}
