// How far a range is free, for the acquisition of a prefix.

using System;
using System.Collections.Generic;

namespace Faultline.Locking.Ranges;

/// <summary>Finds free prefixes.</summary>
internal static class RangeTrim
{
    /// <summary>The last index up to which nothing conflicts; below First when nothing is free.</summary>
    public static long FreePrefix(List<RangeEntry> entries, RangeEntry wanted)
    {
        long free = wanted.Last;
        foreach (RangeEntry each in entries)
        {
            if (ConflictMatrix.Conflicts(each.Mode, wanted.Mode))
            {
                free = Before(free, wanted.First, each.First, each.Last);
                free = each.Second is RangePart part
                    ? Before(free, wanted.First, part.First, part.Last)
                    : free;
            }
        }

        return free;
    }

    /// <summary>Trims [first, free] to what lies before an obstacle.</summary>
    public static long Before(long free, long first, long obstacleFirst, long obstacleLast) =>
        obstacleLast < first ? free : Math.Min(free, obstacleFirst - 1);
}
