// Proof that a path never blocks: inside the scope every point that could wait fails a check. With
// the validator on, a lock that could wait counts even when it was free; with it off, real waits
// do.

using Faultline.Base;

namespace Faultline.Locking;

/// <summary>Scopes that must not block, and the places that might.</summary>
public static class NonBlocking
{
    /// <summary>Opens a scope in which this task must not reach a blocking point.</summary>
    /// <param name="reason">For the message, for example <c>NOWAIT read</c>.</param>
    /// <returns>The scope.</returns>
    public static NonBlockingScope Forbid(string reason) => new(TaskContext.Current, reason);

    /// <summary>Opens a scope for a part that may block after all, inside one that forbids
    /// it.</summary>
    /// <returns>The scope.</returns>
    public static NonBlockingScope Allow() => new(TaskContext.Current, null);

    /// <summary>Fails a check when the current task must not block.</summary>
    /// <param name="what">What might block, for example <c>device read</c>.</param>
    public static void AssertMayBlock(string what)
    {
        TaskContext task = TaskContext.Current;
        if (task.NonBlockingReason is not null)
        {
            Fail(task, what);
        }

        if (Lockdep.Enabled)
        {
            Lockdep.MightSleep(what);
        }
    }

    internal static void Fail(TaskContext task, object what)
    {
        string reason = task.NonBlockingReason ?? string.Empty;
        _ = Check.Unreachable($"'{reason}' must not block but reached {what}");
    }
}
