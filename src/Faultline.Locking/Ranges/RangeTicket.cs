// What an acquisition gives back to its lock on release: a slot of the fast path or an entry.

namespace Faultline.Locking.Ranges;

/// <summary>The policy's own name for a held range.</summary>
/// <param name="Mode">The mode held.</param>
/// <param name="Slot">Index of the fast-path slot, or -1.</param>
/// <param name="Entry">The entry of the slow path, or null.</param>
internal readonly record struct RangeTicket(InvalidateMode Mode, int Slot, RangeEntry? Entry);
