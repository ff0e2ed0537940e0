// What an acquisition gives back to its lock on release: a slot of the fast path or an entry.

namespace Faultline.Locking.Ranges;

/// <summary>The policy's own name for a held range.</summary>
/// <param name="slot">Index of the fast-path slot; a number of the policy's own otherwise.</param>
/// <param name="entry">The entry of the slow path, or null.</param>
internal readonly struct RangeTicket(int slot, RangeEntry? entry)
{
    /// <summary>The slot inside the lock, used while no two tasks meet there.</summary>
    public const int InlineSlot = 0;

    /// <summary>Not in a slot.</summary>
    public const int NoSlot = -1;

    public int Slot { get; } = slot;

    public RangeEntry? Entry { get; } = entry;
}
