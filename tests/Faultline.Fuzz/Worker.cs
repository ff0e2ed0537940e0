// Runs mutants one after the other and judges each. One thread; what the watchdog reads is replaced whole.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Faultline.Block;
using Faultline.PageCache;

namespace Faultline.Fuzz;

/// <summary>Runs mutants on one thread.</summary>
internal sealed class Worker : IDisposable
{
    private const int KeptMax = 4;
    internal const long BytesMax = 256L << 20;
    internal static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(2);

    private readonly FolioPool _pool = new(16L << 20);
    private readonly Dictionary<BaseImage, Mutator> _mutators;
    private readonly Dictionary<BaseImage, int> _inodeCounts = [];
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
        if (!_inodeCounts.TryGetValue(image, out int inodeCount))
        {
            using MutantDevice intact = new(image.Bytes, image.Bytes.Length);
            Assert.Equal(Verdict.Clean, _judge.Read(intact));
            _inodeCounts[image] = inodeCount = _judge.InodeCount;
        }

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

        if (mutator.KeepsTree && (verdict is not null) && (_judge.InodeCount != inodeCount))
        {
            Fail(mutant, $"{_judge.InodeCount} of {inodeCount} inodes are readable: {_judge.FirstProblem}");
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
            verdict = _judge.Read(device, mutator.Mount);
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

    // The images are made anew in every run and their times differ, so the bytes of the first failures are kept, too.
    private void Fail(Mutant mutant, string what)
    {
        string kept = string.Empty;
        if ((Plant is null) && (Failures.Count < KeptMax))
        {
            Mutator mutator = _mutators.Single(pair => pair.Key.Name == mutant.Image).Value;
            kept = Path.Combine(Path.GetTempPath(), $"mutant-{mutant.ToString().Replace(':', '-')}.img");
            File.WriteAllBytes(kept, mutator.Bytes.AsSpan(0, (int)mutator.SizeBytes));
        }

        Failures.Add($"FAULTLINE_FUZZ={mutant} dotnet test tests/Faultline.Fuzz -c Release\n{kept}\n{what}");
    }
}
