// One half of a two-range acquisition.

namespace Faultline.Locking;

/// <summary>A range of an invalidate lock, for <see cref="InvalidateLock.AcquirePair"/>.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Mode">The mode.</param>
/// <param name="First">First folio index.</param>
/// <param name="Last">Last folio index, inclusive.</param>
public readonly record struct InvalidateRequest(
    InvalidateLock Lock, InvalidateMode Mode, long First, long Last)
{
    internal bool Overlaps(in InvalidateRequest other) =>
        ReferenceEquals(Lock, other.Lock) && First <= other.Last && other.First <= Last;
}
