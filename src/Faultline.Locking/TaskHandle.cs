// A spawned task, to be joined once.

using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Faultline.Locking;

/// <summary>A handle to a spawned task.</summary>
public sealed class TaskHandle
{
    private readonly WaitQueue _finished;
    private Exception? _failure;
    private int _isFinished;

    internal TaskHandle(TaskContext task)
    {
        Task = task;
        _finished = new WaitQueue($"end of {task.Name}");
    }

    /// <summary>The task.</summary>
    public TaskContext Task { get; }

    /// <summary>Whether its body has ended.</summary>
    public bool IsFinished => Volatile.Read(ref _isFinished) != 0;

    internal Exception? Failure => _failure;

    /// <summary>Waits for the end of the task and rethrows what its body threw.</summary>
    public void Join()
    {
        _finished.WaitUntil(this, static self => self.IsFinished);
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>Waits for the end of the task, but not for ever; rethrows what its body threw.</summary>
    /// <param name="timeoutMs">Milliseconds.</param>
    /// <returns>False when the task had not ended by then.</returns>
    public bool TryJoin(long timeoutMs)
    {
        bool isEnded = _finished.WaitUntil(this, static self => self.IsFinished, timeoutMs);
        if (isEnded)
        {
            Join();
        }

        return isEnded;
    }

    internal static TaskHandle StartThread(TaskContext task, Action body)
    {
        TaskHandle handle = new(task);
        Thread thread = new(() => handle.Run(body)) { IsBackground = true, Name = task.Name };
        thread.Start();
        return handle;
    }

    /// <summary>Runs the body on the current thread, as the task.</summary>
    internal void Run(Action body)
    {
        TaskContext.Install(Task);
#pragma warning disable CA1031 // The boundary of the task: its failure belongs to who joins it.
        try
        {
            body();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
#pragma warning restore CA1031

        if (Lockdep.Enabled)
        {
            Lockdep.TaskEnds(Task);
        }

        Volatile.Write(ref _isFinished, 1);
        _finished.WakeAll();
    }
}
