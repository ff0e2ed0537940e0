// Many workloads on volumes of many kinds, each cut at every flush. Workers take one after the other.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Lab.Crash;

/// <summary>Runs campaigns.</summary>
public sealed class CrashCampaign
{
    private readonly CrashOptions _options;
    private readonly Dictionary<string, CrashVolume> _volumes = [];
    private readonly CrashReport _report = new();
    private long _next = -1;

    /// <summary>Makes a campaign.</summary>
    /// <param name="options">How much it does.</param>
    public CrashCampaign(CrashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        foreach (CrashSetup setup in options.Setups)
        {
            _volumes.Add(setup.Name, CrashVolume.Make(setup));
        }
    }

    /// <summary>Runs it.</summary>
    /// <returns>What it did and found.</returns>
    public CrashReport Run()
    {
        using IDisposable? absence = Plant();
        List<TaskHandle> workers = [];
        for (int index = 0; index < _options.Workers; index++)
        {
            workers.Add(Scheduler.Spawn("crash worker", Work));
        }

        foreach (TaskHandle worker in workers)
        {
            worker.Join();
        }

        return _report;
    }

    /// <summary>Judges one state again.</summary>
    /// <param name="setup">The kind of volume.</param>
    /// <param name="state">The state.</param>
    /// <param name="operations">A line an operation of the workload.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Replay(CrashSetup setup, CrashState state, out IReadOnlyList<string> operations)
    {
        ArgumentNullException.ThrowIfNull(setup);
        using IDisposable? absence = Plant();
        CrashRecording recording = Record(setup, _options.Seed);
        operations = recording.Model.Log;
        using CrashRun run = new(recording, _options, _report);
        return run.Replay(state);
    }

    // Mistakes of our code; those of devices are made in the trace.
    private IDisposable? Plant() => _options.Plant switch
    {
        CrashPlant.NoRevoke => Protections.Without(Protection.RevokeRecords),
        CrashPlant.EarlyReuse => Protections.Without(Protection.FreedBlocksWait),
        CrashPlant.None or CrashPlant.NoFlushBeforeCommit or CrashPlant.MapBeforeData => null,
    };

    private CrashRecording Record(CrashSetup setup, ulong seed) => CrashRecording.Run(
        setup, _volumes[setup.Name], seed, _options.Operations, _options.Plant);

    private bool MayGoOn() => _report.States < _options.States && _report.Failures.Count < _options.FailuresMax;

    private void Work()
    {
        while (MayGoOn())
        {
            long number = Interlocked.Increment(ref _next);
            CrashSetup setup = _options.Setups[(int)(number % _options.Setups.Count)];
            ulong seed = _options.Seed + (ulong)(number / _options.Setups.Count);
            try
            {
                CrashRecording recording = Record(setup, seed);
                _report.Count(recording.Counts);
                using CrashRun run = new(recording, _options, _report);
                run.Explore(MayGoOn);
            }
#pragma warning disable CA1031 // A workload that cannot run is a finding; the line replays it.
            catch (Exception broken)
            {
                string text = broken.ToString().ReplaceLineEndings(" ");
                _report.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--setup {setup.Name} --seed {seed} --operations {_options.Operations}: workload: {text}"));
            }
#pragma warning restore CA1031
        }
    }
}
