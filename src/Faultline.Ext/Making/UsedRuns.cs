// The blocks in use of a volume that is being made, as runs: a volume of many terabytes has few of them.
//
// Invariants: runs are sorted, not empty, neither overlap nor touch. With clusters, an allocation takes whole ones.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>The blocks in use.</summary>
/// <param name="blockCount">Blocks of the volume.</param>
/// <param name="clusterBlocks">Blocks of a cluster.</param>
internal sealed class UsedRuns(ulong blockCount, ulong clusterBlocks)
{
    private readonly List<(ulong Start, ulong End)> _runs = [];

    /// <summary>The runs, in order; ends are behind them.</summary>
    internal IReadOnlyList<(ulong Start, ulong End)> Runs => _runs;

    /// <summary>Takes blocks.</summary>
    /// <param name="start">First block; none of them is in use.</param>
    /// <param name="count">Blocks, at least one.</param>
    internal void Take(ulong start, ulong count)
    {
        ulong end = start + count;
        int index = FirstEndingAfter(start);
        Check.That(index == _runs.Count || _runs[index].Start >= end);
        bool touchesNext = index < _runs.Count && _runs[index].Start == end;
        bool touchesPrevious = index > 0 && _runs[index - 1].End == start;
        if (touchesPrevious)
        {
            _runs[index - 1] = (_runs[index - 1].Start, touchesNext ? _runs[index].End : end);
            if (touchesNext)
            {
                _runs.RemoveAt(index);
            }
        }
        else if (touchesNext)
        {
            _runs[index] = (start, _runs[index].End);
        }
        else
        {
            _runs.Insert(index, (start, end));
        }
    }

    /// <summary>First place at or behind a goal with some free blocks in one piece.</summary>
    /// <param name="goal">Where to begin.</param>
    /// <param name="count">Blocks.</param>
    /// <param name="limit">Block that the piece must end at or before.</param>
    /// <returns>The first block, or null.</returns>
    internal ulong? Find(ulong goal, ulong count, ulong limit)
    {
        ulong start = goal;
        for (int index = FirstEndingAfter(goal); index < _runs.Count; index++)
        {
            if (_runs[index].Start >= start && _runs[index].Start - start >= count)
            {
                break;
            }

            start = ulong.Max(start, _runs[index].End);
        }

        return start <= limit && count <= limit - start ? start : null;
    }

    /// <summary>Whether a block is free.</summary>
    /// <param name="block">The block.</param>
    /// <returns>True when it is.</returns>
    internal bool IsFree(ulong block)
    {
        int index = FirstEndingAfter(block);
        return block < blockCount && (index == _runs.Count || _runs[index].Start > block);
    }

    /// <summary>The next free piece of whole clusters at or behind a goal.</summary>
    /// <param name="goal">Where to begin.</param>
    /// <param name="most">Blocks at most.</param>
    /// <returns>First block and blocks, or null when there is none.</returns>
    internal (ulong Start, ulong Count)? NextFree(ulong goal, ulong most)
    {
        ulong start = RoundUp(goal);
        int index = FirstEndingAfter(start);
        while (index < _runs.Count && _runs[index].Start < start + clusterBlocks)
        {
            start = ulong.Max(start, RoundUp(_runs[index].End));
            index = FirstEndingAfter(start);
        }

        ulong end = index < _runs.Count ? _runs[index].Start : blockCount;
        ulong room = end > start ? (end - start) / clusterBlocks * clusterBlocks : 0;
        return room == 0 ? null : (start, ulong.Min(room, most));
    }

    /// <summary>Takes the whole clusters of an allocation.</summary>
    /// <param name="start">First block of a cluster.</param>
    /// <param name="count">Blocks.</param>
    internal void TakeClusters(ulong start, ulong count) => Take(start, RoundUp(count));

    /// <summary>Clusters in use of each group.</summary>
    /// <param name="firstBlock">First block of the first group.</param>
    /// <param name="blocksPerGroup">Blocks of a group.</param>
    /// <param name="counts">Takes the numbers, a group each.</param>
    internal void CountClusters(ulong firstBlock, ulong blocksPerGroup, Span<uint> counts)
    {
        ulong next = 0; // first cluster, counted from the first group, not yet counted
        ulong perGroup = blocksPerGroup / clusterBlocks;
        foreach ((ulong start, ulong end) in _runs)
        {
            ulong first = ulong.Max(next, (start - firstBlock) / clusterBlocks);
            ulong last = Bits.DivideRoundUp(end - firstBlock, clusterBlocks);
            while (first < last)
            {
                ulong group = first / perGroup;
                ulong stop = ulong.Min(last, (group + 1) * perGroup);
                counts[(int)group] += (uint)(stop - first);
                first = stop;
            }

            next = ulong.Max(next, last);
        }
    }

    /// <summary>Sets the bits of the clusters of a group that are in use.</summary>
    /// <param name="groupStart">First block of the group.</param>
    /// <param name="groupEnd">End of the group.</param>
    /// <param name="bits">The bitmap, zeroed.</param>
    internal void Fill(ulong groupStart, ulong groupEnd, Span<byte> bits)
    {
        for (int index = FirstEndingAfter(groupStart); index < _runs.Count && _runs[index].Start < groupEnd; index++)
        {
            ulong first = (ulong.Max(_runs[index].Start, groupStart) - groupStart) / clusterBlocks;
            ulong end = ulong.Min(_runs[index].End, groupEnd) - groupStart;
            BitRuns.Set(bits, (long)first, (long)Bits.DivideRoundUp(end, clusterBlocks));
        }
    }

    private ulong RoundUp(ulong blocks) => Bits.DivideRoundUp(blocks, clusterBlocks) * clusterBlocks;

    private int FirstEndingAfter(ulong block)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_runs[middle].End > block)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
