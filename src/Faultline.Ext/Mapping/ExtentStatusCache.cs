// Ranges of one inode's map that were looked up before. Lock-free: readers search an immutable
// array; writers replace it, and a lost race costs a look-up. Bound: CountMax ranges; when they are
// full the cache starts over, since what fills it is a scan that does not come back.

using System;
using System.Threading;

namespace Faultline.Ext.Mapping;

/// <summary>Known ranges of one inode's map.</summary>
internal sealed class ExtentStatusCache
{
    private const int CountMax = 128;

    private MappedRange[] _ranges = []; // lock-free: replaced whole; ascending and disjoint

    /// <summary>Finds the range around a file block.</summary>
    /// <param name="block">The file block.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether it is known.</returns>
    internal bool TryFind(ulong block, out MappedRange range)
    {
        MappedRange[] ranges = Volatile.Read(ref _ranges);
        int index = IndexOf(ranges, block);
        bool isFound = (index >= 0) && ranges[index].Contains(block);
        range = isFound ? ranges[index] : default;
        return isFound;
    }

    /// <summary>Forgets everything: the map changed. Nobody looks at the map meanwhile.</summary>
    internal void Clear()
    {
        if (Volatile.Read(ref _ranges).Length > 0)
        {
            Volatile.Write(ref _ranges, []);
        }
    }

    /// <summary>Remembers a range. What overlaps it is forgotten.</summary>
    /// <param name="range">The range.</param>
    internal void Add(in MappedRange range)
    {
        MappedRange[] old = Volatile.Read(ref _ranges);
        if (old.Length >= CountMax)
        {
            _ = Interlocked.CompareExchange(ref _ranges, [range], old);
            return;
        }

        int before = IndexOf(old, range.First);
        int keep = (before >= 0) && (old[before].End <= range.First) ? before + 1 : Math.Max(before, 0);
        int next = keep;
        while ((next < old.Length) && (old[next].First < range.End))
        {
            next++;
        }

        MappedRange[] changed = new MappedRange[keep + 1 + (old.Length - next)];
        Array.Copy(old, changed, keep);
        changed[keep] = range;
        Array.Copy(old, next, changed, keep + 1, old.Length - next);
        _ = Interlocked.CompareExchange(ref _ranges, changed, old);
    }

    // The last range that starts at or before the block, or -1.
    private static int IndexOf(MappedRange[] ranges, ulong block)
    {
        int low = 0;
        int high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].First <= block)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
