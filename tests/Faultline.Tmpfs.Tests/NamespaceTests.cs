// Goal: names behave as Linux has them: making, linking, removing, moving, and what is seen afterwards on every way.

using System;
using System.Linq;
using Faultline.Abi;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Walk;

namespace Faultline.Tmpfs.Tests;

public sealed class NamespaceTests : IDisposable
{
    private readonly Volume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void MadeNames_AreSeen_CountedAndListed()
    {
        _volume.Dir("/a", "/a/b").File("/a/f");
        _volume.Root.Symlink("f"u8, "/a/l"u8).ThrowIfError();
        _volume.Root.Mknod("/a/p"u8, ModeBits.S_IFIFO | 0x1B6).ThrowIfError();
        _volume.Root.Mknod("/a/c"u8, ModeBits.S_IFCHR | 0x1B6, 1, 3).ThrowIfError();
        Assert.Equal([".", "..", "b", "f", "l", "p", "c"], _volume.List("/a"));
        Assert.Equal(3U, _volume.Stat("/a").LinkCount);
        Assert.Equal(3U, _volume.Stat("/").LinkCount);
        Assert.Equal(ModeBits.S_IFREG | 0x1A4U, _volume.Stat("/a/f").Mode);
        Assert.Equal((1U, 3U), (_volume.Stat("/a/c").DeviceMajor, _volume.Stat("/a/c").DeviceMinor));
        Assert.Equal("f"u8.ToArray(), _volume.Root.ReadLink("/a/l"u8).Value.ToArray());
        Assert.Equal(140, _volume.Stat("/a").SizeBytes);
    }

    [Fact]
    public void NegativeName_IsForgottenByCreate_AndTheNameByUnlink()
    {
        _volume.Dir("/d");
        for (int turn = 0; turn < 3; turn++)
        {
            Assert.False(_volume.Exists("/d/f"));
            _volume.File("/d/f");
            Assert.True(_volume.Exists("/d/f"));
            _volume.Root.Unlink("/d/f"u8).ThrowIfError();
        }

        Assert.False(_volume.Exists("/d/f"));
    }

    [Fact]
    public void Link_ShowsOneFileUnderTwoNames_UntilTheLastGoes()
    {
        _volume.File("/f");
        _volume.Root.Link("/f"u8, "/g"u8).ThrowIfError();
        Assert.Equal(_volume.Number("/f"), _volume.Number("/g"));
        Assert.Equal(2U, _volume.Stat("/g").LinkCount);
        _volume.Root.Unlink("/f"u8).ThrowIfError();
        Assert.Equal(1U, _volume.Stat("/g").LinkCount);
        Assert.Equal(2, _volume.Tmpfs.UsedInodes);
        _volume.Root.Unlink("/g"u8).ThrowIfError();
        Assert.Equal(1, _volume.Tmpfs.UsedInodes);
    }

    [Fact]
    public void UnlinkedFile_LivesUntilItIsClosed()
    {
        _volume.File("/f");
        OpenFile file = _volume.Root.Open("/f"u8, OpenFlags.O_RDWR).OrThrow();
        _volume.Root.Unlink("/f"u8).ThrowIfError();
        Assert.Equal(0U, file.Inode.LinkCount);
        Assert.Equal(2, _volume.Tmpfs.UsedInodes);
        Assert.Equal(Errno.ENOENT, Volume.Outcome(_volume.Root.Link(file, "/again"u8)));
        file.Dispose();
        Assert.Equal(1, _volume.Tmpfs.UsedInodes);
    }

    [Fact]
    public void Tmpfile_GetsAName_UnlessExclusive()
    {
        OpenFlags flags = OpenFlags.O_TMPFILE | OpenFlags.O_RDWR;
        using (OpenFile file = _volume.Root.Open("/"u8, flags).OrThrow())
        using (OpenFile hidden = _volume.Root.Open("/"u8, flags | OpenFlags.O_EXCL).OrThrow())
        {
            Assert.Equal(3, _volume.Tmpfs.UsedInodes);
            Assert.Equal(Errno.ENOENT, Volume.Outcome(_volume.Root.Link(hidden, "/h"u8)));
            _volume.Root.Link(file, "/f"u8).ThrowIfError();
        }

        Assert.Equal(1U, _volume.Stat("/f").LinkCount);
        Assert.Equal(2, _volume.Tmpfs.UsedInodes);
    }

    [Fact]
    public void RemovedDirectory_ThatIsHeld_TakesNoNames()
    {
        _volume.Dir("/d");
        using OpenFile held = _volume.Root.Open("/d"u8).OrThrow();
        Mount at = _volume.Root.At(held);
        Assert.Equal(Errno.ENOENT, Volume.Outcome(at.Rmdir("x"u8)));
        _volume.Root.Rmdir("/d"u8).ThrowIfError();
        Assert.Equal(Errno.ENOENT, Volume.Outcome(at.Mkdir("x"u8, 0x1ED)));
        Assert.Equal(Errno.ENOENT, _volume.Open(at, "x", OpenFlags.O_CREAT | OpenFlags.O_WRONLY));
        Assert.Equal(Errno.ENOENT, Volume.Outcome(held.ReadDirectory(0, new NameSink())));
        using PathReference parent = at.Resolve(".."u8).OrThrow();
        Assert.Equal(1UL, parent.Inode.Number.Value);
    }

    [Fact]
    public void NewDirectoryUnderAnOldName_HasNoOldNames()
    {
        _volume.Dir("/d");
        Assert.False(_volume.Exists("/d/x"));
        _volume.Root.Rmdir("/d"u8).ThrowIfError();
        _volume.Dir("/d").File("/d/x");
        Assert.True(_volume.Exists("/d/x"));
        Assert.Equal(Errno.ENOTEMPTY, Volume.Outcome(_volume.Root.Rmdir("/d"u8)));
    }

    [Fact]
    public void MovedDirectory_KeepsItsNames_AndDotDotFollows()
    {
        _volume.Dir("/a", "/b", "/a/x", "/a/x/y").File("/a/x/f");
        Assert.True(_volume.Exists("/a/x/f"));
        using OpenFile held = _volume.Root.Open("/a/x/y"u8).OrThrow();
        Assert.Equal(Errno.OK, _volume.Rename("/a/x", "/b/z"));
        Assert.True(_volume.Exists("/b/z/f"));
        Assert.False(_volume.Exists("/a/x"));
        using PathReference up = _volume.Root.At(held).Resolve("../.."u8).OrThrow();
        Assert.Equal(_volume.Number("/b"), up.Inode.Number.Value);
        Assert.Equal((2U, 3U), (_volume.Stat("/a").LinkCount, _volume.Stat("/b").LinkCount));
        Assert.Equal(_volume.Number("/b"), _volume.Number("/b/z/.."));
    }

    [Fact]
    public void Exchange_SwapsAFileAndADirectory()
    {
        _volume.Dir("/a", "/b", "/a/d").File("/b/f", "/a/d/in");
        Assert.Equal(Errno.OK, _volume.Rename("/a/d", "/b/f", RenameFlags.RENAME_EXCHANGE));
        Assert.True(_volume.Exists("/b/f/in"));
        Assert.Equal(ModeBits.S_IFREG, _volume.Stat("/a/d").Type);
        Assert.Equal((2U, 3U), (_volume.Stat("/a").LinkCount, _volume.Stat("/b").LinkCount));
        Assert.Equal(_volume.Number("/b"), _volume.Number("/b/f/.."));
    }

    [Theory]
    [InlineData("/a", "/a/b/c", Errno.EINVAL)] // into itself
    [InlineData("/a", "/a/x", Errno.EINVAL)]
    [InlineData("/a/b/f", "/a", Errno.ENOTEMPTY)] // onto an ancestor
    [InlineData("/a/b", "/a", Errno.ENOTEMPTY)]
    [InlineData("/a", "/f", Errno.ENOTDIR)]
    [InlineData("/f", "/e", Errno.EISDIR)]
    [InlineData("/e", "/a", Errno.ENOTEMPTY)]
    [InlineData("/f/", "/g", Errno.ENOTDIR)]
    [InlineData("/f", "/g/", Errno.ENOTDIR)]
    [InlineData("/none", "/g", Errno.ENOENT)]
    [InlineData("/f", "/none/g", Errno.ENOENT)]
    [InlineData("/.", "/g", Errno.EBUSY)]
    [InlineData("/f", "/a/..", Errno.EBUSY)]
    [InlineData("/", "/g", Errno.EBUSY)]
    [InlineData("/f", "/f", Errno.OK)]
    [InlineData("/f", "/hard", Errno.OK)]
    [InlineData("/a/b", "/e", Errno.OK)]
    [InlineData("/e", "/new/", Errno.OK)]
    public void Rename_AnswersAsLinuxDoes(string from, string to, Errno expected)
    {
        _volume.Dir("/a", "/a/b", "/e").File("/f", "/a/b/f");
        _volume.Root.Link("/f"u8, "/hard"u8).ThrowIfError();
        long inodes = _volume.Tmpfs.UsedInodes;
        Assert.Equal(expected, _volume.Rename(from, to));
        Assert.True(expected == Errno.OK || inodes == _volume.Tmpfs.UsedInodes);
        Assert.True(to != "/hard" || _volume.Exists("/f"));
    }

    [Theory]
    [InlineData("/f", "/g", RenameFlags.RENAME_NOREPLACE, Errno.EEXIST)]
    [InlineData("/f", "/h", RenameFlags.RENAME_NOREPLACE, Errno.OK)]
    [InlineData("/f", "/h", RenameFlags.RENAME_EXCHANGE, Errno.ENOENT)]
    [InlineData("/f", "/h", RenameFlags.RENAME_WHITEOUT, Errno.OK)]
    [InlineData("/f", "/g", RenameFlags.RENAME_EXCHANGE | RenameFlags.RENAME_NOREPLACE, Errno.EINVAL)]
    [InlineData("/d/e", "/d", RenameFlags.RENAME_EXCHANGE, Errno.EINVAL)]
    [InlineData("/f", "/h", (RenameFlags)8, Errno.EINVAL)]
    public void RenameFlags_AnswerAsLinuxDoes(string from, string to, RenameFlags flags, Errno expected)
    {
        _volume.Dir("/d", "/d/e").File("/f", "/g");
        Assert.Equal(expected, _volume.Rename(from, to, flags));
    }

    [Fact]
    public void Whiteout_IsLeftAtTheOldName()
    {
        _volume.Dir("/d").File("/d/f", "/g");
        ulong file = _volume.Number("/d/f");
        Assert.Equal(Errno.OK, _volume.Rename("/d/f", "/g", RenameFlags.RENAME_WHITEOUT));
        Assert.Equal(file, _volume.Number("/g"));
        Assert.Equal((ModeBits.S_IFCHR, 0U, 0U), (
            _volume.Stat("/d/f").Mode, _volume.Stat("/d/f").DeviceMajor, _volume.Stat("/d/f").DeviceMinor));
        Assert.Equal([".", "..", "f"], _volume.List("/d"));
        Assert.Equal(4, _volume.Tmpfs.UsedInodes);
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.Root.Unlink("/d/f"u8)));
        _ = Tree.CheckAll(_volume);
    }

    [Fact]
    public void ReplacedFile_IsFreed_AndAnOpenOneStays()
    {
        _volume.File("/a", "/b", "/c");
        using (OpenFile held = _volume.Root.Open("/b"u8).OrThrow())
        {
            Assert.Equal(Errno.OK, _volume.Rename("/a", "/b"));
            Assert.Equal(4, _volume.Tmpfs.UsedInodes);
        }

        Assert.Equal(3, _volume.Tmpfs.UsedInodes);
        Assert.Equal(Errno.OK, _volume.Rename("/c", "/b"));
        Assert.Equal(2, _volume.Tmpfs.UsedInodes);
    }

    [Theory]
    [InlineData("/f", OpenFlags.O_CREAT | OpenFlags.O_EXCL, Errno.EEXIST)]
    [InlineData("/dangling", OpenFlags.O_CREAT | OpenFlags.O_EXCL, Errno.EEXIST)]
    [InlineData("/dangling", OpenFlags.O_CREAT | OpenFlags.O_NOFOLLOW, Errno.ELOOP)]
    [InlineData("/dangling", OpenFlags.O_CREAT, Errno.OK)]
    [InlineData("/new/", OpenFlags.O_CREAT, Errno.EISDIR)]
    [InlineData("/d", OpenFlags.O_CREAT, Errno.EISDIR)]
    [InlineData("/d/.", OpenFlags.O_CREAT, Errno.EISDIR)]
    [InlineData("/none/x", OpenFlags.O_CREAT, Errno.ENOENT)]
    [InlineData("/f/x", OpenFlags.O_CREAT, Errno.ENOTDIR)]
    [InlineData("/f", OpenFlags.O_CREAT | OpenFlags.O_DIRECTORY, Errno.EINVAL)]
    [InlineData("/d", OpenFlags.O_TMPFILE, Errno.EINVAL)] // not writable
    [InlineData("/f", OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, Errno.ENOTDIR)]
    [InlineData("/f", OpenFlags.O_TRUNC | OpenFlags.O_WRONLY, Errno.OK)]
    [InlineData("/d", OpenFlags.O_TRUNC, Errno.EISDIR)]
    public void Open_AnswersAsLinuxDoes(string path, OpenFlags flags, Errno expected)
    {
        _volume.Dir("/d").File("/f");
        _volume.Root.Symlink("made"u8, "/dangling"u8).ThrowIfError();
        Assert.Equal(expected, _volume.Open(_volume.Root, path, flags));
        Assert.Equal(path == "/dangling" && expected == Errno.OK, _volume.Exists("/made"));
    }

    [Theory]
    [InlineData("/f/", Errno.ENOTDIR)]
    [InlineData("/d", Errno.EISDIR)]
    [InlineData("/d/", Errno.EISDIR)]
    [InlineData("/.", Errno.EISDIR)]
    [InlineData("/none", Errno.ENOENT)]
    [InlineData("/f", Errno.OK)]
    public void Unlink_AnswersAsLinuxDoes(string path, Errno expected)
    {
        _volume.Dir("/d").File("/f");
        Assert.Equal(expected, Volume.Outcome(_volume.Root.Unlink(Volume.Bytes(path))));
    }

    [Theory]
    [InlineData("/f", Errno.ENOTDIR)]
    [InlineData("/", Errno.EBUSY)]
    [InlineData("/d/.", Errno.EINVAL)]
    [InlineData("/d/..", Errno.ENOTEMPTY)]
    [InlineData("/d", Errno.ENOTEMPTY)]
    [InlineData("/d/e/", Errno.OK)]
    public void Rmdir_AnswersAsLinuxDoes(string path, Errno expected)
    {
        _volume.Dir("/d", "/d/e").File("/f");
        Assert.Equal(expected, Volume.Outcome(_volume.Root.Rmdir(Volume.Bytes(path))));
    }

    [Fact]
    public void Handles_FindTheInode_AndAreStaleAfterwards()
    {
        _volume.File("/f");
        Vfs.Mounts.InodeHandle handle = _volume.Root.NameToHandle("/f"u8).OrThrow();
        using (OpenFile file = _volume.Root.OpenByHandle(handle).OrThrow())
        {
            Assert.Equal(_volume.Number("/f"), file.Inode.Number.Value);
        }

        Assert.Equal(Errno.EPERM, _volume.User.OpenByHandle(handle).Error.Errno);
        Assert.Equal(
            Errno.ESTALE, _volume.Root.OpenByHandle(handle with { Generation = 77 }).Error.Errno);
        _volume.Root.Unlink("/f"u8).ThrowIfError();
        Assert.Equal(Errno.ESTALE, _volume.Root.OpenByHandle(handle).Error.Errno);
    }

    [Fact]
    public void Listing_WhileNamesComeAndGo_MissesNone_AndRepeatsNone()
    {
        _volume.Dir("/d");
        string[] stay = [.. Enumerable.Range(0, 200).Select(static index => $"stay{index}")];
        for (int index = 0; index < 200; index++)
        {
            _volume.File($"/d/{stay[index]}", $"/d/go{index}");
        }

        using OpenFile directory = _volume.Root.Open("/d"u8).OrThrow();
        NameSink sink = new(0);
        for (int turn = 0; turn < 200; turn++)
        {
            sink.More(3);
            directory.ReadDirectory(sink.Cookie, sink).ThrowIfError();
            _volume.Root.Unlink(Volume.Bytes($"/d/go{turn * 7 % 200}")).ThrowIfError();
            _volume.File($"/d/new{turn}");
        }

        sink.More(int.MaxValue);
        directory.ReadDirectory(sink.Cookie, sink).ThrowIfError();
        Assert.Equal(sink.Names.Count, sink.Names.Distinct().Count());
        Assert.Equal(stay, sink.Names.Where(static name => name.StartsWith("stay", StringComparison.Ordinal)));
    }

    [Fact]
    public void Unmount_LeavesNoPageBehind_AndOpenFilesAnswerEstale()
    {
        OpenFile file = _volume.Root.Open("/f"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR).OrThrow();
        _volume.Dir("/d", "/d/e");
        _volume.Tmpfs.Dispose();
        Assert.Equal(Errno.ESTALE, Volume.Outcome(_volume.Root.Mkdir("/x"u8, 0)));
        Assert.Equal(Errno.EBADF, Volume.Outcome(_volume.Root.Chmod(file, 0)));
        file.Dispose();
    }
}
