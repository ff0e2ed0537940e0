// What a workload did to its devices, in order. A window is the time between two flushes of any device.
//
// Locks: none; a queue and a counter. A write is noted before the device has it and a flush after it has returned,
// so that a write that overlaps a flush in time is not counted as durable: the weaker promise.

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;

namespace Faultline.Lab.Crash;

/// <summary>What happened to the devices of a volume, in order.</summary>
public sealed class CrashTrace
{
    private readonly ConcurrentQueue<TraceEvent> _events = new();
    private int _windows;

    /// <summary>Flushes so far: the number of the window that is open.</summary>
    public int Window => Volatile.Read(ref _windows);

    /// <summary>The events so far, in order.</summary>
    public IReadOnlyList<TraceEvent> Events => [.. _events];

    /// <summary>Notes an event.</summary>
    /// <param name="happened">The event.</param>
    internal void Add(TraceEvent happened)
    {
        _events.Enqueue(happened);
        if (happened.Kind == TraceKind.Flush)
        {
            _ = Interlocked.Increment(ref _windows);
        }
    }
}
