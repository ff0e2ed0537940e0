// Runs mutants one after the other and judges each. One thread; what the watchdog reads is replaced whole.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Faultline.Block;
using Faultline.PageCache;

namespace Faultline.Fuzz;

/// <summary>Runs mutants on one thread.</summary>
internal sealed class Worker : IDisposable
{
    internal const long BytesMax = 256L << 20;
    internal static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(2);

    private readonly FolioPool _pool = new(16L << 20);
    private readonly Dictionary<BaseImage, Mutator> _mutators;
    private readonly Judge _judge;
    private Mutant? _current; // lock-free: a hint for the watchdog
    private long _startedAt; // lock-free: a hint for the watchdog

    internal Worker(IReadOnlyList<BaseImage> images)
    {
        _judge = new Judge(_pool);
        _mutators = images.ToDictionary(static image => image, static image => new Mutator(image));
    }

    /// <summary>What became of the mutants, by kind.</summary>
    internal Dictionary<StructureKind, Tally> Tallies { get; } = [];

    /// <summary>What went wrong, each with a line that replays it.</summary>
    internal List<string> Failures { get; } = [];

    /// <summary>Puts a device with a planted defect over the mutant's, or null.</summary>
    internal Func<Mutator, IBlockDevice>? Plant { get; init; }

    /// <summary>The mutant being read, when it takes longer than any may.</summary>
    internal Mutant? Stuck =>
        (Volatile.Read(ref _current) is Mutant mutant)
        && (Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) > 8 * TimeMax)
            ? mutant
            : null;

    public void Dispose() => _pool.Dispose();

    /// <summary>Makes, reads and judges one mutant.</summary>
    /// <param name="image">The intact image.</param>
    /// <param name="mutant">The mutant's name.</param>
    internal void Run(BaseImage image, Mutant mutant)
    {
        Mutator mutator = _mutators[image];
        mutator.Mutate(mutant.Kind, mutant.Seed);
        Verdict? verdict = Read(mutator, mutant, out TimeSpan time, out long bytes);
        if ((verdict is not null) && (time > TimeMax))
        {
            // A busy machine may stall once; a slow image is slow every time.
            verdict = Read(mutator, mutant, out time, out bytes);
        }

        if (time > TimeMax)
        {
            Fail(mutant, $"took {time}");
        }

        if (bytes > BytesMax)
        {
            Fail(mutant, $"allocated {bytes} bytes");
        }

        if (!Tallies.TryGetValue(mutant.Kind, out Tally? tally))
        {
            Tallies[mutant.Kind] = tally = new Tally();
        }

        tally.Add(verdict ?? Verdict.Problems, time, bytes);
    }

    private Verdict? Read(Mutator mutator, Mutant mutant, out TimeSpan time, out long bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        Volatile.Write(ref _startedAt, started);
        Volatile.Write(ref _current, mutant);
        Verdict? verdict = null;
        try
        {
            using IBlockDevice device = Plant is null
                ? new MutantDevice(mutator.Bytes, mutator.SizeBytes)
                : Plant(mutator);
            verdict = _judge.Read(device);
        }
#pragma warning disable CA1031 // Any exception at all but the driver's own is what the search is for.
        catch (Exception exception)
        {
            Fail(mutant, exception.ToString());
        }
#pragma warning restore CA1031

        Volatile.Write(ref _current, null);
        time = Stopwatch.GetElapsedTime(started);
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return verdict;
    }

    private void Fail(Mutant mutant, string what) => Failures.Add(
        $"FAULTLINE_FUZZ={mutant} dotnet test tests/Faultline.Fuzz -c Release\n{what}");
}
