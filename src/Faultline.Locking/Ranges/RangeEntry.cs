// A held or wanted range in the slow path of a policy: one range, or two of one lock taken
// together. Guarded by the gate of its lock, except the fields its owner reads after it was
// granted.

using System.Collections.Generic;

namespace Faultline.Locking.Ranges;

/// <summary>One request of a range lock.</summary>
internal sealed class RangeEntry
{
    public RangeEntry? Next { get; set; }

    public RangeEntry? Previous { get; set; }

    public InvalidateMode Mode { get; set; }

    public long First { get; set; }

    public long Last { get; set; }

    /// <summary>The second range, or null.</summary>
    public RangePart? Second { get; set; }

    /// <summary>The waiter while it waits.</summary>
    public Waiter? Waiter { get; set; }

    /// <summary>Woken to compete; running tasks may still get in first.</summary>
    public bool IsEligible { get; set; }

    /// <summary>The entries that wait for this one (policy LockedEntries).</summary>
    public List<RangeEntry>? Followers { get; set; }

    /// <summary>How many entries it still waits for (policy LockedEntries).</summary>
    public int BlockerCount { get; set; }

    /// <summary>Prepares a pooled entry for a request.</summary>
    public void Begin(InvalidateMode mode, long first, long last, RangePart? second)
    {
        Mode = mode;
        First = first;
        Last = last;
        Second = second;
        Waiter = null;
        IsEligible = false;
    }

    /// <summary>True for the modes that remove or freeze.</summary>
    public bool IsExclusive => Mode >= InvalidateMode.Freeze;

    /// <summary>True when the two may not be held at once.</summary>
    public bool ConflictsWith(RangeEntry other) =>
        ConflictMatrix.Conflicts(Mode, other.Mode) && Overlaps(other);

    public bool Overlaps(RangeEntry other) =>
        OverlapsPart(other.First, other.Last)
        || (other.Second is RangePart part && OverlapsPart(part.First, part.Last));

    /// <summary>True when a part of this entry overlaps the range.</summary>
    public bool OverlapsPart(long first, long last) =>
        (First <= last && first <= Last)
        || (Second is RangePart part && part.First <= last && first <= part.Last);
}
