// A run of file blocks that the map on disk does not know yet.

namespace Faultline.Ext.Mapping;

/// <summary>A run of file blocks that the map on disk does not know yet.</summary>
/// <param name="First">First file block.</param>
/// <param name="Count">File blocks, more than 0.</param>
/// <param name="Start">Block of the volume of the first one; 0 when delayed.</param>
/// <param name="State">What they are.</param>
internal readonly record struct PendingRun(ulong First, ulong Count, ulong Start, PendingState State)
{
    /// <summary>First file block after the run.</summary>
    internal ulong End => First + Count;

    /// <summary>The part of the run in a range that touches it.</summary>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range.</param>
    internal PendingRun Part(ulong first, ulong end)
    {
        ulong from = ulong.Max(first, First);
        ulong to = ulong.Min(end, End);
        return new PendingRun(from, to - from, State == PendingState.Delayed ? 0 : Start + (from - First), State);
    }
}
