// Makes each operation fail at each point: the n-th write, read, flush or allocation fails, for every n that the
// operation reaches; and the volume has n free clusters, for every n up to what the operation needs.
//
// What must hold afterwards: nobody was told that something is durable that is not; what failed for want of space or
// memory, or in a read, changed nothing (data may be written in part); names are as before or as after; a volume that
// is mounted again is sound; nothing hangs. Workers take one operation after the other.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Faultline.Lab.Crash;
using Faultline.Locking;

namespace Faultline.Lab.Faults;

/// <summary>Sweeps.</summary>
/// <param name="options">How much it does.</param>
public sealed class FaultSweep(FaultOptions options)
{
    private const int PointsMax = 3000;

    private readonly FaultReport _report = new();
    private readonly List<(FaultImage Image, FaultOperation Operation, FaultTarget Target)> _work = [];
    private int _next = -1;

    /// <summary>Names of the operations.</summary>
    public static IEnumerable<string> Operations => FaultOperations.All.Select(static operation => operation.Name);

    /// <summary>Runs it.</summary>
    /// <returns>What it did and found.</returns>
    public FaultReport Run()
    {
        foreach (CrashSetup setup in options.Setups)
        {
            Collect(FaultImage.Make(setup));
        }

        List<TaskHandle> workers = [];
        for (int index = 0; index < options.Workers; index++)
        {
            workers.Add(Scheduler.Spawn("sweep worker", Work));
        }

        foreach (TaskHandle worker in workers)
        {
            worker.Join();
        }

        return _report;
    }

    private void Collect(FaultImage image)
    {
        foreach (FaultOperation operation in FaultOperations.All)
        {
            bool isWanted = (options.Operation is null || options.Operation == operation.Name)
                && (image.HasExtents || !operation.NeedsExtents);
            foreach (FaultTarget target in Enum.GetValues<FaultTarget>())
            {
                if (isWanted && (options.Target is null || options.Target == target)
                    && (target != FaultTarget.Space || !operation.OnlyReads))
                {
                    _work.Add((image, operation, target));
                }
            }
        }
    }

    private void Work()
    {
        for (int at = Interlocked.Increment(ref _next); at < _work.Count; at = Interlocked.Increment(ref _next))
        {
            (FaultImage image, FaultOperation operation, FaultTarget target) = _work[at];
            using FaultCase run = new(image, operation, target, _report, options.FsckEvery);
            try
            {
                Sweep(run);
            }
#pragma warning disable CA1031 // Whatever our code throws is a finding; the line replays it.
            catch (Exception broken)
            {
                _report.Fail(string.Create(
                    CultureInfo.InvariantCulture, $"{run.Name}: {broken.ToString().ReplaceLineEndings(" ")}"));
            }
#pragma warning restore CA1031
        }
    }

    private void Sweep(FaultCase run)
    {
        run.Learn();
        if (options.Number is int only)
        {
            _ = run.Try(only);
            return;
        }

        // Space: until the operation succeeds twice in a row, since a cluster more may be one that must stay free.
        int untouched = 0;
        for (int number = 0; number < PointsMax && untouched < 2; number += options.Step)
        {
            untouched = run.Try(number) ? 0 : untouched + 1;
        }
    }
}
