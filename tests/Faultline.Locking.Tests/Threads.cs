// Runs the same body on several real threads at once and rethrows what any of them threw. Threads that do not end fail
// the test, with what each task of the process waits for.

using System;
using System.Diagnostics;
using Faultline.Locking.Scheduling;

namespace Faultline.Locking.Tests;

internal static class Threads
{
    public static void Run(int count, Action<int> body)
    {
        TaskHandle[] handles = new TaskHandle[count];
        for (int index = 0; index < count; index++)
        {
            int mine = index;
            handles[index] = Scheduler.Spawn($"thread {index}", () => body(mine));
        }

        Stopwatch clock = Stopwatch.StartNew();
        foreach (TaskHandle handle in handles)
        {
            bool isEnded = handle.TryJoin(Math.Max(1, LimitMs - clock.ElapsedMilliseconds));
            Assert.True(isEnded, isEnded ? "" : BlockedOnGraph.DescribeProcess());
        }
    }

    private const int LimitMs = 120_000;
}
