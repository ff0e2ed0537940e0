// What fast commits changed in the map of one inode, over what is on disk. Invariant: the ranges
// are ascending and disjoint; a hole among them hides what is on disk.

using System.Collections.Generic;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.FastCommit;

/// <summary>Changes to one inode's map.</summary>
internal sealed class ExtentChanges
{
    private static readonly IComparer<MappedRange> s_byFirst = Comparer<MappedRange>.Create(
        static (left, right) => left.First.CompareTo(right.First));

    private readonly SortedSet<MappedRange> _ranges = new(s_byFirst);

    /// <summary>Replaces what is known of a range.</summary>
    /// <param name="changed">The range.</param>
    internal void Set(in MappedRange changed)
    {
        if (TryFindBefore(changed.First, out MappedRange before) && (before.End > changed.First))
        {
            _ = _ranges.Remove(before);
            if (before.First < changed.First)
            {
                _ = _ranges.Add(Cut(before, before.First, changed.First));
            }

            if (before.End > changed.End)
            {
                _ = _ranges.Add(Cut(before, changed.End, before.End));
            }
        }

        // Each step removes a range, so that all steps together are as many as ranges were added.
        while (TryFindBefore(changed.End - 1, out MappedRange last) && (last.First >= changed.First))
        {
            _ = _ranges.Remove(last);
            if (last.End > changed.End)
            {
                _ = _ranges.Add(Cut(last, changed.End, last.End));
            }
        }

        _ = _ranges.Add(changed);
    }

    /// <summary>Puts the changes over a range from disk.</summary>
    /// <param name="block">A file block in the range.</param>
    /// <param name="below">The range from disk.</param>
    /// <returns>A range with one state around the block.</returns>
    internal MappedRange Apply(ulong block, in MappedRange below)
    {
        ulong first = below.First;
        if (TryFindBefore(block, out MappedRange before))
        {
            if (before.Contains(block))
            {
                return before;
            }

            first = ulong.Max(first, before.End);
        }

        SortedSet<MappedRange> after = _ranges.GetViewBetween(Key(block), Key(ulong.MaxValue));
        ulong end = after.Count == 0 ? below.End : ulong.Min(below.End, after.Min.First);
        return Cut(below, first, end);
    }

    private static MappedRange Key(ulong first) => new(first, 1, MapState.Hole, 0);

    private static MappedRange Cut(in MappedRange range, ulong first, ulong end) => new(
        first,
        end - first,
        range.State,
        range.State == MapState.Hole ? 0 : range.Start + (first - range.First));

    // The last range that starts at or before a block.
    private bool TryFindBefore(ulong block, out MappedRange range)
    {
        SortedSet<MappedRange> view = _ranges.GetViewBetween(Key(0), Key(block));
        range = view.Max;
        return range.Count > 0;
    }
}
