// A reader/writer lock under test: a pair of take and release around a body of a few nanoseconds.
// The timing loops are in the derived types so that no virtual call is measured.

using System;
using System.Diagnostics;

namespace Faultline.Bench.Locks;

internal abstract class Contender
{
    protected const int PairCount = 200_000;

    private long _first;
    private long _second;

    /// <summary>Nanoseconds of one uncontended read pair.</summary>
    public abstract double TimeReads();

    /// <summary>Nanoseconds of one uncontended write pair.</summary>
    public abstract double TimeWrites();

    /// <summary>One read section: two fields that writers change together must agree.</summary>
    public abstract void Read();

    /// <summary>One write section.</summary>
    public abstract void Write();

    protected static double NanosecondsSince(long start) =>
        Stopwatch.GetElapsedTime(start).TotalNanoseconds / PairCount;

    protected void ReadBody()
    {
        if (_first != _second)
        {
            throw new InvalidOperationException("a reader saw half a write");
        }
    }

    protected void WriteBody()
    {
        _first++;
        _second++;
    }
}
