// Goal: paths resolve as path_resolution(7) says, and cost what they should.

using System;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Tests;

public sealed class PathWalkTests : IDisposable
{
    private const uint Directory = ModeBits.S_IFDIR | 0x1ED; // rwxr-xr-x
    private const uint Regular = ModeBits.S_IFREG | 0x1A4; // rw-r--r--
    private const uint Link = ModeBits.S_IFLNK | 0x1FF;
    private readonly FakeVolume _volume = new();
    private readonly Mount _mount;

    public PathWalkTests()
    {
        _mount = new Mount(_volume, Credentials.Root);
        _volume.Add(10, Directory, 2, "a");
        _volume.Add(11, Directory, 10, "b");
        _volume.Add(12, Regular, 11, "file");
        _volume.Add(13, Link, 2, "to-file", "a/b/file");
        _volume.Add(14, Link, 11, "up", "../..");
        _volume.Add(15, Link, 2, "loop", "loop");
        _volume.Add(16, Link, 2, "absolute", "/a/b");
        _volume.Add(17, Link, 2, "nowhere", "missing/x");
        for (ulong index = 0; index <= 41; index++)
        {
            _volume.Add(100 + index, Link, 2, $"chain{index}", $"chain{index + 1}");
        }

        _volume.Add(142, Regular, 2, "chain42");
    }

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("/", 2)]
    [InlineData("a/b/file", 12)]
    [InlineData("/a//b/./file", 12)]
    [InlineData("///a/b/", 11)]
    [InlineData("/a/b/..", 10)]
    [InlineData("/../../a", 10)]
    [InlineData("/to-file", 12)]
    [InlineData("/a/b/up/a", 10)]
    [InlineData("/absolute/file", 12)]
    [InlineData("/absolute/", 11)]
    [InlineData("/chain3", 142)]
    public void Walk_ArrivesWhereLinuxDoes(string path, ulong inode) => Assert.Equal(inode, Resolve(path));

    [Theory]
    [InlineData("", Errno.ENOENT)]
    [InlineData("/missing", Errno.ENOENT)]
    [InlineData("/missing/x", Errno.ENOENT)]
    [InlineData("/a/b/file/", Errno.ENOTDIR)]
    [InlineData("/a/b/file/x", Errno.ENOTDIR)]
    [InlineData("/a/b/file/..", Errno.ENOTDIR)]
    [InlineData("/loop", Errno.ELOOP)]
    [InlineData("/loop/x", Errno.ELOOP)]
    [InlineData("/nowhere", Errno.ENOENT)]
    [InlineData("/to-file/", Errno.ENOTDIR)]
    public void Walk_FailsAsLinuxDoes(string path, Errno expected) => Assert.Equal(expected, ErrorOf(path));

    [Fact]
    public void FortyLinks_AreFollowed_AndFortyOneAreNot()
    {
        Assert.Equal(142UL, Resolve("/chain2"));
        Assert.Equal(Errno.ELOOP, ErrorOf("/chain1"));
    }

    [Fact]
    public void FinalLink_IsKeptWhenAsked_ButNotBeforeASlash()
    {
        using PathReference kept = _mount.Resolve("/absolute"u8, FinalLink.Keep).Value;
        Assert.Equal(16UL, kept.Inode.Number.Value);
        using PathReference followed = _mount.Resolve("/absolute/"u8, FinalLink.Keep).Value;
        Assert.Equal(11UL, followed.Inode.Number.Value);
    }

    [Fact]
    public void LongNamesAndPaths_AreENAMETOOLONG()
    {
        Assert.Equal(Errno.ENOENT, ErrorOf("/" + new string('x', 255)));
        Assert.Equal(Errno.ENAMETOOLONG, ErrorOf("/" + new string('x', 256)));
        StringBuilder path = new();
        while (path.Length < PathWalk.PathLengthMax)
        {
            path.Append("/.");
        }

        Assert.Equal(Errno.ENAMETOOLONG, ErrorOf(path.ToString()));
    }

    [Fact]
    public void SecondWalk_AsksNoDirectory_AndANegativeNameIsRemembered()
    {
        _ = Resolve("/a/b/file");
        _ = ErrorOf("/a/b/none");
        int before = _volume.Lookups;
        _ = Resolve("/a/b/file");
        Assert.Equal(Errno.ENOENT, ErrorOf("/a/b/none"));
        Assert.Equal(before, _volume.Lookups);
    }

    [Fact]
    public void CachedWalk_AllocatesNothing()
    {
        _ = Resolve("/a/b/file");
        byte[] path = Encoding.UTF8.GetBytes("/a/b/file");
        long before = 0;
        for (int turn = 0; turn < 20_000; turn++)
        {
            if (turn == 10_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            _mount.Resolve(path).Value.Dispose();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void DamagedDirectory_Throws_AndLeavesNoReferenceBehind()
    {
        _volume.Add(30, Directory, 2, "bad").IsDamaged = true;
        Assert.Throws<FsException>(() => _mount.Resolve("/bad/x"u8));
        Assert.Equal(30UL, Resolve("/bad"));
    }

    [Theory]
    [InlineData(0U, 0U, true)]
    [InlineData(7U, 7U, false)]
    public void SearchPermission_IsNeededOnTheWay(uint uid, uint gid, bool isAllowed)
    {
        _volume.Add(40, ModeBits.S_IFDIR | 0x1C0, 2, "private");
        _volume.Add(41, Regular, 40, "x");
        Mount mount = new(_volume, new Credentials(uid, gid, [], uid == 0));
        Result<PathReference> result = mount.Resolve("/private/x"u8);
        Assert.Equal(isAllowed, result.IsOk);
        if (result.IsOk)
        {
            result.Value.Dispose();
        }
        else
        {
            Assert.Equal(Errno.EACCES, result.Error.Errno);
        }
    }

    private ulong Resolve(string path)
    {
        using PathReference at = _mount.Resolve(Encoding.UTF8.GetBytes(path)).OrThrow();
        return at.Inode.Number.Value;
    }

    private Errno ErrorOf(string path)
    {
        Result<PathReference> result = _mount.Resolve(Encoding.UTF8.GetBytes(path));
        Assert.False(result.IsOk);
        return result.Error.Errno;
    }
}
