// Runs the same body on several real threads at once and rethrows what any of them threw.

using System;

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

        foreach (TaskHandle handle in handles)
        {
            handle.Join();
        }
    }
}
