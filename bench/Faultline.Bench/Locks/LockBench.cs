// The locks against the runtime's reader/writer lock: time of an uncontended pair, throughput with
// several threads at several shares of readers, and the longest wait of any thread.

using System;
using Faultline.Locking;

namespace Faultline.Bench.Locks;

internal static class LockBench
{
    private const int UncontendedRounds = 15;
    private const int ContendedRounds = 7;
    private const string Slim = "ReaderWriterLockSlim";
    private const string Semaphore = "RwSemaphore";
    private const string Range = "InvalidateLock";

    public static Gates Run()
    {
        Gates gates = new();
        Console.WriteLine($"processors {Environment.ProcessorCount}, lockdep {Lockdep.Enabled}");
        Uncontended(gates);
        Contended(gates);
        return gates;
    }

    private static void Uncontended(Gates gates)
    {
        SlimContender slim = new();
        SemaphoreContender semaphore = new();
        RangeContender range = new(InvalidatePolicy.RangeLock);
        LatchContender latch = new();
        RangeContender entries = new(InvalidatePolicy.LockedEntries);
        InterleavedRounds rounds = new InterleavedRounds()
            .Add($"{Slim} read", slim.TimeReads)
            .Add($"{Slim} write", slim.TimeWrites)
            .Add($"{Semaphore} read", semaphore.TimeReads)
            .Add($"{Semaphore} write", semaphore.TimeWrites)
            .Add($"{Range} fill", range.TimeReads)
            .Add($"{Range} invalidate", range.TimeWrites)
            .Add("LockedEntries fill", entries.TimeReads)
            .Add("FairMutex", latch.TimeReads)
            .Add("SpinLatch", latch.TimeWrites)
            .Run(UncontendedRounds);
        Console.WriteLine("uncontended, ns a pair (median), ratio to ReaderWriterLockSlim");
        Line(rounds, $"{Slim} read", $"{Slim} read");
        Line(rounds, $"{Slim} write", $"{Slim} write");
        Line(rounds, $"{Semaphore} read", $"{Slim} read");
        Line(rounds, $"{Semaphore} write", $"{Slim} write");
        Line(rounds, $"{Range} fill", $"{Slim} read");
        Line(rounds, $"{Range} invalidate", $"{Slim} write");
        Line(rounds, "LockedEntries fill", $"{Slim} read");
        Line(rounds, "FairMutex", $"{Slim} write");
        Line(rounds, "SpinLatch", $"{Slim} write");
        gates.AtMost("semaphore read", rounds.Ratio($"{Semaphore} read", $"{Slim} read"), 0.4);
        gates.AtMost("semaphore write", rounds.Ratio($"{Semaphore} write", $"{Slim} write"), 0.4);
        gates.AtMost("invalidate lock fill", rounds.Ratio($"{Range} fill", $"{Slim} read"), 0.4);
    }

    private static void Line(InterleavedRounds rounds, string name, string baseline) =>
        Console.WriteLine(
            $"  {name,-28} {rounds.Median(name),7:F1} {rounds.Ratio(name, baseline),6:F2}");

    private static void Contended(Gates gates)
    {
        Console.WriteLine("contended, million pairs a second (median), ratio, longest wait in ms");
        foreach (int threads in (int[])[2, 4, 16])
        {
            foreach (int readers in (int[])[50, 90, 99])
            {
                ContendedRun slim = new(new SlimContender(), threads, readers);
                ContendedRun semaphore = new(new SemaphoreContender(), threads, readers);
                ContendedRun range = new(
                    new RangeContender(InvalidatePolicy.RangeLock), threads, readers);
                InterleavedRounds rounds = new InterleavedRounds()
                    .Add(Slim, slim.Measure)
                    .Add(Semaphore, semaphore.Measure)
                    .Add(Range, range.Measure)
                    .Run(ContendedRounds);
                string what = $"{threads,2} threads {readers}% readers";
                Report(rounds, what, Slim, slim);
                Report(rounds, what, Semaphore, semaphore);
                Report(rounds, what, Range, range);
                gates.AtLeast($"{what} semaphore", rounds.Ratio(Semaphore, Slim), 0.8);
                gates.AtLeast($"{what} invalidate lock", rounds.Ratio(Range, Slim), 0.8);
                gates.AtMost($"{what} semaphore longest wait ms", semaphore.LongestWaitMs, 1000);
                gates.AtMost($"{what} invalidate lock longest wait ms", range.LongestWaitMs, 1000);
            }
        }
    }

    private static void Report(
        InterleavedRounds rounds, string what, string name, ContendedRun run) =>
        Console.WriteLine(
            $"  {what}  {name,-22} {rounds.Median(name),7:F2} {rounds.Ratio(name, Slim),6:F2} "
                + $"{run.LongestWaitMs,8:F1}");
}
