// Goal: an inode without names leaves with its last reference, by a worker and once; what goes wrong there is
// reported by the
// next sync; on a read-only volume it stays what the disk says.

using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs.Tests;

public sealed class InactivationTests
{
    private static readonly MountOptions s_writable = new() { ReadOnly = false };

    [Fact]
    public void LastReference_IsFollowedByInactivation_Once()
    {
        using FakeVolume volume = new(options: s_writable);
        volume.Add(10, ModeBits.S_IFREG | 0x1A4, 2, "f").LinkCount = 0;
        Inode inode = volume.Inodes.Get(new InodeNumber(10)).Value;
        Inode same = volume.Inodes.Get(new InodeNumber(10)).Value;
        inode.Put();
        Assert.True(volume.Inodes.Inactivation.IsIdle);
        same.Put();
        volume.Inodes.Inactivation.Drain();
        Assert.Equal((1, 0L), (volume.Inactivated, volume.Inodes.Count));
    }

    [Fact]
    public void DamageMetThere_IsReportedByTheNextSync_Once()
    {
        using FakeVolume volume = new(options: s_writable);
        FakeVolume.FakeNode node = volume.Add(10, ModeBits.S_IFREG | 0x1A4, 2, "f");
        node.LinkCount = 0;
        node.IsDamaged = true;
        volume.Inodes.Get(new InodeNumber(10)).Value.PutAndInactivate();
        Assert.Equal(Errno.EUCLEAN, volume.Sync().Error.Errno);
        Assert.True(volume.Sync().IsOk);
        Assert.Equal(0, volume.Inodes.Count);
    }

    [Fact]
    public void ReadOnlyVolume_KeepsWhatTheDiskSays()
    {
        using FakeVolume volume = new();
        volume.Add(10, ModeBits.S_IFREG | 0x1A4, 2, "f").LinkCount = 0;
        volume.Inodes.Get(new InodeNumber(10)).Value.Put();
        volume.Inodes.Inactivation.Drain();
        Assert.Equal((0, 1L), (volume.Inactivated, volume.Inodes.Count));
    }
}
