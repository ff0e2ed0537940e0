// The scope of Lockdep.NestUnder.

namespace Faultline.Locking;

/// <summary>A scope in which an outer lock makes taking several locks of one class safe.</summary>
public ref struct NestScope
{
    private readonly object? _outer;
    private TaskContext? _task;

    internal NestScope(TaskContext task, object nestLock)
    {
        _task = task;
        _outer = task.NestLock;
        task.NestLock = nestLock;
    }

    /// <summary>Leaves the scope.</summary>
    public void Dispose()
    {
        if (_task is not null)
        {
            _task.NestLock = _outer;
            _task = null;
        }
    }
}
