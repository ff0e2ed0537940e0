// Which clusters of a group can be given out: the bitmap on disk, plus what is in flight, held for a file that grows,
// or freed and not durable yet. One bit a cluster, set when it cannot be had; and a bound on the longest free run, so
// that most groups are passed over without a search.
//
// Locks: the group's lock guards everything.

using System.Numerics;
using Faultline.Base;

namespace Faultline.Ext.Allocation;

/// <summary>Free space of one group, in clusters from the group's first.</summary>
/// <param name="count">Clusters of the group.</param>
internal sealed class GroupSpace(int count)
{
    private const int WordBits = 64;

    private readonly ulong[] _words = new ulong[(count + WordBits - 1) / WordBits];

    /// <summary>Clusters of the group.</summary>
    internal int Count { get; } = count;

    /// <summary>Clusters that can be given out.</summary>
    internal int Free { get; private set; } = count;

    /// <summary>No free run is longer.</summary>
    internal int LongestMax { get; private set; } = count;

    /// <summary>Clusters that are taken here and not on disk: while there are any, the group stays in memory.</summary>
    internal int Pinned { get; set; }

    /// <summary>Whether a cluster cannot be had.</summary>
    internal bool IsTaken(int cluster) => (_words[cluster / WordBits] & (1UL << (cluster % WordBits))) != 0;

    /// <summary>Takes free clusters.</summary>
    internal void Take(int first, int length)
    {
        Check.That(NextTaken(first, first + length) == first + length);
        Flip(first, length);
        Free -= length;
    }

    /// <summary>Gives taken clusters back.</summary>
    internal void Give(int first, int length)
    {
        Check.That(NextFree(first, first + length) == first + length);
        Flip(first, length);
        Free += length;
        // The run that grew may have joined two of the longest; the next search in vain knows better.
        LongestMax = int.Min(Count, (2 * LongestMax) + length);
    }

    /// <summary>Length of the free run that starts at a cluster, up to a bound.</summary>
    internal int RunAt(int cluster, int lengthMax) =>
        NextTaken(cluster, int.Min(Count, cluster + int.Min(lengthMax, Count))) - cluster;

    /// <summary>Finds the first free run of a length from a cluster on, or else the longest one of the group.</summary>
    /// <param name="from">Where to begin; the search goes round.</param>
    /// <param name="wanted">Clusters wanted, more than 0.</param>
    /// <param name="start">First cluster of what was found.</param>
    /// <returns>Its length, at most what was wanted; 0 when nothing is free.</returns>
    internal int Find(int from, int wanted, out int start)
    {
        int best = FindIn(from, Count, wanted, 0, out start);
        if (best >= wanted)
        {
            return best;
        }

        // The run that spans the starting point counts whole.
        int first = FindIn(0, Count, wanted, best, out int other);
        if (first > best)
        {
            (best, start) = (first, other);
        }

        if (best < wanted)
        {
            LongestMax = best;
        }

        return best;
    }

    private int FindIn(int from, int end, int wanted, int best, out int start)
    {
        start = 0;
        int at = from;
        while (at < end)
        {
            at = NextFree(at, end);
            int stop = NextTaken(at, int.Min(Count, at + int.Min(wanted, Count)));
            if (stop - at > best)
            {
                best = stop - at;
                start = at;
                if (best >= wanted)
                {
                    return best;
                }
            }

            at = int.Max(stop, at + 1);
        }

        return best;
    }

    /// <summary>The first free cluster in a range, or its end.</summary>
    internal int NextFree(int from, int end)
    {
        int at = from;
        while (at < end)
        {
            ulong free = ~_words[at / WordBits] >> (at % WordBits);
            if (free != 0)
            {
                return int.Min(end, at + BitOperations.TrailingZeroCount(free));
            }

            at = (at / WordBits * WordBits) + WordBits;
        }

        return end;
    }

    /// <summary>The first taken cluster in a range, or its end.</summary>
    internal int NextTaken(int from, int end)
    {
        int at = from;
        while (at < end)
        {
            ulong taken = _words[at / WordBits] >> (at % WordBits);
            if (taken != 0)
            {
                return int.Min(end, at + BitOperations.TrailingZeroCount(taken));
            }

            at = (at / WordBits * WordBits) + WordBits;
        }

        return end;
    }

    private void Flip(int first, int length)
    {
        int at = first;
        int end = first + length;
        while (at < end)
        {
            int bit = at % WordBits;
            int take = int.Min(WordBits - bit, end - at);
            ulong mask = ulong.MaxValue >> (WordBits - take) << bit;
            _words[at / WordBits] ^= mask;
            at += take;
        }
    }
}
