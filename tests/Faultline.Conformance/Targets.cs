// All targets, for the length of the run.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Conformance.Kernel;
using Faultline.Conformance.Vfs;

namespace Faultline.Conformance;

/// <summary>The targets; mounts are taken down at the end, and by tests/sweep if the run was killed.</summary>
public sealed class Targets : IDisposable
{
    // A target without names but those of its root.
    private static readonly HashSet<string> s_ofData =
    [
        "names", "mkfifo", "setfl", "syncfs", "fsetxattr", "whiteout", "freeze_permission", "tmpfile", "locks",
        "sectors",
    ];

    // Opening a fifo answers ENXIO: there is nobody at the other end.
    private static readonly HashSet<string> s_ofExt =
        ["mkfifo"];

    /// <summary>Which calls a target does not have: their tests are not run on it.</summary>
    internal static readonly IReadOnlyDictionary<string, IReadOnlySet<string>> Missing =
        new Dictionary<string, IReadOnlySet<string>>
        {
            ["kernel-ext4"] = new HashSet<string>(),
            ["kernel-tmpfs"] = new HashSet<string>(),
            ["faultline-tmpfs"] = new HashSet<string>
            {
                "mkfifo",
            },
            ["faultline-ext4"] = s_ofExt,
            ["faultline-ext4-nojournal"] = s_ofExt,
            ["faultline-ext3"] = s_ofExt,
            ["faultline-ext2"] = s_ofExt,
            ["faultline-plain"] = s_ofData,
            ["faultline-plain-512"] = s_ofData,
        };

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), $"faultline-tests-{Environment.ProcessId}-conformance");

    private readonly Dictionary<string, Target> _all = [];

    public Targets()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "owner.pid"), $"{Environment.ProcessId}");
        Add(new KernelTarget("ext4", _folder));
        Add(new KernelTarget("tmpfs", _folder));
        Add(new TmpfsTarget());
        Add(new ExtTarget("faultline-ext4", _folder, ["-t", "ext4", "-i", "16384"]));
        Add(new ExtTarget("faultline-ext4-nojournal", _folder, ["-t", "ext4", "-i", "16384", "-O", "^has_journal"]));
        Add(new ExtTarget("faultline-ext3", _folder, ["-t", "ext3", "-I", "256", "-i", "16384"]));
        Add(new ExtTarget("faultline-ext2", _folder, ["-t", "ext2", "-I", "256", "-i", "16384"]));
        Add(new PlainTarget("faultline-plain", 4096));
        Add(new PlainTarget("faultline-plain-512", 512));
    }

    internal Target this[string id] => _all[id];

    public void Dispose()
    {
        foreach (Target target in _all.Values)
        {
            target.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Add(Target target) => _all.Add(target.Id, target);
}
