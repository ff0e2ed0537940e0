// The scheduler seam. In production tasks are OS threads and SyncPoint is nothing; a task that runs
// under a ControlledScheduler gives up its turn at sync points and spawns into the same scheduler.

using System;
using System.Runtime.CompilerServices;

namespace Faultline.Locking;

/// <summary>Spawning and switching of tasks.</summary>
public static class Scheduler
{
    /// <summary>Whether the current task runs under a controlled scheduler.</summary>
    public static bool IsControlled => TaskContext.Current.Controlled is not null;

    /// <summary>Starts a task.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="body">What it does; it must not hold a lock at its end.</param>
    /// <returns>A handle to wait for it.</returns>
    public static TaskHandle Spawn(string name, Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        TaskContext parent = TaskContext.Current;
        TaskContext child = new(name) { OwnValidator = parent.OwnValidator };
        return parent.Controlled is not null
            ? parent.Controlled.Spawn(child, body)
            : TaskHandle.StartThread(child, body);
    }

    /// <summary>A named place where a controlled schedule may switch tasks. Folded away when the
    /// validator is off.</summary>
    /// <param name="name">For example <c>fill.inserted</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SyncPoint(string name)
    {
        if (Lockdep.Enabled)
        {
            SyncPointChecked(name);
        }
    }

    /// <summary>Lets other tasks run.</summary>
    public static void Yield()
    {
        TaskContext task = TaskContext.Current;
        if (task.Controlled is not null)
        {
            task.Controlled.Switch("yield");
        }
        else
        {
            _ = System.Threading.Thread.Yield();
        }
    }

    // Apart, so that the fast paths that pass a sync point stay small enough to be inlined.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SyncPointChecked(string name) =>
        TaskContext.Current.Controlled?.Switch(name);
}
