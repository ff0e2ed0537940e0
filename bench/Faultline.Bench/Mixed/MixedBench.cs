// Readers and writers of one file, with somebody who punches holes in a range of his own, under the range lock,
// under the reader/writer semaphore (Linux's invalidate_lock), and under the range lock with reads that take the
// inode lock as well. The gate: with the range lock the puncher costs readers nothing but noise.
// FAULTLINE_BENCH_ROUNDS sets the number of rounds.

using System;
using System.Globalization;
using Faultline.Locking;

namespace Faultline.Bench.Mixed;

internal static class MixedBench
{
    private const int RoundsByDefault = 7;
    private const double KeptAtLeast = 0.95;
    private static readonly string[] s_names = ["RangeLock", "ReaderWriterSemaphore", "reads take the inode lock"];

    internal static Gates Run()
    {
        Gates gates = new();
        string? wished = Environment.GetEnvironmentVariable("FAULTLINE_BENCH_ROUNDS");
        int roundCount = wished is null ? RoundsByDefault : int.Parse(wished, CultureInfo.InvariantCulture);
        Console.WriteLine($"processors {Environment.ProcessorCount}, lockdep {Lockdep.Enabled}");
        using MixedFile range = new(InvalidatePolicy.RangeLock);
        using MixedFile semaphore = new(InvalidatePolicy.ReaderWriterSemaphore);
        MixedRun[,] runs = new MixedRun[s_names.Length, 3];
        InterleavedRounds rounds = new();
        foreach (MixedKind kind in Enum.GetValues<MixedKind>())
        {
            runs[0, (int)kind] = new MixedRun(range, kind, locksInode: false);
            runs[1, (int)kind] = new MixedRun(semaphore, kind, locksInode: false);
            runs[2, (int)kind] = new MixedRun(range, kind, locksInode: true);
            for (int index = 0; index < s_names.Length; index++)
            {
                _ = rounds.Add($"{s_names[index]} {kind}", runs[index, (int)kind].Measure);
            }
        }

        _ = rounds.Run(roundCount);
        Console.WriteLine(
            "reads, writes, punches a second; 99.9th percentile of a read; reads kept against reads alone, and against\n"
                + "readers with a writer");
        for (int index = 0; index < s_names.Length; index++)
        {
            Report(rounds, s_names[index], runs, index);
        }

        gates.AtLeast(
            "readers under RangeLock keep, with the puncher",
            rounds.Ratio($"{s_names[0]} {MixedKind.WithPuncher}", $"{s_names[0]} {MixedKind.WithWriter}"),
            KeptAtLeast);
        return gates;
    }

    private static void Report(InterleavedRounds rounds, string name, MixedRun[,] runs, int index)
    {
        foreach (MixedKind kind in Enum.GetValues<MixedKind>())
        {
            MixedRun run = runs[index, (int)kind];
            double alone = rounds.Ratio($"{name} {kind}", $"{name} {MixedKind.ReadsAlone}");
            double kept = rounds.Ratio($"{name} {kind}", $"{name} {MixedKind.WithWriter}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-26} {kind,-12} {rounds.Median($"{name} {kind}"),8:F0} {run.WriteRate,8:F0} "
                    + $"{run.PunchRate,6:F0} {run.StallMs,7:F2} ms {alone,6:F2} {kept,6:F2}"));
        }
    }
}
