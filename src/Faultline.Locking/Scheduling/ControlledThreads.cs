// OS threads for controlled tasks, kept between runs: a campaign starts millions of tasks, and starting a thread
// costs more
// than most of them do.

using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Faultline.Locking.Scheduling;

/// <summary>Threads that run one controlled task after another.</summary>
internal static class ControlledThreads
{
    private const int IdleMax = 32;
    private static readonly ConcurrentBag<Worker> s_idle = [];

    /// <summary>Runs a body on a thread of its own.</summary>
    /// <param name="body">What it does; it does not throw.</param>
    internal static void Start(Action body)
    {
        if (!s_idle.TryTake(out Worker? worker))
        {
            worker = new Worker();
        }

        worker.Give(body);
    }

    private sealed class Worker
    {
        private readonly Parker _parker = new();
        private Action? _body; // volatile access: given by the starter, taken by the thread

        internal Worker()
        {
            Thread thread = new(Loop) { IsBackground = true, Name = "controlled task" };
            thread.Start();
        }

        internal void Give(Action body)
        {
            Volatile.Write(ref _body, body);
            _parker.Unpark();
        }

        private void Loop()
        {
            while (true)
            {
                Action? body = Interlocked.Exchange(ref _body, null);
                if (body is null)
                {
                    _ = _parker.Park();
                    continue;
                }

                body();
                if (s_idle.Count >= IdleMax)
                {
                    return;
                }

                s_idle.Add(this);
            }
        }
    }
}
