// The scope of NonBlocking.Forbid and NonBlocking.Allow.

using System;

namespace Faultline.Locking;

/// <summary>A scope that forbids (or allows again) blocking. Scopes nest.</summary>
public ref struct NonBlockingScope : IDisposable
{
    private readonly string? _outer;
    private TaskContext? _task;

    internal NonBlockingScope(TaskContext task, string? reason)
    {
        _task = task;
        _outer = task.NonBlockingReason;
        task.NonBlockingReason = reason;
    }

    /// <summary>Leaves the scope.</summary>
    public void Dispose()
    {
        if (_task is not null)
        {
            _task.NonBlockingReason = _outer;
            _task = null;
        }
    }
}
