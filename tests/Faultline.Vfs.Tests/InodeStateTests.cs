// Goal: attributes change in memory without allocation, snapshots stay what they were, and access times follow the
// policy of the mount.

using System;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Tests;

public sealed class InodeStateTests
{
    private const uint Regular = ModeBits.S_IFREG | 0x1A4;
    private static readonly MountOptions s_writable = new() { ReadOnly = false };

    [Fact]
    public void Snapshot_StaysWhatItWas_AndTheNextOneHasTheChange()
    {
        using FakeVolume volume = Make(s_writable, new ManualClock(1000));
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        InodeAttributes before = inode.Attributes;
        Assert.Same(before, inode.Attributes);
        using (ExclusiveGuard guard = inode.Lock.AcquireExclusive())
        {
            inode.SetSize(5);
            inode.AddSectors(8);
            inode.AddLinks(1);
            inode.ReplaceAttributes(inode.Attributes with { Uid = 7, SizeBytes = 99 });
            Assert.True(inode.TouchModified(volume.Now));
            Assert.False(inode.TouchModified(volume.Now));
        }

        InodeAttributes after = inode.Attributes;
        Assert.Equal((8192L, 0UL, 1U, 0U), (before.SizeBytes, before.Sectors, before.LinkCount, before.Uid));
        Assert.Equal((5L, 8UL, 2U, 7U), (after.SizeBytes, after.Sectors, after.LinkCount, after.Uid));
        Assert.Equal((5L, 2U, 7U), (inode.SizeBytes, inode.LinkCount, inode.Uid));
        Assert.Equal((1000L, 1000L), (after.ModifyTime.Seconds, after.ChangeTime.Seconds));
        Assert.Equal(InodeDirty.Times | InodeDirty.Size | InodeDirty.Attributes, volume.Dirtied);
        inode.Put();
    }

    [Fact]
    public void Overwrite_AllocatesNothing()
    {
        ManualClock clock = new(1000);
        using FakeVolume volume = Make(s_writable, clock);
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        using ExclusiveGuard guard = inode.Lock.AcquireExclusive();
        long before = 0;
        for (int turn = 0; turn < 2000; turn++)
        {
            if (turn == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            clock.Advance(1);
            inode.SetSize(turn);
            inode.TouchModified(volume.Now);
            _ = inode.TouchAccessedEntered();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        inode.Put();
    }

    [Fact]
    public void RelativeAccessTime_FollowsAModification_ThenRestsADay()
    {
        ManualClock clock = new(1_000_000);
        using FakeVolume volume = Make(s_writable, clock);
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        inode.TouchModified(volume.Now);
        Assert.True(inode.TouchAccessed());
        clock.Advance(1000);
        Assert.True(inode.TouchAccessed()); // as old as the modification
        clock.Advance(3_600_000);
        Assert.False(inode.TouchAccessed());
        clock.Advance(22 * 3_600_000L);
        Assert.False(inode.TouchAccessed());
        clock.Advance(3_600_000);
        Assert.True(inode.TouchAccessed());
        inode.Put();
    }

    [Theory]
    [InlineData("rw,noatime", false, false)]
    [InlineData("rw,strictatime", true, true)]
    [InlineData("rw,strictatime,nodiratime", true, false)]
    [InlineData("ro,strictatime", false, false)]
    public void AccessTimePolicy_Decides(string options, bool ofFile, bool ofDirectory)
    {
        using FakeVolume volume = Make(MountOptions.Parse(options).Value, new ManualClock(1000));
        Inode file = volume.Inodes.Get(new InodeNumber(10)).Value;
        Inode directory = volume.Inodes.Get(volume.RootNumber).Value;
        Assert.Equal(ofFile, file.TouchAccessed());
        Assert.Equal(ofDirectory, directory.TouchAccessed());
        file.Put();
        directory.Put();
    }

    [Fact]
    public void LazyTimes_AreKeptUntilAskedFor()
    {
        using FakeVolume volume = Make(s_writable with { LazyTime = true }, new ManualClock(1000));
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        inode.TouchModified(volume.Now);
        Assert.Equal(InodeDirty.None, volume.Dirtied);
        Assert.True(inode.FlushLazyTimes());
        Assert.False(inode.FlushLazyTimes());
        Assert.Equal(InodeDirty.Times, volume.Dirtied);
        inode.Put();
    }

    [Fact]
    public void LazyTimes_AreToldAtFsync_ButNotAtFdatasync()
    {
        using FakeVolume volume = Make(s_writable with { LazyTime = true }, new ManualClock(1000));
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        inode.TouchModified(volume.Now);
        using OpenFile file = new(inode, Credentials.Root, OpenFlags.O_RDONLY, new LockOwner("test"));
        file.Sync(dataOnly: true).ThrowIfError();
        Assert.Equal(InodeDirty.None, volume.Dirtied);
        file.Sync().ThrowIfError();
        Assert.Equal(InodeDirty.Times, volume.Dirtied);
    }

    [Fact]
    public async Task Damage_WhileFreezing_IsAnError_AndNobodyStaysFrozen()
    {
        using FakeVolume volume = Make(s_writable, new ManualClock(1000));
        volume.IsSyncDamaged = true;
        Assert.Equal(Errno.EUCLEAN, volume.FreezeVolume().Error.Errno);
        Assert.Equal(Errno.EUCLEAN, volume.Remount(new MountOptions()).Error.Errno);
        Assert.False(volume.IsFrozen);
        Task<bool> writer = Task.Run(() =>
        {
            Result entered = volume.EnterWrite(out FreezeGuard guard);
            guard.Dispose();
            return entered.IsOk;
        });
        Assert.True(await writer.WaitAsync(TimeSpan.FromSeconds(10)));
        volume.IsSyncDamaged = false;
        volume.FreezeVolume().ThrowIfError();
        volume.ThawVolume().ThrowIfError();
    }

    [Fact]
    public void FrozenVolume_GetsNoAccessTime()
    {
        using FakeVolume volume = Make(s_writable, new ManualClock(1000));
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        volume.Freeze.Freeze(FreezeLevel.Write);
        Assert.False(inode.TouchAccessed());
        volume.Freeze.Thaw(FreezeLevel.Write);
        Assert.True(inode.TouchAccessed());
        inode.Put();
    }

    [Fact]
    public void ChangingTheSizeWithoutTheLock_IsABug()
    {
        using FakeVolume volume = Make(s_writable, new ManualClock(1000));
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        Assert.Throws<CheckFailedException>(() => inode.SetSize(1));
        inode.Put();
    }

    private static FakeVolume Make(MountOptions options, IClock clock)
    {
        FakeVolume volume = new(options: options, clock: clock);
        volume.Add(10, Regular, 2, "f");
        return volume;
    }
}
