// The one queue entry of a task: a task waits for one thing at a time, so each task owns one Waiter
// and no wait allocates. Invariant: linked into at most one queue. Its links are guarded by the
// gate of that queue; Granted is written by the granter after it has read the links, and read by
// the owner without a gate (volatile).

using System.Threading;

namespace Faultline.Locking;

/// <summary>A task in the queue of a primitive.</summary>
/// <param name="task">The owner.</param>
internal sealed class Waiter(TaskContext task)
{
    private int _granted;

    public TaskContext Task { get; } = task;

    public Waiter? Next { get; set; }

    public Waiter? Previous { get; set; }

    /// <summary>Wants the lock for itself alone.</summary>
    public bool IsExclusive { get; set; }

    /// <summary>Only waits for the lock to be free once, without taking it.</summary>
    public bool IsObserver { get; set; }

    /// <summary>What it waits for where one queue serves many (bit locks): the owner
    /// object.</summary>
    public object? Subject { get; set; }

    /// <summary>The bit within the subject.</summary>
    public int Mask { get; set; }

    /// <summary>When it queued, for the hand-over of a lock to who waits too long.</summary>
    public long StartedMs { get; set; }

    /// <summary>Set once by the granter.</summary>
    public bool IsGranted => Volatile.Read(ref _granted) != 0;

    /// <summary>Prepares for a new wait.</summary>
    public void Begin()
    {
        Volatile.Write(ref _granted, 0);
        Next = null;
        Previous = null;
        IsExclusive = false;
        IsObserver = false;
        Subject = null;
        Mask = 0;
        StartedMs = TaskContext.NowMs;
    }

    /// <summary>True when the lock must be handed to it instead of being raced for.</summary>
    public bool IsOverdue =>
        Task.IsControlled || TaskContext.NowMs - StartedMs >= TaskContext.HandOverMs;

    /// <summary>Gives it what it waits for and wakes it. The waiter may reuse itself at
    /// once.</summary>
    public void Grant()
    {
        TaskContext owner = Task;
        MarkGranted();
        owner.Unpark();
    }

    /// <summary>Gives it what it waits for; the caller wakes its task afterwards.</summary>
    public void MarkGranted() => Volatile.Write(ref _granted, 1);
}
