// A scope in which allocation must not free cache, because the caller may hold what freeing takes.

using System;

namespace Faultline.Locking;

/// <summary>The scope opened by <see cref="TaskContext.NoReclaim"/>. Scopes nest.</summary>
public ref struct NoReclaimScope : IDisposable
{
    private TaskContext? _task;

    internal NoReclaimScope(TaskContext task)
    {
        _task = task;
        task.NoReclaimDepth++;
    }

    /// <summary>Leaves the scope.</summary>
    public void Dispose()
    {
        if (_task is not null)
        {
            _task.NoReclaimDepth--;
            _task = null;
        }
    }
}
