// The contents of a file without its bytes: runs of a stamp each, from which the bytes are made again. What no run
// covers is zeros.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Reference.Volumes;

internal sealed class StampedContents
{
    private const int PatternBytes = 1 << 20;

    private static readonly byte[] s_pattern = MakePattern();

    private readonly List<Run> _runs = []; // ascending, disjoint

    internal long SizeBytes { get; private set; }

    internal int RunCount => _runs.Count;

    // The bytes that a stamp puts at an offset of what it wrote.
    internal static void Fill(Span<byte> target, ulong stamp, long offset)
    {
        ulong at = (stamp * 2654435761UL % PatternBytes) + (ulong)(offset % PatternBytes);
        while (!target.IsEmpty)
        {
            int from = (int)(at % PatternBytes);
            int length = Math.Min(target.Length, PatternBytes - from);
            s_pattern.AsSpan(from, length).CopyTo(target);
            target = target.Slice(length);
            at += (ulong)length;
        }
    }

    // Where in the pattern bytes come from, or -1.
    internal static long Find(ReadOnlySpan<byte> bytes) => s_pattern.AsSpan().IndexOf(bytes);

    internal void Write(long start, long length, ulong stamp)
    {
        if (length > 0)
        {
            Clear(start, start + length);
            Insert(new Run(start, start + length, stamp, start));
            SizeBytes = Math.Max(SizeBytes, start + length);
        }
    }

    internal void Zero(long start, long end, bool extends)
    {
        Clear(start, end);
        SizeBytes = extends ? Math.Max(SizeBytes, end) : SizeBytes;
    }

    internal void SetSize(long size)
    {
        if (size < SizeBytes)
        {
            Clear(size, long.MaxValue);
        }

        SizeBytes = size;
    }

    internal void Collapse(long start, long end)
    {
        Clear(start, end);
        Shift(end, start - end);
        SizeBytes -= end - start;
    }

    internal void InsertHole(long start, long length)
    {
        SplitAt(start);
        Shift(start, length);
        SizeBytes += length;
    }

    internal StampedContents Copy()
    {
        StampedContents copy = new() { SizeBytes = SizeBytes };
        copy._runs.AddRange(_runs);
        return copy;
    }

    internal void CopyFrom(StampedContents source, long from, long to, long length)
    {
        List<Run> taken = [];
        foreach (Run run in source._runs)
        {
            long start = Math.Max(run.Start, from);
            long end = Math.Min(run.End, from + length);
            if (start < end)
            {
                long distance = to - from;
                taken.Add(new Run(start + distance, end + distance, run.Stamp, run.Origin + distance));
            }
        }

        Clear(to, to + length);
        foreach (Run run in taken)
        {
            Insert(run);
        }

        SizeBytes = Math.Max(SizeBytes, to + length);
    }

    internal void Read(long position, Span<byte> target)
    {
        target.Clear();
        long end = position + target.Length;
        for (int index = FirstAfter(position); index < _runs.Count && _runs[index].Start < end; index++)
        {
            Run run = _runs[index];
            long start = Math.Max(run.Start, position);
            long stop = Math.Min(run.End, end);
            Fill(target.Slice((int)(start - position), (int)(stop - start)), run.Stamp, start - run.Origin);
        }
    }

    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[PatternBytes];
        new Prng(77).Fill(pattern);
        return pattern;
    }

    // The first run that ends after a position.
    private int FirstAfter(long position)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].End > position)
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

    private void Insert(in Run run) => _runs.Insert(FirstAfter(run.Start), run);

    private void SplitAt(long position)
    {
        int index = FirstAfter(position);
        if (index < _runs.Count && _runs[index].Start < position)
        {
            Run run = _runs[index];
            _runs[index] = run with { End = position };
            _runs.Insert(index + 1, run with { Start = position });
        }
    }

    private void Clear(long start, long end)
    {
        SplitAt(start);
        SplitAt(end);
        int first = FirstAfter(start);
        int last = first;
        while (last < _runs.Count && _runs[last].Start < end)
        {
            last++;
        }

        _runs.RemoveRange(first, last - first);
    }

    private void Shift(long from, long distance)
    {
        for (int index = FirstAfter(from); index < _runs.Count; index++)
        {
            Run run = _runs[index];
            _runs[index] = new Run(run.Start + distance, run.End + distance, run.Stamp, run.Origin + distance);
        }
    }

    private readonly record struct Run(long Start, long End, ulong Stamp, long Origin);
}
