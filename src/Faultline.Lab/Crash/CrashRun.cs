// Goes through the windows of a recording and judges their states. One thread; many runs at once share a report.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Faultline.Base;

namespace Faultline.Lab.Crash;

/// <summary>Judges the states of one recording.</summary>
internal sealed class CrashRun : IDisposable
{
    private readonly CrashRecording _recording;
    private readonly CrashOptions _options;
    private readonly CrashReport _report;
    private readonly CrashImage[] _images;
    private readonly CrashDevice[] _devices;
    private readonly HashSet<ulong> _seen = [];
    private readonly CrashJudge _judge = new();

    internal CrashRun(CrashRecording recording, CrashOptions options, CrashReport report)
    {
        _recording = recording;
        _options = options;
        _report = report;
        byte[][] bytes = recording.Volume.Journal is byte[] journal
            ? [[.. recording.Volume.Volume], [.. journal]]
            : [[.. recording.Volume.Volume]];
        _images = [.. bytes.Select(static (content, device) => new CrashImage(content, device))];
        _devices = [.. bytes.Select(static content => new CrashDevice(content))];
    }

    /// <inheritdoc/>
    public void Dispose() => _judge.Dispose();

    /// <summary>Judges the states of all windows.</summary>
    /// <param name="mayGoOn">Whether the campaign wants more.</param>
    internal void Explore(Func<bool> mayGoOn)
    {
        Prng random = new(_recording.Seed);
        foreach ((int number, List<TraceEvent> inFlight) in Windows())
        {
            CrashWindow window = new(inFlight, _images);
            foreach (CrashState state in CrashSubsets.Of(number, inFlight, random))
            {
                if (!mayGoOn())
                {
                    return;
                }

                if (_seen.Add(window.HashOf(state)))
                {
                    JudgeState(window, state);
                }
                else
                {
                    _report.CountDuplicate();
                }
            }
        }
    }

    /// <summary>Judges one state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? Replay(CrashState state)
    {
        foreach ((int number, List<TraceEvent> inFlight) in Windows())
        {
            if (number == state.Window)
            {
                JudgeState(new CrashWindow(inFlight, _images), state);
                return _report.Failures.FirstOrDefault();
            }
        }

        return "there is no such window";
    }

    // Each window with the writes that are not durable at its end; afterwards its flush is carried out.
    private IEnumerable<(int Number, List<TraceEvent> InFlight)> Windows()
    {
        List<TraceEvent> inFlight = [];
        int number = 0;
        foreach (TraceEvent happened in _recording.Events)
        {
            if (happened.Kind != TraceKind.Flush)
            {
                inFlight.Add(happened);
                continue;
            }

            yield return (number, inFlight);
            foreach (TraceEvent write in inFlight)
            {
                if (write.Device == happened.Device)
                {
                    _images[write.Device].Apply(write.Offset, write.Data);
                }
            }

            _ = inFlight.RemoveAll(write => write.Device == happened.Device);
            number++;
        }

        yield return (number, inFlight);
    }

    private void JudgeState(CrashWindow window, in CrashState state)
    {
        long count = _report.CountState(_recording.Setup.Name);
        Start(window, state);
        string? wrong = null;
        if (IsDue(count, _report.KernelImages, _options.KernelImages) && !IsSpecial)
        {
            _report.CountKernel();
            wrong = _judge.RecoverByKernel(_devices);
        }

        wrong ??= _judge.Judge(_recording, state.Window, _devices);
        if (wrong is null && !_recording.Setup.HasNoJournal && IsDue(count, _report.FsckImages, _options.FsckImages))
        {
            wrong = _judge.Fsck(_devices, _report);
        }

        foreach (CrashDevice device in _devices)
        {
            device.Clear();
        }

        if (wrong is not null)
        {
            _report.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"--setup {_recording.Setup.Name} --seed {_recording.Seed} --operations {_options.Operations} "
                + $"{state}: {wrong}"));
        }
    }

    private bool IsSpecial => _recording.Setup.HasNoJournal || _recording.Setup.HasExternalJournal;

    private void Start(CrashWindow window, in CrashState state)
    {
        foreach (CrashDevice device in _devices)
        {
            device.Clear();
        }

        window.Put(state, _devices);
    }

    // Spread over the campaign.
    private bool IsDue(long count, long done, long wanted) =>
        done < wanted && (count * wanted / long.Max(1, _options.States)) >= done;
}
