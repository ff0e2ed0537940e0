// Several threads on one lock for a while: how many sections they did, and the longest that one of
// them waited for the lock. Between two sections a thread does a little work of its own.

using System;
using System.Diagnostics;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Bench.Locks;

internal sealed class ContendedRun(Contender contender, int threadCount, int readerPercent)
{
    private const int RunMs = 60;
    private const int WorkLength = 4;

    private double _longestWaitMs;

    /// <summary>Over all runs so far.</summary>
    public double LongestWaitMs => _longestWaitMs;

    /// <summary>Million sections a second.</summary>
    public double Measure()
    {
        int stop = 0;
        long[] counts = new long[threadCount];
        double[] waits = new double[threadCount];
        TaskHandle[] handles = new TaskHandle[threadCount];
        long start = Stopwatch.GetTimestamp();
        for (int index = 0; index < threadCount; index++)
        {
            int mine = index;
            handles[index] = Scheduler.Spawn(
                $"contender {index}", () => Loop(mine, ref stop, counts, waits));
        }

        SystemClock.Instance.Delay(RunMs);
        Volatile.Write(ref stop, 1);
        foreach (TaskHandle handle in handles)
        {
            handle.Join();
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long sum = 0;
        for (int index = 0; index < threadCount; index++)
        {
            sum += counts[index];
            _longestWaitMs = Math.Max(_longestWaitMs, waits[index]);
        }

        return sum / seconds / 1e6;
    }

    private void Loop(int index, ref int stop, long[] counts, double[] waits)
    {
        Prng random = new((ulong)index);
        long count = 0;
        long longest = 0;
        while (Volatile.Read(ref stop) == 0)
        {
            long before = Stopwatch.GetTimestamp();
            if (random.Below(100) < readerPercent)
            {
                contender.Read();
            }
            else
            {
                contender.Write();
            }

            longest = Math.Max(longest, Stopwatch.GetTimestamp() - before);
            count++;
            Thread.SpinWait(WorkLength);
        }

        counts[index] = count;
        waits[index] = longest * 1000.0 / Stopwatch.Frequency;
    }
}
