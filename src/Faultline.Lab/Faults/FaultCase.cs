// One operation and one kind of fault on one volume, at any number of points. One thread.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Faultline.Base;
using Faultline.Ext;
using Faultline.Ext.Checking;
using Faultline.Lab.Crash;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Permissions;

namespace Faultline.Lab.Faults;

/// <summary>One operation and one kind of fault.</summary>
internal sealed class FaultCase : IDisposable
{
    private const long PoolBytes = 4L << 20;
    private const int SectorBytes = 512;

    private readonly FaultImage _image;
    private readonly FaultOperation _operation;
    private readonly FaultTarget _target;
    private readonly FaultReport _report;
    private readonly int _fsckEvery;
    private readonly FaultSwitch _faults = new();
    private readonly FolioPool _pool;
    private readonly CrashDevice _disk;
    private readonly FaultDevice _device;
    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-faults").FullName;
    private FoundTree? _before;
    private FoundTree? _after;
    private int _number;

    internal FaultCase(
        FaultImage image, FaultOperation operation, FaultTarget target, FaultReport report, int fsckEvery)
    {
        _image = image;
        _operation = operation;
        _target = target;
        _report = report;
        _fsckEvery = fsckEvery;
        _pool = new FolioPool(PoolBytes, new FaultMemory(_faults));
        _pool.Workers.Mode = ReadaheadMode.Off;
        _disk = new CrashDevice(target == FaultTarget.Space ? image.Full : image.Prepared);
        _device = new FaultDevice(_disk, _faults);
    }

    /// <summary>What replays the case at hand.</summary>
    internal string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"--setup {_image.Setup.Name} --operation '{_operation.Name}' --target {_target} --number {_number}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool.Dispose();
        _device.Dispose();
        _disk.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Learns what there is before, and after when nothing fails.</summary>
    internal void Learn()
    {
        CrashDevice quiet = new(_image.Prepared);
        _before = ReadTree(quiet);
        using (SuperBlock volume = CrashMount.Open(quiet, null, _pool).OrThrow())
        {
            using FaultScene scene = new(volume);
            _operation.Run(scene).ThrowIfError();
            volume.Sync().ThrowIfError();
        }

        _after = ReadTree(quiet);
    }

    /// <summary>Runs the operation with a fault.</summary>
    /// <param name="number">Which attempt fails; of space, how many clusters are free.</param>
    /// <returns>Whether the fault made a difference: it struck, or space ran out.</returns>
    internal bool Try(int number)
    {
        _number = number;
        _disk.Clear();
        FaultOutcome outcome = Run(number);
        bool isStruck = _target == FaultTarget.Space ? !outcome.Done.IsOk : _faults.Struck > 0;
        _report.Count(_operation.Name, _target, isStruck, outcome);
        string? wrong = outcome.Wrong ?? Judge(outcome);
        if (wrong is not null)
        {
            _report.Fail($"{Name}: {wrong} ({outcome})");
        }

        return isStruck;
    }

    private FaultOutcome Run(int number)
    {
        FaultOutcome outcome = new();
        _faults.Reset();
        SuperBlock volume = CrashMount.Open(_device, null, _pool).OrThrow();
        using (volume)
        {
            using FaultScene scene = new(volume);
            if (_target == FaultTarget.Space)
            {
                MakeRoom(scene.Mount, number);
            }

            ulong free = volume.StatFs().BlocksFree;
            if (_target != FaultTarget.Space)
            {
                _faults.Arm(_target, number);
            }

            outcome.Done = Guard(() => _operation.Run(scene));
            outcome.First = Guard(() => scene.One.Sync());
            outcome.Second = Guard(() => scene.Two.Sync());
            outcome.Volume = Guard(volume.Sync);
            _faults.Disarm();
            bool isClean = _target is FaultTarget.OneRead or FaultTarget.OneAllocation or FaultTarget.Space;
            if (isClean)
            {
                outcome.Wrong = JudgeLive(scene, outcome, free);
            }
        }

        return outcome;
    }

    // A failure that leaves the device alone leaves everything else alone, too.
    private string? JudgeLive(FaultScene scene, FaultOutcome outcome, ulong free)
    {
        // Met in the middle of a change it ends writing: half a change must not become durable.
        Result synced = Guard(scene.Volume.Sync);
        outcome.IsAborted = !synced.IsOk && _target == FaultTarget.OneRead;
        if (outcome.IsAborted)
        {
            return null;
        }

        if (!synced.IsOk)
        {
            return $"a sync afterwards: {synced.Error}";
        }

        if (outcome.Done.IsOk || _operation.MayBePartial)
        {
            return null;
        }

        FoundTree live = FoundTree.Read(scene.Mount);
        string? difference = Difference(live, _before!, _before!);
        if (difference is not null)
        {
            return $"failed, and changed: {difference}";
        }

        ulong now = scene.Volume.StatFs().BlocksFree;
        return now == free
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"failed, and {free} free blocks became {now}");
    }

    private string? Judge(FaultOutcome outcome)
    {
        FoundTree found = ReadTree(_disk);
        bool isPromised = !outcome.IsTold;
        string? difference = isPromised
            ? Difference(found, _after!, _after!)
            : Difference(found, _before!, _after!);
        if (difference is not null)
        {
            return isPromised ? $"nobody was told: {difference}" : difference;
        }

        // Who wrote and who only has the file open hear of the same error.
        if (!outcome.First.IsOk && outcome.Second.IsOk)
        {
            return "one open file heard of the error, the other did not";
        }

        return Inspect();
    }

    // What a volume holds; null when it is one of the two, or, of data, a mixture of both.
    private string? Difference(FoundTree found, FoundTree before, FoundTree after)
    {
        string[] lines = [.. found.Lines.Where(static line => !line.StartsWith("/fill", StringComparison.Ordinal))];
        bool hasFill = lines.Length < found.Lines.Count;
        string text = Names(lines, hasFill);
        if (text != Names(before.Lines, false) && text != Names(after.Lines, false))
        {
            string[] odd = [.. lines.Except(before.Lines).Except(after.Lines).Take(3)];
            return $"names: {lines.Length}, {before.Lines.Count} before, {after.Lines.Count} after: {string.Join("; ", odd)}";
        }

        foreach ((string path, byte[] bytes) in found.Files)
        {
            if (path.StartsWith("/fill", StringComparison.Ordinal))
            {
                continue;
            }

            byte[] was = before.Files.GetValueOrDefault(path, []);
            byte[] now = after.Files.GetValueOrDefault(path, []);
            int at = WrongByte(bytes, was, now);
            if (at >= 0)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: byte {at} of {bytes.Length}, {was.Length} before, {now.Length} after");
            }
        }

        return null;
    }

    // The root counts the directory that takes the space.
    private static string Names(IEnumerable<string> lines, bool hasFill)
    {
        string text = string.Join('\n', lines);
        return hasFill ? text.Replace(" links 6 ", " links 5 ", StringComparison.Ordinal) : text;
    }

    private int WrongByte(byte[] bytes, byte[] was, byte[] now)
    {
        bool isWhole = bytes.AsSpan().SequenceEqual(was) || bytes.AsSpan().SequenceEqual(now);
        if (isWhole)
        {
            return -1;
        }

        int most = int.Max(was.Length, now.Length);
        if (!_operation.MayBePartial || bytes.Length > most)
        {
            return bytes.AsSpan().CommonPrefixLength(now);
        }

        for (int at = 0; at < bytes.Length; at += SectorBytes)
        {
            int length = int.Min(SectorBytes, bytes.Length - at);
            for (int index = at; index < at + length; index++)
            {
                byte old = index < was.Length ? was[index] : (byte)0;
                byte fresh = index < now.Length ? now[index] : (byte)0;
                if (bytes[index] != old && bytes[index] != fresh && bytes[index] != 0)
                {
                    return index;
                }
            }
        }

        return -1;
    }

    private string? Inspect()
    {
        if (_report.WantsFsck(_fsckEvery))
        {
            return Fsck();
        }

        Result<CheckReport> checkedVolume = ExtCheck.Run(_disk, new ExtOpenOptions());
        if (!checkedVolume.TryGet(out CheckReport? report, out FsError error))
        {
            return $"check: {error}";
        }

        return report.IsSound ? null : $"check: {string.Join("; ", report.Findings.Take(3))}";
    }

    private string? Fsck()
    {
        string path = Path.Combine(_folder, "image");
        byte[] bytes = new byte[_disk.SizeBytes];
        _disk.CopyTo(bytes);
        File.WriteAllBytes(path, bytes);
        _report.CountFsck();
        int code = HostTool.Run(out string output, "e2fsck", "-fn", path);
        return code == 0 ? null : $"e2fsck says {code}: {output.ReplaceLineEndings(" | ")}";
    }

    // Mounts for writing, so that it is recovered, and reads everything.
    private FoundTree ReadTree(CrashDevice disk)
    {
        using SuperBlock volume = CrashMount.Open(disk, null, _pool).OrThrow();
        return FoundTree.Read(new Mount(volume, Credentials.Root));
    }

    private void MakeRoom(Mount mount, int clusters)
    {
        for (int index = 0; index < clusters && index < _image.Fillers; index++)
        {
            mount.Unlink(FaultImage.Filler(index)).ThrowIfError();
        }

        mount.SuperBlock.Sync().ThrowIfError();
    }

    private static Result Guard(Func<Result> body)
    {
        try
        {
            return body();
        }
        catch (FsException damage)
        {
            return damage.Error;
        }
    }
}
