// Tasks to wake once a gate is left: waking is a system call, which must not lengthen the gate.
// A full batch wakes at once, which is slower but right.

using System.Runtime.CompilerServices;

namespace Faultline.Locking.Ranges;

/// <summary>A few tasks to wake.</summary>
internal struct WakeBatch
{
    private const int Capacity = 8;

    private Tasks _tasks;
    private int _count;

    public void Add(TaskContext task)
    {
        if (_count == Capacity)
        {
            task.Unpark();
            return;
        }

        _tasks[_count] = task;
        _count++;
    }

    public void Wake()
    {
        for (int index = 0; index < _count; index++)
        {
            _tasks[index]!.Unpark();
        }
    }

    [InlineArray(Capacity)]
    private struct Tasks
    {
        private TaskContext? _first;
    }
}
