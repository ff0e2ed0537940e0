// A run of blocks of a file.

namespace Faultline.PlainDriver;

/// <summary>A run of blocks of a file.</summary>
/// <param name="First">First block of the file.</param>
/// <param name="Count">Blocks.</param>
/// <param name="Disk">First block of the device; 0 when delayed.</param>
/// <param name="State">What they are.</param>
public readonly record struct PlainExtent(long First, long Count, long Disk, PlainState State)
{
    /// <summary>First block after the run.</summary>
    public long End => First + Count;

    /// <summary>The part of the run in a range.</summary>
    /// <param name="first">First block.</param>
    /// <param name="end">First block after the range.</param>
    /// <returns>The part; the range touches the run.</returns>
    public PlainExtent Part(long first, long end)
    {
        long from = long.Max(first, First);
        long to = long.Min(end, End);
        return new PlainExtent(from, to - from, Disk == 0 ? 0 : Disk + (from - First), State);
    }
}
