// What fast commits changed in the map of one inode, over what is on disk. Invariant: the ranges are ascending and
// disjoint; a hole among them hides what is on disk.

using System.Collections.Generic;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.FastCommit;

/// <summary>Changes to one inode's map.</summary>
internal sealed class ExtentChanges
{
    private readonly List<MappedRange> _ranges = [];

    /// <summary>Replaces what is known of a range.</summary>
    /// <param name="changed">The range.</param>
    internal void Set(in MappedRange changed)
    {
        List<MappedRange> kept = [];
        foreach (MappedRange range in _ranges)
        {
            if (range.First < changed.First)
            {
                kept.Add(Cut(range, range.First, ulong.Min(range.End, changed.First)));
            }

            if (range.End > changed.End)
            {
                kept.Add(Cut(range, ulong.Max(range.First, changed.End), range.End));
            }
        }

        kept.Add(changed);
        kept.Sort(static (left, right) => left.First.CompareTo(right.First));
        _ranges.Clear();
        _ranges.AddRange(kept);
    }

    /// <summary>Puts the changes over a range from disk.</summary>
    /// <param name="block">A file block in the range.</param>
    /// <param name="below">The range from disk.</param>
    /// <returns>A range with one state around the block.</returns>
    internal MappedRange Apply(ulong block, in MappedRange below)
    {
        ulong first = below.First;
        ulong end = below.End;
        foreach (MappedRange range in _ranges)
        {
            if (range.Contains(block))
            {
                return range;
            }

            if (range.End <= block)
            {
                first = ulong.Max(first, range.End);
            }
            else
            {
                end = ulong.Min(end, range.First);
                break;
            }
        }

        return Cut(below, first, end);
    }

    private static MappedRange Cut(in MappedRange range, ulong first, ulong end) => new(
        first,
        end - first,
        range.State,
        range.State == MapState.Hole ? 0 : range.Start + (first - range.First));
}
