// Goal: open(2) refuses what it must, and the caches of inodes and names stay small without losing anybody's inode.

using System;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Tests;

public sealed class OpenAndCacheTests
{
    private const uint Regular = ModeBits.S_IFREG | 0x1A4;

    [Theory]
    [InlineData("/f", OpenFlags.O_RDONLY, Errno.OK)]
    [InlineData("/f", OpenFlags.O_DIRECTORY, Errno.ENOTDIR)]
    [InlineData("/f", OpenFlags.O_WRONLY, Errno.EROFS)]
    [InlineData("/f", OpenFlags.O_RDWR, Errno.EROFS)]
    [InlineData("/", OpenFlags.O_RDONLY, Errno.OK)]
    [InlineData("/", OpenFlags.O_RDWR, Errno.EISDIR)]
    [InlineData("/l", OpenFlags.O_NOFOLLOW, Errno.ELOOP)]
    [InlineData("/l", OpenFlags.O_NOFOLLOW | OpenFlags.O_PATH, Errno.OK)]
    [InlineData("/p", OpenFlags.O_RDONLY, Errno.ENXIO)]
    [InlineData("/f", (OpenFlags)0x4000_0000, Errno.EINVAL)]
    public void Open_AnswersAsLinuxDoes(string path, OpenFlags flags, Errno expected)
    {
        using FakeVolume volume = new();
        volume.Add(10, Regular, 2, "f");
        volume.Add(11, ModeBits.S_IFLNK | 0x1FF, 2, "l", "f");
        volume.Add(12, ModeBits.S_IFIFO | 0x1A4, 2, "p");
        Result<OpenFile> opened = new Mount(volume, Credentials.Root).Open(Encoding.UTF8.GetBytes(path), flags);
        Assert.Equal(expected, opened.IsOk ? Errno.OK : opened.Error.Errno);
        if (opened.IsOk)
        {
            opened.Value.Dispose();
        }
    }

    [Fact]
    public void Read_RefusesWhatIsNotReadable()
    {
        using FakeVolume volume = new();
        volume.Add(10, Regular, 2, "f");
        Mount mount = new(volume, Credentials.Root);
        byte[] buffer = new byte[10];
        using OpenFile directory = mount.Open("/"u8).Value;
        Assert.Equal(Errno.EISDIR, directory.Read(0, buffer).Error.Errno);
        using OpenFile path = mount.Open("/f"u8, OpenFlags.O_PATH).Value;
        Assert.Equal(Errno.EBADF, path.Read(0, buffer).Error.Errno);
        OpenFile file = mount.Open("/f"u8).Value;
        Assert.Equal(Errno.EINVAL, file.Read(-1, buffer).Error.Errno);
        Assert.Equal(0, file.Read(long.MaxValue - 1, buffer).Value);
        Assert.Equal(10, file.Read(0, buffer).Value);
        file.Dispose();
        file.Dispose();
        Assert.Equal(Errno.EBADF, file.Read(0, buffer).Error.Errno);
        using OpenFile direct = mount.Open("/f"u8, OpenFlags.O_DIRECT).Value;
        Assert.Equal(Errno.EINVAL, direct.Read(1, buffer).Error.Errno);
        Assert.Equal(512, direct.Read(512, new byte[512]).Value);
    }

    [Fact]
    public void ManyInodes_AreTrimmed_AndTheOneInUseStays()
    {
        FolioPool pool = new(1 << 20);
        FakeVolume volume = new(pool);
        for (ulong number = 100; number < 5100; number++)
        {
            volume.Add(number, Regular, 2, $"f{number}");
        }

        Mount mount = new(volume, Credentials.Root);
        OpenFile held = mount.Open("/f100"u8).Value;
        for (int number = 101; number < 5100; number++)
        {
            using OpenFile file = mount.Open(Encoding.UTF8.GetBytes($"/f{number}")).Value;
            Assert.Equal(10, file.Read(0, new byte[10]).Value);
        }

        Assert.InRange(volume.Inodes.Count, 1, 600);
        Assert.InRange(volume.Dentries.Count, 1, 1100);
        Inode again = volume.Inodes.Get(new InodeNumber(100)).Value;
        Assert.Same(held.Inode, again);
        again.Put();
        held.Dispose();
        volume.Dispose();
        Assert.Equal(0, pool.UsedBytes);
        pool.Dispose();
    }

    // Method: the read has passed its checks when the volume is unmounted, and goes on afterwards.
    [Fact]
    public void FirstRead_AgainstUnmount_LeavesNoPage()
    {
        FolioPool pool = new(1 << 20);
        pool.Workers.Mode = ReadaheadMode.Off;
        FakeVolume volume = new(pool);
        volume.Add(10, Regular, 2, "f");
        OpenFile file = new Mount(volume, Credentials.Root).Open("/f"u8).Value;
        _ = new ControlledScheduler(new ScriptedStrategy("reader@read.checked; unmounter@*; reader@*")).Run(
            ("unmounter", volume.Dispose),
            ("reader", () => Assert.False(file.Read(0, new byte[10]).IsOk)));
        file.Dispose();
        Assert.Equal(0, pool.UsedBytes);
        pool.Dispose();
    }

    [Fact]
    public void DamagedInode_IsReportedEachTime_AndKeepsNoSlot()
    {
        using FakeVolume volume = new();
        volume.Add(10, Regular, 2, "f");
        Assert.Equal(Errno.EUCLEAN, volume.Inodes.Get(new InodeNumber(999)).Error.Errno);
        Assert.Equal(Errno.EUCLEAN, volume.Inodes.Get(new InodeNumber(999)).Error.Errno);
        Assert.Equal(0, volume.Inodes.Count);
    }

    [Theory]
    [InlineData("ro,noatime,noload,sb=32768", true)]
    [InlineData("", true)]
    [InlineData("invalidate=rwsem", true)]
    [InlineData("frobnicate", false)]
    [InlineData("sb=x", false)]
    public void MountOptions_AreParsedOrRefusedByName(string text, bool isKnown)
    {
        Result<MountOptions> parsed = MountOptions.Parse(text);
        Assert.Equal(isKnown, parsed.IsOk);
        Assert.True(isKnown || parsed.Error.ToString().Contains(text, StringComparison.Ordinal));
    }
}
