// Many threads doing everything at once to one volume for a while, with too little space and too few inodes for all
// they want. What is read is right or zero; no exception; and in the end, with everything removed, the volume is as it
// was.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Soak;

/// <summary>A soak of one volume.</summary>
/// <param name="threads">How many actors.</param>
/// <param name="seconds">How long.</param>
/// <param name="seed">What they do.</param>
/// <param name="target">The volume; tmpfs when null.</param>
public sealed class SoakRun(int threads, int seconds, ulong seed, ISoakTarget? target = null)
{
    private const long PoolBytes = 256L << 20;
    private const uint DirectoryMode = 0x1ED;
    private const int FolderCount = 4;

    private readonly ISoakTarget _target = target ?? new TmpfsSoakTarget();
    private readonly List<Exception> _failures = [];
    private readonly SpinLatch _latch = new(LockClasses.DeviceState.For("soak"));

    /// <summary>Operations done, by kind.</summary>
    public long[] Done { get; } = new long[Enum.GetValues<SoakOp>().Length];

    /// <summary>Operations that succeeded, by kind.</summary>
    public long[] Succeeded { get; } = new long[Enum.GetValues<SoakOp>().Length];

    /// <summary>Kinds of which at least one succeeded.</summary>
    public int SucceededKinds => Succeeded.Count(static count => count > 0);

    /// <summary>Kinds that can succeed.</summary>
    public int ExpectedKinds => Enum.GetValues<SoakOp>().Length - _target.ImpossibleKinds;

    /// <summary>What went wrong.</summary>
    public IReadOnlyList<Exception> Failures => _failures;

    /// <summary>The counts, one line a kind.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        foreach (SoakOp operation in Enum.GetValues<SoakOp>())
        {
            _ = text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {operation,-14} {Done[(int)operation],10} done {Succeeded[(int)operation],10} succeeded");
        }

        return text.ToString();
    }

    /// <summary>Runs the soak, and then looks what is left.</summary>
    public void Run()
    {
        using FolioPool pool = new(PoolBytes);
        using SuperBlock volume = _target.Mount(pool);
        Mount mount = new(volume, Credentials.Root);
        for (int folder = 0; folder < FolderCount; folder++)
        {
            mount.Mkdir(Encoding.ASCII.GetBytes($"/d{folder}"), DirectoryMode).ThrowIfError();
        }

        long end = SystemClock.Instance.MonotonicMs + (seconds * 1000L);
        TaskHandle[] tasks = new TaskHandle[threads];
        for (int index = 0; index < threads; index++)
        {
            ulong own = seed + (ulong)index;
            tasks[index] = Scheduler.Spawn($"soak{index}", () => Act(volume, own, end));
        }

        Array.ForEach(tasks, static task => task.Join());
        RemoveAll(mount, "");
        volume.Inodes.Inactivation.Drain();
        foreach (string finding in _target.Judge(volume))
        {
            _failures.Add(new InvalidOperationException(finding));
        }
    }

    private void Act(SuperBlock volume, ulong own, long end)
    {
        long[] done = new long[Done.Length];
        long[] succeeded = new long[Done.Length];
        try
        {
            using SoakActor actor = new(volume, own, _target.ImpossibleKinds == 0);
            while (SystemClock.Instance.MonotonicMs < end)
            {
                SoakOp operation = actor.Choose();
                Errno outcome = actor.Act(operation);
                done[(int)operation]++;
                succeeded[(int)operation] += outcome == Errno.OK ? 1 : 0;
            }
        }
#pragma warning disable CA1031 // The others go on, and the run reports all of them.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            using SpinGuard guard = _latch.Acquire();
            _failures.Add(failure);
        }

        using SpinGuard counting = _latch.Acquire();
        for (int kind = 0; kind < done.Length; kind++)
        {
            Done[kind] += done[kind];
            Succeeded[kind] += succeeded[kind];
        }
    }

    private static void RemoveAll(Mount mount, string path)
    {
        NameSink names = new();
        using (OpenFile folder = mount.Open(Encoding.UTF8.GetBytes(path + "/")).OrThrow())
        {
            folder.ReadDirectory(0, names).ThrowIfError();
        }

        foreach ((string name, FileType type) in names.Entries)
        {
            string child = $"{path}/{name}";
            if (type != FileType.Directory)
            {
                mount.Unlink(Encoding.UTF8.GetBytes(child)).ThrowIfError();
            }
            else if (name is not ("." or ".." or "lost+found"))
            {
                RemoveAll(mount, child);
                mount.Rmdir(Encoding.UTF8.GetBytes(child)).ThrowIfError();
            }
        }
    }
}
