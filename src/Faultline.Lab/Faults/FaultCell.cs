// One cell of a sweep's table.

using System.Threading;

namespace Faultline.Lab.Faults;

/// <summary>Counts of one operation and one fault. Interlocked.</summary>
internal sealed class FaultCell
{
    private int _points;
    private int _told;
    private int _aborted;

    /// <summary>Points at which something failed.</summary>
    internal int Points => Volatile.Read(ref _points);

    /// <summary>Of them, those that the caller was told of.</summary>
    internal int Told => Volatile.Read(ref _told);

    /// <summary>Of them, those after which nothing could be written any more.</summary>
    internal int Aborted => Volatile.Read(ref _aborted);

    internal void Add(bool isStruck, FaultOutcome outcome)
    {
        if (isStruck)
        {
            _ = Interlocked.Increment(ref _points);
            _ = outcome.IsTold ? Interlocked.Increment(ref _told) : 0;
            _ = outcome.IsAborted ? Interlocked.Increment(ref _aborted) : 0;
        }
    }
}
