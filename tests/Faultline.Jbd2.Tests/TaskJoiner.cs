// Some threads that all do the same, joined at the end of a scope.

using System;
using System.Linq;
using Faultline.Locking;

namespace Faultline.Jbd2.Tests;

internal sealed class TaskJoiner(int count, Action<int> body) : IDisposable
{
    private readonly TaskHandle[] _tasks =
        [.. Enumerable.Range(0, count).Select(worker => Scheduler.Spawn($"worker {worker}", () => body(worker)))];

    public void Dispose()
    {
        foreach (TaskHandle task in _tasks)
        {
            task.Join();
        }
    }
}
