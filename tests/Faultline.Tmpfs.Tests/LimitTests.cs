// Goal: the limits of a volume hold, nothing is lost at them, and freeze and remount do what they say.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Pipes;

namespace Faultline.Tmpfs.Tests;

public sealed class LimitTests
{
    [Fact]
    public void InodeLimit_IsMet_AndTheVolumeGoesOn()
    {
        using Volume volume = new("rw,nr_inodes=4");
        volume.Dir("/d").File("/d/a", "/b");
        Assert.Equal(Errno.ENOSPC, Volume.Outcome(volume.Root.Mkdir("/e"u8, 0)));
        Assert.Equal(Errno.ENOSPC, volume.Open(volume.Root, "/e", OpenFlags.O_CREAT));
        Assert.Equal(Errno.ENOSPC, volume.Open(volume.Root, "/", OpenFlags.O_TMPFILE | OpenFlags.O_RDWR));
        Assert.False(volume.Exists("/e"));
        Assert.Equal(0UL, volume.Tmpfs.StatFs().FilesFree);
        volume.Root.Unlink("/b"u8).ThrowIfError();
        volume.File("/e");
        Assert.Equal([".", "..", "d", "e"], volume.List("/"));
    }

    [Fact]
    public void SpaceLimit_IsMet_AndGivenBackWithTheFile()
    {
        using Volume volume = new("rw,size=40k");
        volume.File("/f");
        using (OpenFile file = volume.Root.Open("/f"u8, OpenFlags.O_RDWR).OrThrow())
        {
            Inode inode = file.Inode;
            using ExclusiveGuard guard = inode.Lock.AcquireExclusive();
            inode.Writer.AllocateRange(0, 32768).ThrowIfError();
            Assert.Equal(Errno.ENOSPC, Volume.Outcome(inode.Writer.AllocateRange(4096, 49152)));
            Assert.Equal(8, volume.Tmpfs.UsedPages);
            Assert.Equal(64UL, inode.Attributes.Sectors);
            inode.Writer.RemoveRange(8192, 16384).ThrowIfError();
            Assert.Equal(6, volume.Tmpfs.UsedPages);
        }

        Assert.Equal(4UL, volume.Tmpfs.StatFs().BlocksFree);
        volume.Root.Unlink("/f"u8).ThrowIfError();
        Assert.Equal(0, volume.Tmpfs.UsedPages);
    }

    [Theory]
    [InlineData("rw,size=16k", Errno.EINVAL)]
    [InlineData("rw,size=64k", Errno.OK)]
    [InlineData("rw,nr_inodes=1", Errno.EINVAL)]
    [InlineData("ro,size=64k", Errno.EBUSY)]
    public void Remount_ChangesLimits_ButNotBelowWhatIsUsed(string options, Errno expected)
    {
        using Volume volume = new("rw,size=40k");
        using OpenFile file = volume.Root.Open("/f"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR).OrThrow();
        using (ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive())
        {
            file.Inode.Writer.AllocateRange(0, 32768).ThrowIfError();
        }

        Assert.Equal(expected, Volume.Outcome(volume.Tmpfs.Remount(MountOptions.Parse(options).Value)));
        Assert.False(volume.Tmpfs.IsReadOnly);
    }

    [Fact]
    public void ReadOnlyRemount_RefusesEveryChange_AndBackAgain()
    {
        using Volume volume = new();
        volume.Dir("/d").File("/f");
        volume.Tmpfs.Remount(new MountOptions { ReadOnly = true }).ThrowIfError();
        Errno[] outcomes =
        [
            Volume.Outcome(volume.Root.Mkdir("/e"u8, 0)),
            Volume.Outcome(volume.Root.Unlink("/f"u8)),
            Volume.Outcome(volume.Root.Rmdir("/d"u8)),
            Volume.Outcome(volume.Root.Link("/f"u8, "/g"u8)),
            Volume.Outcome(volume.Root.Chmod("/f"u8, 0)),
            Volume.Outcome(volume.Root.SetXattr("/f"u8, "user.x"u8, [])),
            volume.Rename("/f", "/g"),
            volume.Open(volume.Root, "/f", OpenFlags.O_WRONLY),
            volume.Open(volume.Root, "/new", OpenFlags.O_CREAT),
        ];
        Assert.All(outcomes, static outcome => Assert.Equal(Errno.EROFS, outcome));
        Assert.Equal(Errno.EEXIST, Volume.Outcome(volume.Root.Mkdir("/d"u8, 0)));
        Assert.Equal(Errno.OK, volume.Open(volume.Root, "/f", OpenFlags.O_CREAT));
        volume.Tmpfs.Remount(new MountOptions { ReadOnly = false }).ThrowIfError();
        Assert.Equal(Errno.OK, Volume.Outcome(volume.Root.Unlink("/f"u8)));
    }

    [Fact]
    public void Freeze_KeepsChangesOut_UntilAnotherTaskThaws()
    {
        using Volume volume = new();
        volume.Tmpfs.FreezeVolume().ThrowIfError();
        Assert.Equal(Errno.EBUSY, Volume.Outcome(volume.Tmpfs.FreezeVolume()));
        bool isMade = false;
        TaskHandle maker = Scheduler.Spawn("maker", () =>
        {
            volume.Root.Mkdir("/d"u8, 0x1ED).ThrowIfError();
            System.Threading.Volatile.Write(ref isMade, true);
        });
        Assert.False(volume.Exists("/d"));
        SystemClock.Instance.Delay(30);
        Assert.False(System.Threading.Volatile.Read(ref isMade));
        TaskHandle thawer = Scheduler.Spawn("thawer", () => volume.Tmpfs.ThawVolume().ThrowIfError());
        thawer.Join();
        maker.Join();
        Assert.True(volume.Exists("/d"));
        Assert.Equal(Errno.EINVAL, Volume.Outcome(volume.Tmpfs.ThawVolume()));
    }

    [Fact]
    public void Unmount_GivesAllPagesBack_AlsoThoseOfOpenFiles()
    {
        FolioPool pool = new(16L << 20);
        Volume volume = new("rw", pool);
        OpenFile[] files = new OpenFile[3];
        for (int index = 0; index < files.Length; index++)
        {
            files[index] = volume.Root.Open(
                Volume.Bytes($"/f{index}"), OpenFlags.O_CREAT | OpenFlags.O_RDWR).OrThrow();
            Pipe pipe = new();
            _ = pipe.Write(new byte[60_000]).OrThrow();
            _ = Splice.ToFile(pipe, files[index], 0, 60_000).OrThrow();
        }

        Assert.InRange(pool.UsedBytes, 180_000, 1 << 20);
        files[0].Dispose();
        volume.Root.Unlink("/f1"u8).ThrowIfError();
        volume.Dispose();
        Assert.Equal(0, pool.UsedBytes);
        files[1].Dispose();
        Assert.Equal(Errno.EBADF, files[2].Read(0, new byte[1]).Error.Errno);
        files[2].Dispose();
        pool.Dispose();
    }

    [Fact]
    public void LastClose_OnAFrozenVolume_DoesNotWait()
    {
        using Volume volume = new();
        volume.File("/f");
        OpenFile file = volume.Root.Open("/f"u8).OrThrow();
        volume.Root.Unlink("/f"u8).ThrowIfError();
        volume.Tmpfs.FreezeVolume().ThrowIfError();
        file.Dispose();
        Assert.Equal(2, volume.Tmpfs.UsedInodes);
        volume.Tmpfs.ThawVolume().ThrowIfError();
        volume.Tmpfs.Inodes.Inactivation.Drain();
        Assert.Equal(1, volume.Tmpfs.UsedInodes);
    }

    [Theory]
    [InlineData("size=1g", 1L << 30)]
    [InlineData("size=12k", 12288L)]
    [InlineData("size=0", 0L)]
    public void Sizes_HaveSuffixes(string text, long expected) =>
        Assert.Equal(expected, MountOptions.Parse(text).Value.SizeBytesMax);

    [Theory]
    [InlineData("mode=8")]
    [InlineData("size=x")]
    [InlineData("size=")]
    [InlineData("uid=-1")]
    [InlineData("frob=1")]
    public void BadValues_AreRefused(string text)
    {
        Result<MountOptions> parsed = MountOptions.Parse(text);
        Assert.False(parsed.IsOk);
        Assert.Contains(text, parsed.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0x1FDU, MountOptions.Parse("mode=0775").Value.RootMode ?? 0);
    }
}
