// Runs of blocks in ascending order, none overlapping. Guarded by whoever owns the list.

using System.Collections.Generic;

namespace Faultline.PlainDriver;

/// <summary>A sorted list of runs.</summary>
internal sealed class ExtentList
{
    private readonly List<PlainExtent> _runs = [];

    internal IReadOnlyList<PlainExtent> Runs => _runs;

    /// <summary>The run that covers a block.</summary>
    internal bool TryFind(long block, out PlainExtent run)
    {
        int index = IndexAtOrAfter(block);
        bool found = index < _runs.Count && _runs[index].First <= block;
        run = found ? _runs[index] : default;
        return found;
    }

    /// <summary>First block at or after one that has a run, or <see cref="long.MaxValue"/>.</summary>
    internal long NextStart(long block)
    {
        int index = IndexAtOrAfter(block);
        return index < _runs.Count ? long.Max(block, _runs[index].First) : long.MaxValue;
    }

    /// <summary>The parts of all runs in a range.</summary>
    internal List<PlainExtent> In(long first, long end)
    {
        List<PlainExtent> found = [];
        for (int index = IndexAtOrAfter(first); index < _runs.Count && _runs[index].First < end; index++)
        {
            found.Add(_runs[index].Part(first, end));
        }

        return found;
    }

    /// <summary>Takes everything in a range out, and answers what that was.</summary>
    internal List<PlainExtent> Remove(long first, long end)
    {
        List<PlainExtent> removed = [];
        int index = IndexAtOrAfter(first);
        while (index < _runs.Count && _runs[index].First < end)
        {
            PlainExtent run = _runs[index];
            removed.Add(run.Part(first, end));
            _runs.RemoveAt(index);
            if (run.End > end)
            {
                _runs.Insert(index, run.Part(end, run.End));
            }

            if (run.First < first)
            {
                _runs.Insert(index, run.Part(run.First, first));
                index++;
            }
        }

        return removed;
    }

    /// <summary>Puts a run where there is none, joined with its neighbours.</summary>
    internal void Add(PlainExtent run)
    {
        int index = IndexAtOrAfter(run.First);
        if (index > 0 && Continues(_runs[index - 1], run))
        {
            PlainExtent before = _runs[index - 1];
            run = before with { Count = before.Count + run.Count };
            index--;
            _runs.RemoveAt(index);
        }

        if (index < _runs.Count && Continues(run, _runs[index]))
        {
            run = run with { Count = run.Count + _runs[index].Count };
            _runs.RemoveAt(index);
        }

        _runs.Insert(index, run);
    }

    /// <summary>Moves all runs from a block on.</summary>
    internal void Shift(long first, long distance)
    {
        for (int index = IndexAtOrAfter(first); index < _runs.Count; index++)
        {
            _runs[index] = _runs[index] with { First = _runs[index].First + distance };
        }
    }

    internal void Clear() => _runs.Clear();

    private static bool Continues(PlainExtent left, PlainExtent right) =>
        left.End == right.First
        && left.State == right.State
        && (left.Disk == 0 ? right.Disk == 0 : left.Disk + left.Count == right.Disk);

    // The first run that ends after a block.
    private int IndexAtOrAfter(long block)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
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
