// How far a range is free, for the acquisition of a prefix.

using System;
using System.Collections.Generic;

namespace Faultline.Locking.Ranges;

/// <summary>Finds free prefixes.</summary>
internal static class RangeTrim
{
    /// <summary>The last index up to which nothing conflicts; below First when nothing is
    /// free.</summary>
    public static long FreePrefix(List<RangeEntry> entries, RangeEntry wanted)
    {
        long free = wanted.Last;
        foreach (RangeEntry each in entries)
        {
            free = Before(free, wanted, each);
        }

        return free;
    }

    /// <summary>As above for a linked list.</summary>
    public static long FreePrefix(RangeEntryList entries, RangeEntry wanted)
    {
        long free = wanted.Last;
        for (RangeEntry? each = entries.First; each is not null; each = each.Next)
        {
            free = Before(free, wanted, each);
        }

        return free;
    }

    private static long Before(long free, RangeEntry wanted, RangeEntry obstacle)
    {
        if (!ConflictMatrix.Conflicts(obstacle.Mode, wanted.Mode))
        {
            return free;
        }

        long trimmed = Before(free, wanted.First, obstacle.First, obstacle.Last);
        return obstacle.Second is RangePart part
            ? Before(trimmed, wanted.First, part.First, part.Last)
            : trimmed;
    }

    /// <summary>Trims [first, free] to what lies before an obstacle.</summary>
    private static long Before(long free, long first, long obstacleFirst, long obstacleLast) =>
        obstacleLast < first ? free : Math.Min(free, obstacleFirst - 1);
}
