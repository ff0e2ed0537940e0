// A set of pages as ranges: what one file has charged.
//
// Invariant: ranges ascend, do not overlap and do not touch.
// Locks: the block-map lock of the file.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Tmpfs.Space;

/// <summary>A set of page numbers.</summary>
internal sealed class PageSet
{
    private readonly List<(long First, long End)> _ranges = [];

    /// <summary>Pages in the set.</summary>
    internal long Count { get; private set; }

    /// <summary>The run that a page lies in: of pages in the set, or of pages that are not.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isIn">Whether it is in the set.</param>
    /// <param name="first">First page of the run.</param>
    /// <param name="end">First page after the run; <see cref="long.MaxValue"/> when nothing follows.</param>
    internal void RunAt(long page, out bool isIn, out long first, out long end)
    {
        int next = FirstEndingAfter(page);
        if (next < _ranges.Count && _ranges[next].First <= page)
        {
            isIn = true;
            (first, end) = _ranges[next];
            return;
        }

        isIn = false;
        first = next > 0 ? _ranges[next - 1].End : 0;
        end = next < _ranges.Count ? _ranges[next].First : long.MaxValue;
    }

    /// <summary>How many pages of a range are not in the set.</summary>
    /// <param name="first">First page.</param>
    /// <param name="end">First page after the range.</param>
    /// <returns>Pages.</returns>
    internal long CountMissing(long first, long end)
    {
        long missing = end - first;
        for (int index = FirstEndingAfter(first); index < _ranges.Count && _ranges[index].First < end; index++)
        {
            missing -= Math.Min(end, _ranges[index].End) - Math.Max(first, _ranges[index].First);
        }

        return missing;
    }

    /// <summary>Adds a range.</summary>
    /// <param name="first">First page.</param>
    /// <param name="end">First page after the range.</param>
    /// <returns>Pages that were not in the set before.</returns>
    internal long Add(long first, long end)
    {
        Check.That(first < end);
        long added = CountMissing(first, end);

        // Ranges that touch the new one melt into it.
        int from = FirstEndingAfter(first - 1);
        int to = from;
        while (to < _ranges.Count && _ranges[to].First <= end)
        {
            first = Math.Min(first, _ranges[to].First);
            end = Math.Max(end, _ranges[to].End);
            to++;
        }

        if (to == from)
        {
            _ranges.Insert(from, (first, end));
        }
        else
        {
            _ranges[from] = (first, end);
            _ranges.RemoveRange(from + 1, to - from - 1);
        }

        Count += added;
        return added;
    }

    /// <summary>Removes a range.</summary>
    /// <param name="first">First page.</param>
    /// <param name="end">First page after the range.</param>
    /// <returns>Pages that were in the set.</returns>
    internal long Remove(long first, long end)
    {
        Check.That(first < end);
        int from = FirstEndingAfter(first);
        int to = from;
        long removed = 0;
        (long First, long End)? head = null;
        (long First, long End)? tail = null;
        while (to < _ranges.Count && _ranges[to].First < end)
        {
            (long rangeFirst, long rangeEnd) = _ranges[to];
            removed += Math.Min(end, rangeEnd) - Math.Max(first, rangeFirst);
            head = rangeFirst < first ? (rangeFirst, first) : head;
            tail = rangeEnd > end ? (end, rangeEnd) : tail;
            to++;
        }

        _ranges.RemoveRange(from, to - from);
        if (tail is (long, long) after)
        {
            _ranges.Insert(from, after);
        }

        if (head is (long, long) before)
        {
            _ranges.Insert(from, before);
        }

        Count -= removed;
        return removed;
    }

    // Index of the first range whose end lies behind a page.
    private int FirstEndingAfter(long page)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End <= page)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
