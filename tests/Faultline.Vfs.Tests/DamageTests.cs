// Goal: a call that meets damage gives back what it holds: references, open files, the count of writers. Method:
// damage planted in the driver's call; afterwards nobody may hold the inodes.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Tests;

public sealed class DamageTests : IDisposable
{
    private const uint Regular = ModeBits.S_IFREG | 0x1A4;
    private const uint Directory = ModeBits.S_IFDIR | 0x1ED;
    private readonly FakeVolume _volume = new(options: new MountOptions { ReadOnly = false });
    private readonly Mount _mount;

    public DamageTests()
    {
        _mount = new Mount(_volume, Credentials.Root);
        _ = _volume.Add(10, Regular, 2, "f");
        _ = _volume.Add(11, Regular, 2, "g");
        _ = _volume.Add(12, Directory, 2, "d");
        _ = _volume.Add(13, Directory, 2, "e");
    }

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Unlink_ReleasesTheFile()
    {
        _volume.IsChangeDamaged = true;
        _ = Assert.Throws<FsException>(() => _mount.Unlink("/f"u8));
        AssertUnreferenced(10);
    }

    [Fact]
    public void Rmdir_ReleasesTheDirectory()
    {
        _volume.IsChangeDamaged = true;
        _ = Assert.Throws<FsException>(() => _mount.Rmdir("/d"u8));
        AssertUnreferenced(12);
    }

    [Fact]
    public void Rename_ReleasesBoth()
    {
        _volume.IsChangeDamaged = true;
        _ = Assert.Throws<FsException>(() => _mount.Rename("/f"u8, "/g"u8));
        AssertUnreferenced(10);
        AssertUnreferenced(11);
        _ = Assert.Throws<FsException>(() => _mount.Rename("/d"u8, "/e/d"u8));
        AssertUnreferenced(12);
        AssertUnreferenced(13);
    }

    [Fact]
    public void Open_ReleasesWhatItFound()
    {
        _volume.Add(14, Regular, 2, "a").Acl = [2, 0, 0, 0];
        _volume.IsChangeDamaged = true;
        Mount other = new(_volume, new Credentials(5, 5, [], false));
        _ = Assert.Throws<FsException>(() => other.Open("/a"u8));
        AssertUnreferenced(14);
        _ = Assert.Throws<FsException>(() => other.Open("/a"u8, OpenFlags.O_CREAT));
        AssertUnreferenced(14);
    }

    [Fact]
    public void OpenThatCreates_ReleasesTheFile_AndIsNoWriterAnyMore()
    {
        MountOptions synchronous = new() { ReadOnly = false, DirectorySynchronous = true };
        _volume.Remount(synchronous).ThrowIfError();
        _volume.IsSyncDamaged = true;
        _ = Assert.Throws<FsException>(() => _mount.Open("/n"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR));
        _volume.IsSyncDamaged = false;
        using (OpenFile made = _mount.Open("/n"u8).OrThrow())
        {
            Assert.True(made.Inode.IsReferenced);
        }

        AssertUnreferenced(1004);
        _volume.Remount(new MountOptions()).ThrowIfError();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ModeThatCannotBeStored_LeavesTheAclAsItWas(bool isDamage)
    {
        byte[] acl = PermissionTests.Acl((1, 6, 0), (2, 4, 300), (4, 4, 0), (16, 4, 0), (32, 4, 0));
        byte[] other = PermissionTests.Acl((1, 7, 0), (2, 7, 300), (4, 7, 0), (16, 7, 0), (32, 7, 0));
        byte[] minimal = PermissionTests.Acl((1, 7, 0), (4, 7, 0), (32, 7, 0));
        FakeVolume.FakeNode node = _volume.Add(14, Regular, 2, "a");
        node.Acl = acl;
        _volume.OnAttributes = () => isDamage ? throw new FsException(FakeVolume.Damaged) : FakeVolume.NoName;
        Func<Result>[] calls =
        [
            () => _mount.Chmod("/a"u8, 0x1FF),
            () => _mount.SetXattr("/a"u8, "system.posix_acl_access"u8, other),
            () => _mount.SetXattr("/a"u8, "system.posix_acl_access"u8, minimal),
        ];
        foreach (Func<Result> call in calls)
        {
            Assert.False(Succeeds(call));
            Assert.Equal(acl, node.Acl);
        }

        using OpenFile file = _mount.Open("/a"u8).OrThrow();
        Assert.Equal(Regular, file.Inode.Mode);
        _volume.OnAttributes = null;
        _mount.Chmod("/a"u8, 0x1FF).ThrowIfError();
        Assert.Equal(PermissionTests.Acl((1, 7, 0), (2, 4, 300), (4, 4, 0), (16, 7, 0), (32, 7, 0)), node.Acl);
        Assert.Equal(ModeBits.S_IFREG | 0x1FF, file.Inode.Mode);
        _mount.SetXattr("/a"u8, "system.posix_acl_access"u8, minimal).ThrowIfError();
        Assert.Null(node.Acl);
    }

    private static bool Succeeds(Func<Result> call)
    {
        try
        {
            return call().IsOk;
        }
        catch (FsException)
        {
            return false;
        }
    }

    private void AssertUnreferenced(ulong number)
    {
        Inode inode = _volume.Inodes.Get(new InodeNumber(number)).OrThrow();
        inode.Put();
        Assert.False(inode.IsReferenced);
    }
}
