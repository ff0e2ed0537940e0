// Goal: many threads doing everything at once to one small tree leave a tree behind, lose no inode, and never
// deadlock; the
// lock validator watches. FAULTLINE_STORM_SECONDS makes it longer than usual.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Walk;
using Xunit.Abstractions;

namespace Faultline.Tmpfs.Tests;

public sealed class StormTests(ITestOutputHelper output)
{
    private const int Threads = 8;
    private const int SecondsByDefault = 3;
    private static readonly string[] s_names = ["a", "b", "c", "d"];

    [Fact]
    public void EverythingAtOnce_LeavesATree()
    {
        string? wished = Environment.GetEnvironmentVariable("FAULTLINE_STORM_SECONDS");
        int seconds = wished is null ? SecondsByDefault : int.Parse(wished, CultureInfo.InvariantCulture);
        using Volume volume = new("rw,mode=0755,nr_inodes=200");
        long end = SystemClock.Instance.MonotonicMs + (seconds * 1000L);
        long[] done = new long[Threads];
        long[] succeeded = new long[Threads];
        TaskHandle[] tasks = new TaskHandle[Threads];
        for (int index = 0; index < Threads; index++)
        {
            int own = index;
            tasks[own] = Scheduler.Spawn($"storm{own}", () =>
            {
                Actor actor = new(volume, (ulong)own);
                while (SystemClock.Instance.MonotonicMs < end)
                {
                    done[own]++;
                    succeeded[own] += actor.Act() ? 1 : 0;
                }

                actor.Dispose();
            });
        }

        Array.ForEach(tasks, static task => task.Join());
        long total = 0;
        long good = 0;
        for (int index = 0; index < Threads; index++)
        {
            total += done[index];
            good += succeeded[index];
        }

        SortedSet<string> paths = Tree.CheckAll(volume);
        output.WriteLine($"[report] storm of names: {total} calls, {good} succeeded, {paths.Count} names left");
        Assert.True(good > total / 10, $"{good} of {total}");
    }

    private sealed class Actor(Volume volume, ulong seed) : IDisposable
    {
        private readonly Prng _random = new(seed);
        private readonly Mount _mount = new(volume.Tmpfs, Vfs.Permissions.Credentials.Root);
        private OpenFile? _held;

        public void Dispose() => _held?.Dispose();

        internal bool Act() => _random.Below(22) switch
        {
            0 or 1 => _mount.Mkdir(Path(), 0x1ED).IsOk,
            2 or 3 => Open(OpenFlags.O_CREAT | OpenFlags.O_RDWR),
            4 or 18 or 19 => _mount.Unlink(Path()).IsOk,
            5 or 20 or 21 => _mount.Rmdir(Path()).IsOk,
            6 or 7 => _mount.Rename(Path(), Path()).IsOk,
            8 => _mount.Rename(Path(), Path(), RenameFlags.RENAME_EXCHANGE).IsOk,
            9 => _mount.Link(Path(), Path()).IsOk,
            10 => _mount.Symlink(Path(), Path()).IsOk,
            11 => List(),
            12 => _mount.Chmod(Path(), 0x1ED).IsOk,
            13 => _mount.SetXattr(Path(), "user.x"u8, "v"u8).IsOk,
            14 => Lock(),
            15 => Tmpfile(),
            16 => Below(),
            _ => Rarely(),
        };

        private byte[] Path()
        {
            string path = "";
            for (long depth = _random.Below(3); depth >= 0; depth--)
            {
                path += "/" + s_names[_random.Below(s_names.Length)];
            }

            return Volume.Bytes(path);
        }

        private bool Open(OpenFlags flags)
        {
            Result<OpenFile> opened = _mount.Open(Path(), flags);
            if (opened.IsOk)
            {
                _held?.Dispose();
                _held = opened.Value;
            }

            return opened.IsOk;
        }

        private bool List()
        {
            Result<OpenFile> opened = _mount.Open(Path());
            if (!opened.IsOk)
            {
                return false;
            }

            using OpenFile directory = opened.Value;
            return directory.ReadDirectory(0, new NameSink()).IsOk;
        }

        private bool Lock() => _held is not null
            && (_held.SetLock(AdvisoryLockType.Write, _random.Below(9), 1 + _random.Below(9)).IsOk
                || _held.Flock(AdvisoryLockType.Read, AdvisoryLockWait.Try).IsOk);

        private bool Tmpfile()
        {
            Result<OpenFile> opened = _mount.Open(Path(), OpenFlags.O_TMPFILE | OpenFlags.O_RDWR);
            if (!opened.IsOk)
            {
                return false;
            }

            using OpenFile file = opened.Value;
            return _mount.Link(file, Path()).IsOk;
        }

        // Names relative to a directory that may have moved or gone.
        private bool Below()
        {
            Result<OpenFile> opened = _mount.Open(Path(), OpenFlags.O_DIRECTORY);
            if (!opened.IsOk)
            {
                return false;
            }

            using OpenFile directory = opened.Value;
            Mount below = _mount.At(directory);
            Result<PathReference> above = below.Resolve("../a/.."u8);
            if (above.IsOk)
            {
                above.Value.Dispose();
            }

            return below.Rename("b"u8, "../c"u8).IsOk;
        }

        private bool Rarely()
        {
            if (!_random.OneIn(50))
            {
                return _mount.Stat(Path()).IsOk;
            }

            if (_random.OneIn(2))
            {
                return volume.Tmpfs.Remount(new MountOptions { ReadOnly = false, InodesMax = 200 }).IsOk;
            }

            bool isFrozen = volume.Tmpfs.FreezeVolume().IsOk;
            if (isFrozen)
            {
                Thread.Yield();
                volume.Tmpfs.ThawVolume().ThrowIfError();
            }

            return isFrozen;
        }
    }
}
