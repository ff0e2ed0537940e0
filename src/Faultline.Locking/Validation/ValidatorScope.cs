// The scope of LockValidator.Use.

using Faultline.Base;

namespace Faultline.Locking.Validation;

/// <summary>A scope in which the current task uses a validator of its own.</summary>
public ref struct ValidatorScope
{
    private readonly LockValidator? _outer;
    private TaskContext? _task;

    internal ValidatorScope(TaskContext task, LockValidator validator)
    {
        Check.That(task.HeldCount == 0);
        _task = task;
        _outer = task.OwnValidator;
        task.OwnValidator = validator;
    }

    /// <summary>Leaves the scope.</summary>
    public void Dispose()
    {
        if (_task is not null)
        {
            _task.OwnValidator = _outer;
            _task = null;
        }
    }
}
