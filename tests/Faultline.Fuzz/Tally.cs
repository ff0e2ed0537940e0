// Counts of one kind of structure. Locks: none; owned by one worker until it is added to the sum.

using System;

namespace Faultline.Fuzz;

/// <summary>What became of the mutants of one kind.</summary>
internal sealed class Tally
{
    internal int MutantCount { get; private set; }

    internal int RefusedCount { get; private set; }

    internal int ProblemCount { get; private set; }

    internal int CleanCount { get; private set; }

    internal TimeSpan Slowest { get; private set; }

    internal long MostBytes { get; private set; }

    internal void Add(Verdict verdict, TimeSpan time, long bytes)
    {
        MutantCount++;
        RefusedCount += verdict == Verdict.Refused ? 1 : 0;
        ProblemCount += verdict == Verdict.Problems ? 1 : 0;
        CleanCount += verdict == Verdict.Clean ? 1 : 0;
        Slowest = time > Slowest ? time : Slowest;
        MostBytes = long.Max(MostBytes, bytes);
    }

    internal void Add(Tally other)
    {
        MutantCount += other.MutantCount;
        RefusedCount += other.RefusedCount;
        ProblemCount += other.ProblemCount;
        CleanCount += other.CleanCount;
        Slowest = other.Slowest > Slowest ? other.Slowest : Slowest;
        MostBytes = long.Max(MostBytes, other.MostBytes);
    }

    public override string ToString() =>
        $"{MutantCount,7} {RefusedCount,8} {ProblemCount,9} {CleanCount,7} "
        + $"{Slowest.TotalMilliseconds,8:f0} ms {MostBytes / 1024,8} KiB";
}
