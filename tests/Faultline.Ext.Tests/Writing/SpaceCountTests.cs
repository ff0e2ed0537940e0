// Goal: what an inode says of its space is right when its attributes and its data change at once: attributes by callers
// under the inode lock, data by the ends of I/O, which hold no inode lock. e2fsck counts the blocks.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Ext.Tests.Writing;

public sealed class SpaceCountTests
{
    private const int Rounds = 400;

    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 1024 -O ea_inode")]
    [InlineData("-t ext3 -b 1024")]
    public void AttributesBesideEndsOfIo_CountEveryBlock(string features)
    {
        ArgumentNullException.ThrowIfNull(features);
        using ExtImage image = new(32L << 20, features.Split(' '));
        using FolioPool pool = new(64L << 20);
        using (FileDevice device = FileDevice.Open(image.Path, System.IO.FileAccess.ReadWrite))
        using (SuperBlock volume = MountOn(device, pool))
        {
            Mount mount = new(volume, Credentials.Root);
            TaskHandle data = Scheduler.Spawn("data", () => ChangeData(mount));
            ChangeAttributes(mount);
            data.Join();
            volume.Sync().ThrowIfError();
        }

        Tool.Run("e2fsck", "-fn", image.Path);
    }

    private static SuperBlock MountOn(FileDevice device, FolioPool pool)
    {
        MountContext context = new(device, pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        return new ExtFileSystemType().Mount(context).OrThrow();
    }

    private static void ChangeData(Mount mount)
    {
        byte[] bytes = new byte[64 << 10];
        using OpenFile file = mount.Open("/f"u8, OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x1A4).OrThrow();
        for (int round = 0; round < Rounds; round++)
        {
            _ = file.Write(0, bytes).OrThrow();
            file.Sync(dataOnly: true).ThrowIfError();
            file.Fallocate(FallocateFlags.PunchHole | FallocateFlags.KeepSize, 0, bytes.Length).ThrowIfError();
        }
    }

    private static void ChangeAttributes(Mount mount)
    {
        byte[] value = new byte[700];
        mount.Open("/f"u8, OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x1A4).OrThrow().Dispose();
        for (int round = 0; round < 4 * Rounds; round++)
        {
            mount.SetXattr("/f"u8, "user.value"u8, value).ThrowIfError();
            mount.RemoveXattr("/f"u8, "user.value"u8).ThrowIfError();
        }
    }
}
