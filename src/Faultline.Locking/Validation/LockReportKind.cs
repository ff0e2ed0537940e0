// The rules that the validator checks.

namespace Faultline.Locking.Validation;

/// <summary>Which rule was broken.</summary>
public enum LockReportKind
{
    /// <summary>Two orders of taking locks can deadlock.</summary>
    Circular,

    /// <summary>A class was taken again while held.</summary>
    Recursion,

    /// <summary>A lock was taken against the declared ranks.</summary>
    Rank,

    /// <summary>Two locks of a class were taken against their instance order.</summary>
    InstanceOrder,

    /// <summary>Something that sleeps was taken inside a spin latch.</summary>
    WaitContext,

    /// <summary>The nest lock that should make a double acquisition safe is not held.</summary>
    NestLockNotHeld,

    /// <summary>Released by a task that does not hold it; nobody does.</summary>
    NotHeld,

    /// <summary>Released by a task that does not hold it; another one does.</summary>
    WrongTask,

    /// <summary>A task ended with a lock held.</summary>
    HeldAtEnd,

    /// <summary>The object of a held lock went away.</summary>
    DestroyedWhileHeld,

    /// <summary>A pinned lock was released.</summary>
    Pinned,

    /// <summary>A subclass outside 0..7.</summary>
    Subclass,

    /// <summary>More lock classes than a sane program has.</summary>
    ClassExplosion,
}
