// Judges one state: our own mount recovers it; then everything that can be seen is held against what the workload did,
// and the volume is checked. Some states are also judged by e2fsck, and some are recovered by the kernel.

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Faultline.Base;
using Faultline.Ext;
using Faultline.Ext.Checking;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Permissions;

namespace Faultline.Lab.Crash;

/// <summary>Judges states.</summary>
internal sealed class CrashJudge : IDisposable
{
    private readonly FolioPool _pool = CrashMount.NewPool();
    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-crash").FullName;
    private byte[] _bytes = [];

    /// <summary>Judges a state.</summary>
    /// <param name="recording">What the workload did.</param>
    /// <param name="window">Window of the cut.</param>
    /// <param name="devices">The devices in that state; recovered afterwards.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? Judge(CrashRecording recording, int window, CrashDevice[] devices)
    {
        CrashDevice? journal = devices.Length > 1 ? devices[1] : null;
        try
        {
            string? wrong = recording.Setup.HasNoJournal
                ? JudgeWithoutJournal(recording, devices[0])
                : Recover(recording, window, devices[0], journal);
            return wrong is not null || recording.Setup.HasNoJournal ? wrong : Inspect(devices[0], journal);
        }
        catch (FsException damage)
        {
            return damage.Error.ToString();
        }
#pragma warning disable CA1031 // Whatever our code throws is a finding about the state, which the line replays.
        catch (Exception broken)
        {
            return broken.ToString().ReplaceLineEndings(" ");
        }
#pragma warning restore CA1031
    }

    /// <summary>Lets e2fsck judge what the devices hold.</summary>
    /// <param name="devices">The devices, recovered.</param>
    /// <param name="report">Counts images that were not seen before.</param>
    /// <returns>What it said, or null.</returns>
    internal string? Fsck(CrashDevice[] devices, CrashReport report)
    {
        string[] paths = Save(devices, out uint hash);
        if (!report.IsNewRecovered(hash))
        {
            return null;
        }

        string[] journal = paths.Length > 1 ? ["-j", paths[1]] : [];
        int code = HostTool.Run(out string output, "e2fsck", ["-fn", .. journal, paths[0]]);
        return code == 0 ? null : Line($"e2fsck says {code}: {output}");
    }

    /// <summary>Lets the kernel recover what the devices hold, then e2fsck judge it.</summary>
    /// <param name="devices">The devices in the state of the cut; not changed.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? RecoverByKernel(CrashDevice[] devices)
    {
        string path = Save(devices, out _)[0];
        string target = Path.Combine(_folder, "mnt");
        _ = Directory.CreateDirectory(target);
        if (HostTool.Run(out string output, "mount", "-t", "ext4", "-o", "loop", path, target) != 0)
        {
            return Line($"the kernel does not mount it: {output}");
        }

        _ = HostTool.Run(out _, "umount", target);
        int code = HostTool.Run(out output, "e2fsck", "-fn", path);
        return code == 0 ? null : Line($"after the kernel's recovery e2fsck says {code}: {output}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Line(string text) => text.ReplaceLineEndings(" | ");

    private string? Recover(CrashRecording recording, int window, CrashDevice device, CrashDevice? journal)
    {
        Result<SuperBlock> mounted = CrashMount.Open(device, journal, _pool);
        if (!mounted.TryGet(out SuperBlock? volume, out FsError error))
        {
            return $"does not mount: {error}";
        }

        using (volume)
        {
            string? wrong = recording.Model.Judge(window, FoundTree.Read(new Mount(volume, Credentials.Root)));
            Result synced = volume.Sync();
            return wrong ?? (synced.IsOk ? null : $"sync after recovery: {synced.Error}");
        }
    }

    private string? JudgeWithoutJournal(CrashRecording recording, CrashDevice device)
    {
        // Such a volume is repaired before it is used; then it shows nobody else's bytes.
        string path = Save([device], out _)[0];
        int code = HostTool.Run(out string output, "e2fsck", "-fy", path);
        if (code is not (0 or 1))
        {
            return Line($"e2fsck cannot repair it: {code}: {output}");
        }

        byte[] repaired = File.ReadAllBytes(path);
        Result<SuperBlock> mounted = CrashMount.Open(new CrashDevice(repaired), null, _pool);
        if (!mounted.TryGet(out SuperBlock? volume, out FsError error))
        {
            return $"does not mount: {error}";
        }

        using (volume)
        {
            Mount mount = new(volume, Credentials.Root);
            return recording.Model.JudgeOwners(FoundTree.Read(mount, readsAttributes: false));
        }
    }

    private static string? Inspect(CrashDevice device, CrashDevice? journal)
    {
        Result<CheckReport> checkedVolume = ExtCheck.Run(device, new ExtOpenOptions { JournalDevice = journal });
        if (!checkedVolume.TryGet(out CheckReport? report, out FsError error))
        {
            return $"check: {error}";
        }

        return report.IsSound
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"check: {report.Findings.Count} findings: {string.Join("; ", report.Findings.Take(3))}");
    }

    private string[] Save(CrashDevice[] devices, out uint hash)
    {
        hash = 0;
        string[] paths = new string[devices.Length];
        for (int index = 0; index < devices.Length; index++)
        {
            paths[index] = Path.Combine(_folder, index == 0 ? "image" : "journal");
            if (_bytes.Length != devices[index].SizeBytes)
            {
                _bytes = new byte[devices[index].SizeBytes];
            }

            devices[index].CopyTo(_bytes);
            hash = Crc32c.Update(hash, _bytes);
            File.WriteAllBytes(paths[index], _bytes);
        }

        return paths;
    }
}
