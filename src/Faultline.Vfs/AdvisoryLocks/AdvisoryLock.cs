// One advisory lock.

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>One advisory lock.</summary>
/// <param name="Owner">Who has it.</param>
/// <param name="Type">Read or Write.</param>
/// <param name="Start">First byte.</param>
/// <param name="Last">Last byte; <see cref="long.MaxValue"/> for all that follow.</param>
public readonly record struct AdvisoryLock(LockOwner Owner, AdvisoryLockType Type, long Start, long Last)
{
    internal bool Overlaps(long start, long last) => Start <= last && start <= Last;

    // Overlaps, or lies directly beside.
    internal bool Touches(long start, long last) =>
        (Start <= last || Start == last + 1) && (start <= Last || (Last < long.MaxValue && start == Last + 1));
}
