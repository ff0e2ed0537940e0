// The runs of a file that its map on disk does not know yet: ascending, disjoint, joined with their neighbours, in
// chunks so that a change moves few of them.
//
// Bound: dirty data are bounded, and each run has some. Locks: the owner's block-map lock: shared to look,
// exclusive to change.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Mapping;

/// <summary>Runs that are delayed or in flight.</summary>
internal sealed class PendingRuns
{
    private const int ChunkMax = 256;

    // No chunk is empty but the only one.
    private readonly List<List<PendingRun>> _chunks = [[]];

    /// <summary>Blocks in all runs.</summary>
    internal ulong Blocks { get; private set; }

    /// <summary>Runs.</summary>
    internal long Count { get; private set; }

    /// <summary>First file block after all runs.</summary>
    internal ulong End => Count == 0 ? 0 : _chunks[^1][^1].End;

    /// <summary>The run around a file block.</summary>
    internal bool TryFind(ulong block, out PendingRun run)
    {
        run = default;
        return Count > 0 && TryNext(block, out run) && run.First <= block;
    }

    /// <summary>The first run that ends after a file block.</summary>
    internal bool TryNext(ulong block, out PendingRun run)
    {
        (int chunk, int index) = NextPlace(block);
        bool isThere = index < _chunks[chunk].Count;
        run = isThere ? _chunks[chunk][index] : default;
        return isThere;
    }

    /// <summary>Where the first run at or after a file block begins; the end of all when there is none.</summary>
    internal ulong NextStart(ulong block) =>
        TryNext(block, out PendingRun run) ? ulong.Max(block, run.First) : ulong.MaxValue;

    /// <summary>Takes out the first part of what lies in a range.</summary>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range.</param>
    /// <param name="part">What was taken out: of one run.</param>
    /// <returns>False when there is nothing.</returns>
    internal bool TryTake(ulong first, ulong end, out PendingRun part)
    {
        part = default;
        if (Count == 0 || !TryNext(first, out PendingRun run) || run.First >= end)
        {
            return false;
        }

        part = run.Part(first, end);
        (int chunk, int index) = NextPlace(first);
        _chunks[chunk].RemoveAt(index);
        Count--;
        Blocks -= run.Count;
        DropEmpty(chunk);
        if (run.First < part.First)
        {
            Add(run.Part(run.First, part.First));
        }

        if (part.End < run.End)
        {
            Add(run.Part(part.End, run.End));
        }

        return true;
    }

    /// <summary>Puts a run where there is none.</summary>
    internal void Add(PendingRun run)
    {
        Check.That(run.Count > 0);
        (int chunk, int index) = PlaceOf(run.First);
        List<PendingRun> runs = _chunks[chunk];
        Check.That(index >= runs.Count || runs[index].First >= run.End);
        Count++;
        Blocks += run.Count;
        if (index < runs.Count && Continues(run, runs[index]))
        {
            run = run with { Count = run.Count + runs[index].Count };
            runs.RemoveAt(index);
            Count--;
        }

        if (index > 0 && Continues(runs[index - 1], run))
        {
            runs[index - 1] = runs[index - 1] with { Count = runs[index - 1].Count + run.Count };
            Count--;
            return;
        }

        runs.Insert(index, run);
        if (runs.Count > ChunkMax)
        {
            _chunks.Insert(chunk + 1, runs.GetRange(ChunkMax / 2, runs.Count - (ChunkMax / 2)));
            runs.RemoveRange(ChunkMax / 2, runs.Count - (ChunkMax / 2));
        }
    }

    private void DropEmpty(int chunk)
    {
        if (_chunks[chunk].Count == 0 && _chunks.Count > 1)
        {
            _chunks.RemoveAt(chunk);
        }
    }

    private static bool Continues(in PendingRun left, in PendingRun right) =>
        left.End == right.First
        && left.State == right.State
        && (left.State == PendingState.Delayed || left.Start + left.Count == right.Start);

    // Where the first run that ends after a block would be: in the last chunk that begins at or before it, so
    // that a run added there meets its left neighbour.
    private (int Chunk, int Index) PlaceOf(ulong block)
    {
        int low = 0;
        int high = _chunks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _chunks[middle][0].First <= block ? (middle, high) : (low, middle - 1);
        }

        List<PendingRun> runs = _chunks[low];
        int from = 0;
        int to = runs.Count;
        while (from < to)
        {
            int middle = (from + to) / 2;
            (from, to) = runs[middle].End > block ? (from, middle) : (middle + 1, to);
        }

        return (low, from);
    }

    // Where the first run that ends after a block is.
    private (int Chunk, int Index) NextPlace(ulong block)
    {
        (int chunk, int index) = PlaceOf(block);
        return index == _chunks[chunk].Count && chunk + 1 < _chunks.Count ? (chunk + 1, 0) : (chunk, index);
    }
}
