// Goal: byte-range locks split, merge, convert and exclude as fcntl(2) says, a wait that would never end is refused,
// and a close ends what it must. Method: a model with one owner a byte; controlled schedules for waits.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Tmpfs.Tests;

public sealed class AdvisoryLockTests : IDisposable
{
    private const AdvisoryLockType Read = AdvisoryLockType.Read;
    private const AdvisoryLockType Write = AdvisoryLockType.Write;
    private const AdvisoryLockType Unlock = AdvisoryLockType.Unlock;
    private readonly Volume _volume = new();

    public AdvisoryLockTests() => _volume.File("/f", "/g");

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void RandomLocks_AgreeWithAModelOfBytes()
    {
        const int Bytes = 24;
        OpenFile[] files = [Open(Process()), Open(Process()), Open(Process())];
        AdvisoryLockType[,] model = new AdvisoryLockType[files.Length, Bytes];
        Prng random = new(11);
        for (int turn = 0; turn < 20_000; turn++)
        {
            int who = (int)random.Below(files.Length);
            int start = (int)random.Below(Bytes);
            int length = (int)random.Below(Bytes - start) + 1;
            AdvisoryLockType type = (AdvisoryLockType)random.Below(3);
            bool isFree = true;
            for (int at = start; at < start + length; at++)
            {
                for (int other = 0; other < files.Length; other++)
                {
                    AdvisoryLockType held = model[other, at];
                    isFree &= other == who || type == Unlock || held == Unlock || (held == Read && type == Read);
                }
            }

            if (type != Unlock)
            {
                Assert.Equal(isFree, files[who].TestLock(type, start, length).OrThrow() is null);
            }

            Assert.Equal(isFree ? Errno.OK : Errno.EAGAIN, Volume.Outcome(files[who].SetLock(type, start, length)));
            for (int at = start; isFree && at < start + length; at++)
            {
                model[who, at] = type;
            }
        }

        int runs = 0;
        for (int who = 0; who < files.Length; who++)
        {
            for (int at = 0; at < Bytes; at++)
            {
                bool begins = at == 0 || model[who, at - 1] != model[who, at];
                runs += model[who, at] != Unlock && begins ? 1 : 0;
            }
        }

        Assert.Equal(runs, files[0].Inode.AdvisoryLocks.Ranges.Count);
        foreach (OpenFile file in files)
        {
            file.Dispose();
        }
    }

    [Theory]
    [InlineData(0, 0, Errno.OK)]
    [InlineData(10, -10, Errno.OK)]
    [InlineData(10, -11, Errno.EINVAL)]
    [InlineData(-1, 5, Errno.EINVAL)]
    [InlineData(long.MaxValue, 1, Errno.OK)]
    [InlineData(long.MaxValue, 2, Errno.EOVERFLOW)]
    [InlineData(5, long.MinValue, Errno.EINVAL)]
    public void Ranges_AreCheckedAsLinuxDoes(long start, long length, Errno expected)
    {
        using OpenFile file = Open(Process());
        Assert.Equal(expected, Volume.Outcome(file.SetLock(Write, start, length)));
    }

    [Fact]
    public void LocksNeedAFileThatIsOpenForThem()
    {
        using OpenFile reader = _volume.Root.Open("/f"u8).OrThrow();
        using OpenFile writer = _volume.Root.Open("/f"u8, OpenFlags.O_WRONLY).OrThrow();
        Assert.Equal(Errno.EBADF, Volume.Outcome(reader.SetLock(Write, 0, 1)));
        Assert.Equal(Errno.EBADF, Volume.Outcome(writer.SetLock(Read, 0, 1)));
        Assert.Equal(Errno.OK, Volume.Outcome(reader.Flock(Write)));
        reader.Dispose();
        Assert.Equal(Errno.EBADF, Volume.Outcome(reader.SetLock(Read, 0, 1)));
    }

    [Fact]
    public void ClosingAnyFileOfTheInode_DropsTheProcessLocks_ButNotThoseOfOpenFiles()
    {
        Mount one = Process();
        using OpenFile first = Open(one);
        OpenFile second = Open(one);
        using OpenFile other = Open(Process());
        first.SetLock(Write, 0, 10).ThrowIfError();
        first.SetFileLock(Write, 100, 10).ThrowIfError();
        Assert.Equal(Errno.EAGAIN, Volume.Outcome(other.SetLock(Read, 5, 1)));
        Assert.Equal(Errno.EAGAIN, Volume.Outcome(second.SetFileLock(Read, 105, 1)));
        second.Dispose();
        Assert.Equal(Errno.OK, Volume.Outcome(other.SetLock(Read, 5, 1)));
        Assert.Equal(Errno.EAGAIN, Volume.Outcome(other.SetLock(Read, 105, 1)));
        first.Dispose();
        Assert.Equal(Errno.OK, Volume.Outcome(other.SetLock(Read, 105, 1)));
    }

    [Fact]
    public void Flock_IsTheOpenFiles_AndConversionGivesBackFirst()
    {
        using OpenFile first = Open(_volume.Root);
        using OpenFile second = Open(_volume.Root);
        first.Flock(Read).ThrowIfError();
        second.Flock(Read).ThrowIfError();
        Assert.Equal(Errno.EAGAIN, Volume.Outcome(first.Flock(Write, AdvisoryLockWait.Try)));
        second.Flock(Write, AdvisoryLockWait.Try).ThrowIfError(); // the first has lost its own by trying
        Assert.Equal(Errno.OK, Volume.Outcome(first.SetLock(Write, 0, 0))); // another kind
        second.Flock(Unlock).ThrowIfError();
        first.Flock(Write, AdvisoryLockWait.Try).ThrowIfError();
    }

    [Fact]
    public void OppositeOrders_OfTwoOwners_AreRefusedOnce_AndEndWell()
    {
        int total = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            int deadlocks = 0;
            Run(
                seed,
                () => Interleave("/f", "/g", ref deadlocks),
                () => Interleave("/g", "/f", ref deadlocks));
            Assert.InRange(deadlocks, 0, 1);
            total += deadlocks;
        }

        Assert.InRange(total, 1, 199);
    }

    [Fact]
    public void ThreeOwnersInACircle_OneIsRefused()
    {
        OpenFile[] files = [Open(Process()), Open(Process()), Open(Process())];
        int refused = 0;
        int held = 0;
        void Take(int who)
        {
            files[who].SetLock(Write, who, 1).ThrowIfError();
            held++;
            while (held < 3)
            {
                Locking.Scheduler.Yield();
            }

            Errno outcome = Volume.Outcome(files[who].SetLock(Write, (who + 1) % 3, 1, AdvisoryLockWait.Wait));
            refused += outcome == Errno.EDEADLK ? 1 : 0;
            files[who].SetLock(Unlock, 0, 0).ThrowIfError();
        }

        Run(5, () => Take(0), () => Take(1), () => Take(2));
        Assert.Equal(1, refused);
        foreach (OpenFile file in files)
        {
            file.Dispose();
        }
    }

    [Fact]
    public void Close_EndsAWait()
    {
        using OpenFile holder = Open(Process());
        holder.SetLock(Write, 0, 0).ThrowIfError();
        holder.Flock(Write).ThrowIfError();
        OpenFile ranges = Open(Process());
        OpenFile whole = Open(Process());
        Errno[] outcomes = new Errno[2];
        Run(
            3,
            () => outcomes[0] = Volume.Outcome(ranges.SetLock(Write, 5, 1, AdvisoryLockWait.Wait)),
            () => outcomes[1] = Volume.Outcome(whole.Flock(Read)),
            () =>
            {
                Locking.Scheduler.Yield();
                ranges.Dispose();
                whole.Dispose();
            });
        Assert.All(outcomes, static outcome => Assert.Equal(Errno.EBADF, outcome));
        Assert.Equal(1, holder.Inode.AdvisoryLocks.Ranges.Count);
        Assert.Equal(1, holder.Inode.AdvisoryLocks.Whole.Count);
    }

    [Fact]
    public void Close_BesideAFlock_LeavesNone()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            using OpenFile other = Open(Process());
            OpenFile file = Open(Process());
            Run(seed, () => _ = file.Flock(Write, AdvisoryLockWait.Try), file.Dispose);
            Assert.True(other.Inode.AdvisoryLocks.Whole.Count == 0, $"seed {seed}");
        }
    }

    private static void Run(ulong seed, params Action[] actors)
    {
        (string, Action)[] tasks = new (string, Action)[actors.Length];
        for (int index = 0; index < actors.Length; index++)
        {
            tasks[index] = ($"actor{index}", actors[index]);
        }

        _ = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(tasks);
    }

    private Mount Process() => new(_volume.Tmpfs, Credentials.Root);

    private static OpenFile Open(Mount mount) => mount.Open("/f"u8, OpenFlags.O_RDWR).OrThrow();

    private void Interleave(string first, string second, ref int deadlocks)
    {
        Mount process = Process();
        using OpenFile one = process.Open(Volume.Bytes(first), OpenFlags.O_RDWR).OrThrow();
        using OpenFile two = process.Open(Volume.Bytes(second), OpenFlags.O_RDWR).OrThrow();
        one.SetLock(Write, 0, 1, AdvisoryLockWait.Wait).ThrowIfError();
        Errno outcome = Volume.Outcome(two.SetLock(Write, 0, 1, AdvisoryLockWait.Wait));
        Assert.True(outcome is Errno.OK or Errno.EDEADLK);
        deadlocks += outcome == Errno.EDEADLK ? 1 : 0;
    }
}
