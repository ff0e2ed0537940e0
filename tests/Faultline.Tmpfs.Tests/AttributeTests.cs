// Goal: owners, modes, times, flags, extended attributes and ACLs change by Linux's rules.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Tmpfs.Tests;

public sealed class AttributeTests : IDisposable
{
    private readonly Volume _volume = new("rw,mode=0777");

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Chmod_IsForTheOwner_AndDropsAGroupBitOfAnother()
    {
        UserFile("/f");
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.User.Chmod("/f"u8, 0xDED)));
        Assert.Equal(0xDEDU, Bits("/f"));
        _volume.Root.Chown("/f"u8, null, 77).ThrowIfError();
        Assert.Equal(0x1EDU, Bits("/f")); // set-id bits of a program are gone
        _volume.User.Chmod("/f"u8, 0xDED).ThrowIfError();
        Assert.Equal(0x9EDU, Bits("/f")); // the group is not theirs: no set-group-id
        _volume.File("/g");
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.User.Chmod("/g"u8, 0x1FF)));
    }

    [Theory]
    [InlineData(null, 2000U, Errno.OK)] // a group of theirs
    [InlineData(null, 3000U, Errno.EPERM)]
    [InlineData(1000U, 1000U, Errno.OK)]
    [InlineData(1001U, null, Errno.EPERM)]
    public void Chown_AnswersAsLinuxDoes(uint? uid, uint? gid, Errno expected)
    {
        UserFile("/f");
        Assert.Equal(expected, Volume.Outcome(_volume.User.Chown("/f"u8, uid, gid)));
    }

    [Fact]
    public void Times_AreTheOwners_NowIsForWriters()
    {
        _volume.File("/f");
        UnixTime time = new(5, 6);
        Assert.Equal(
            Errno.EPERM, Volume.Outcome(_volume.User.SetTimes("/f"u8, TimeUpdate.Set(time), TimeUpdate.Omit)));
        Assert.Equal(Errno.EACCES, Volume.Outcome(_volume.User.SetTimes("/f"u8, TimeUpdate.Now, TimeUpdate.Now)));
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.User.SetTimes("/f"u8, TimeUpdate.Omit, TimeUpdate.Omit)));
        _volume.Root.SetTimes("/f"u8, TimeUpdate.Set(time), TimeUpdate.Omit).ThrowIfError();
        Assert.Equal(time, _volume.Stat("/f").AccessTime);
        Assert.NotEqual(time, _volume.Stat("/f").ModifyTime);
        _volume.Root.Chmod("/f"u8, 0x1B6).ThrowIfError();
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.User.SetTimes("/f"u8, TimeUpdate.Now, TimeUpdate.Now)));
        Assert.Equal(
            Errno.EINVAL,
            Volume.Outcome(_volume.Root.SetTimes("/f"u8, TimeUpdate.Set(new UnixTime(0, 1_000_000_000)), default)));
    }

    [Fact]
    public void StickyDirectory_LetsOnlyOwnersRemove()
    {
        _volume.Dir("/t");
        _volume.Root.Chmod("/t"u8, 0x3FF).ThrowIfError();
        UserFile("/t/mine");
        Mount other = new(_volume.Tmpfs, new Credentials(1001, 1001, [], false));
        Assert.Equal(Errno.EPERM, Volume.Outcome(other.Unlink("/t/mine"u8)));
        Assert.Equal(Errno.EPERM, Volume.Outcome(other.Rename("/t/mine"u8, "/t/x"u8)));
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.User.Unlink("/t/mine"u8)));
    }

    [Fact]
    public void SetGroupIdDirectory_GivesItsGroup_AndItsBitToDirectories()
    {
        _volume.Dir("/d");
        _volume.Root.Chown("/d"u8, 1000, 5000).ThrowIfError();
        _volume.Root.Chmod("/d"u8, 0x5FF).ThrowIfError();
        _volume.User.Mkdir("/d/e"u8, 0x1C0).ThrowIfError();
        UserFile("/d/f", 0x5F8);
        Assert.Equal((5000U, 0x5C0U), (_volume.Stat("/d/e").Gid, Bits("/d/e")));
        Assert.Equal((5000U, 0x1E8U), (_volume.Stat("/d/f").Gid, Bits("/d/f"))); // not their group: no set-group-id
    }

    [Theory]
    [InlineData(InodeFlags.Immutable)]
    [InlineData(InodeFlags.Append)]
    public void FixedFile_StaysAsItIs(InodeFlags flags)
    {
        _volume.File("/f");
        _volume.Root.SetFlags("/f"u8, flags).ThrowIfError();
        Errno[] outcomes =
        [
            _volume.Open(_volume.Root, "/f", OpenFlags.O_WRONLY),
            _volume.Open(_volume.Root, "/f", OpenFlags.O_TRUNC | OpenFlags.O_APPEND | OpenFlags.O_WRONLY),
            Volume.Outcome(_volume.Root.Unlink("/f"u8)),
            _volume.Rename("/f", "/g"),
            Volume.Outcome(_volume.Root.Link("/f"u8, "/g"u8)),
            Volume.Outcome(_volume.Root.Chmod("/f"u8, 0)),
            Volume.Outcome(_volume.Root.Chown("/f"u8, 1, 1)),
            Volume.Outcome(_volume.Root.SetXattr("/f"u8, "user.x"u8, [])),
        ];
        Assert.All(outcomes, static outcome => Assert.Equal(Errno.EPERM, outcome));
        Errno append = _volume.Open(_volume.Root, "/f", OpenFlags.O_APPEND | OpenFlags.O_WRONLY);
        Assert.Equal(flags == InodeFlags.Append ? Errno.OK : Errno.EPERM, append);
        _volume.Root.SetFlags("/f"u8, InodeFlags.None).ThrowIfError();
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.Root.Unlink("/f"u8)));
    }

    [Fact]
    public void FixedDirectory_TakesNoNames_AndAnAppendOnlyOneLosesNone()
    {
        _volume.Dir("/i", "/a").File("/i/f", "/a/f");
        _volume.Root.SetFlags("/i"u8, InodeFlags.Immutable).ThrowIfError();
        _volume.Root.SetFlags("/a"u8, InodeFlags.Append).ThrowIfError();
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.Root.Mkdir("/i/x"u8, 0)));
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.Root.Unlink("/i/f"u8)));
        Assert.Equal(Errno.OK, Volume.Outcome(_volume.Root.Mkdir("/a/x"u8, 0)));
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.Root.Unlink("/a/f"u8)));
        Assert.Equal(Errno.EPERM, _volume.Rename("/a/f", "/a/g"));
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.User.SetFlags("/a"u8, InodeFlags.None)));
    }

    [Theory]
    [InlineData("user.x", true, Errno.OK)]
    [InlineData("user.x", false, Errno.EACCES)]
    [InlineData("trusted.x", true, Errno.OK)]
    [InlineData("trusted.x", false, Errno.EPERM)]
    [InlineData("security.x", false, Errno.EPERM)]
    [InlineData("user.", true, Errno.EINVAL)]
    [InlineData("other.x", true, Errno.EOPNOTSUPP)]
    [InlineData("system.x", true, Errno.EOPNOTSUPP)]
    [InlineData("nodot", true, Errno.EOPNOTSUPP)]
    [InlineData("", true, Errno.ERANGE)]
    public void SetXattr_AnswersAsLinuxDoes(string name, bool byRoot, Errno expected)
    {
        _volume.File("/f");
        Mount mount = byRoot ? _volume.Root : _volume.User;
        Assert.Equal(expected, Volume.Outcome(mount.SetXattr("/f"u8, Volume.Bytes(name), "v"u8)));
    }

    [Fact]
    public void Xattrs_AreStoredReplacedListedAndRemoved()
    {
        _volume.File("/f");
        Mount root = _volume.Root;
        Assert.Equal(Errno.ENODATA, Volume.Outcome(root.SetXattr("/f"u8, "user.a"u8, [], XattrFlags.XATTR_REPLACE)));
        root.SetXattr("/f"u8, "user.a"u8, "one"u8, XattrFlags.XATTR_CREATE).ThrowIfError();
        Assert.Equal(Errno.EEXIST, Volume.Outcome(root.SetXattr("/f"u8, "user.a"u8, [], XattrFlags.XATTR_CREATE)));
        root.SetXattr("/f"u8, "trusted.t"u8, "x"u8).ThrowIfError();
        byte[] value = new byte[10];
        Assert.Equal(3, root.GetXattr("/f"u8, "user.a"u8, value).Value);
        Assert.Equal(Errno.ERANGE, root.GetXattr("/f"u8, "user.a"u8, value.AsSpan(0, 2)).Error.Errno);
        Assert.Equal(Errno.ENODATA, _volume.User.GetXattr("/f"u8, "trusted.t"u8, value).Error.Errno);
        Assert.Equal(["user.a", "trusted.t"], Names(root, "/f"));
        Assert.Equal(["user.a"], Names(_volume.User, "/f"));
        Assert.Equal(Errno.E2BIG, Volume.Outcome(root.SetXattr("/f"u8, "user.a"u8, new byte[65537])));
        root.RemoveXattr("/f"u8, "user.a"u8).ThrowIfError();
        Assert.Equal(Errno.ENODATA, Volume.Outcome(root.RemoveXattr("/f"u8, "user.a"u8)));
        root.Symlink("x"u8, "/l"u8).ThrowIfError();
        Assert.Equal(
            Errno.EPERM, Volume.Outcome(root.SetXattr("/l"u8, "user.a"u8, [], finalLink: FinalLink.Keep)));
    }

    [Fact]
    public void OpenFiles_HaveTheSameCalls_UnlessTheyAreOnlyPaths()
    {
        _volume.File("/f");
        using OpenFile file = _volume.Root.Open("/f"u8, OpenFlags.O_RDWR).OrThrow();
        using OpenFile path = _volume.Root.Open("/f"u8, OpenFlags.O_PATH).OrThrow();
        _volume.Root.SetXattr(file, "user.a"u8, "one"u8).ThrowIfError();
        Assert.Equal(3, _volume.Root.GetXattr(file, "user.a"u8, []).Value);
        Assert.Equal(Errno.EBADF, _volume.Root.GetXattr(path, "user.a"u8, []).Error.Errno);
        Assert.Equal(Errno.EBADF, Volume.Outcome(_volume.Root.SetXattr(path, "user.a"u8, [])));
        Assert.Equal(Errno.EBADF, Volume.Outcome(_volume.Root.Chmod(path, 0)));
        _volume.Root.RemoveXattr(file, "user.a"u8).ThrowIfError();
        Assert.Equal([], Names(_volume.Root, "/f"));
        _volume.Root.SyncVolume(file).ThrowIfError();
        Assert.Equal(Errno.EBADF, Volume.Outcome(_volume.Root.SyncVolume(path)));
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.User.Freeze()));
        Assert.Equal(Errno.EPERM, Volume.Outcome(_volume.User.Thaw()));
    }

    [Fact]
    public void StatusFlags_Change_AndAppendOnlyFilesKeepO_APPEND()
    {
        UserFile("/f");
        using OpenFile file = _volume.User.Open("/f"u8, OpenFlags.O_RDWR).OrThrow();
        Assert.Equal(3, file.Write(0, "abc"u8).Value);
        file.SetStatusFlags(OpenFlags.O_APPEND | OpenFlags.O_NOATIME | OpenFlags.O_TRUNC).ThrowIfError();
        Assert.Equal(OpenFlags.O_RDWR | OpenFlags.O_APPEND | OpenFlags.O_NOATIME, file.Flags);
        Assert.Equal(1, file.Write(0, "d"u8).Value);
        Assert.Equal(4, file.SizeBytes);
        _volume.Root.SetFlags("/f"u8, InodeFlags.Append).ThrowIfError();
        Assert.Equal(Errno.EPERM, Volume.Outcome(file.SetStatusFlags(OpenFlags.O_RDONLY)));
        _volume.Root.SetFlags("/f"u8, InodeFlags.None).ThrowIfError();
        file.SetStatusFlags(OpenFlags.O_RDONLY).ThrowIfError();
        _volume.Root.Chown("/f"u8, 5, 5).ThrowIfError();
        Assert.Equal(Errno.EPERM, Volume.Outcome(file.SetStatusFlags(OpenFlags.O_NOATIME)));
        file.SetStatusFlags(OpenFlags.O_DIRECT).ThrowIfError();
        byte[] read = new byte[4];
        Assert.Equal(4, file.Read(0, read).Value);
        Assert.Equal("abcd"u8.ToArray(), read);
    }

    [Fact]
    public void AccessAcl_AndModeSayTheSame()
    {
        UserFile("/f", 0x1A4);
        byte[] acl = Acl((1, 6, 0), (2, 6, 1001), (4, 4, 0), (16, 6, 0), (32, 0, 0));
        _volume.User.SetXattr("/f"u8, "system.posix_acl_access"u8, acl).ThrowIfError();
        Assert.Equal(0x1B0U, Bits("/f")); // rw-rw----: the mask is the group's part
        Mount other = new(_volume.Tmpfs, new Credentials(1001, 1001, [], false));
        Assert.Equal(Errno.OK, _volume.Open(other, "/f", OpenFlags.O_RDWR));
        _volume.User.Chmod("/f"u8, 0x1A0).ThrowIfError(); // mask r--
        Assert.Equal(Errno.EACCES, _volume.Open(other, "/f", OpenFlags.O_RDWR));
        Assert.Equal(Errno.OK, _volume.Open(other, "/f", OpenFlags.O_RDONLY));
        byte[] minimal = Acl((1, 7, 0), (4, 5, 0), (32, 1, 0));
        _volume.User.SetXattr("/f"u8, "system.posix_acl_access"u8, minimal).ThrowIfError();
        Assert.Equal(0x1E9U, Bits("/f"));
        Assert.Equal(
            Errno.ENODATA, _volume.User.GetXattr("/f"u8, "system.posix_acl_access"u8, []).Error.Errno);
    }

    [Fact]
    public void DefaultAcl_IsInherited_AndTheUmaskDoesNotCount()
    {
        _volume.Dir("/d");
        byte[] acl = Acl((1, 7, 0), (2, 7, 1001), (4, 5, 0), (16, 7, 0), (32, 5, 0));
        _volume.Root.SetXattr("/d"u8, "system.posix_acl_default"u8, acl).ThrowIfError();
        Mount strict = new(_volume.Tmpfs, Credentials.Root) { Umask = 0x3F };
        strict.Open("/d/f"u8, OpenFlags.O_CREAT | OpenFlags.O_WRONLY, 0x1B6).OrThrow().Dispose();
        strict.Mkdir("/d/e"u8, 0x1FF).ThrowIfError();
        Assert.Equal(0x1B4U, Bits("/d/f")); // rw-rw-r--
        Assert.Equal(0x1FDU, Bits("/d/e"));
        Assert.Equal(acl.Length, strict.GetXattr("/d/e"u8, "system.posix_acl_default"u8, []).Value);
        Mount other = new(_volume.Tmpfs, new Credentials(1001, 1001, [], false));
        Assert.Equal(Errno.OK, _volume.Open(other, "/d/f", OpenFlags.O_RDWR));
        Assert.Equal(
            Errno.EACCES, Volume.Outcome(strict.SetXattr("/d/f"u8, "system.posix_acl_default"u8, acl)));
    }

    [Theory]
    [InlineData(new int[] { 1, 6, 4, 4 }, Errno.EINVAL)] // no other
    [InlineData(new int[] { 1, 6, 2, 6, 4, 4, 32, 0 }, Errno.EINVAL)] // a named user and no mask
    [InlineData(new int[] { 4, 4, 1, 6, 32, 0 }, Errno.EINVAL)] // order
    [InlineData(new int[] { 1, 9, 4, 4, 32, 0 }, Errno.EINVAL)] // bits
    [InlineData(new int[] { 1, 6, 4, 4, 32, 0 }, Errno.OK)]
    [InlineData(new int[] { }, Errno.OK)]
    public void Acl_MustBeWellFormed(int[] entries, Errno expected)
    {
        UserFile("/f");
        (ushort, ushort, uint)[] parts = new (ushort, ushort, uint)[entries.Length / 2];
        for (int index = 0; index < parts.Length; index++)
        {
            parts[index] = ((ushort)entries[2 * index], (ushort)entries[(2 * index) + 1], 0);
        }

        Assert.Equal(
            expected, Volume.Outcome(_volume.User.SetXattr("/f"u8, "system.posix_acl_access"u8, Acl(parts))));
    }

    [Fact]
    public void Truncation_DropsSetIdBits_OfAnOrdinaryCaller()
    {
        UserFile("/f");
        _volume.User.Chmod("/f"u8, 0x9ED).ThrowIfError();
        Assert.Equal(Errno.OK, _volume.Open(_volume.User, "/f", OpenFlags.O_WRONLY | OpenFlags.O_TRUNC));
        Assert.Equal(0x1EDU, Bits("/f"));
    }

    private static byte[] Acl(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        byte[] value = new byte[4 + (entries.Length * 8)];
        value[0] = 2;
        for (int index = 0; index < entries.Length; index++)
        {
            Span<byte> entry = value.AsSpan(4 + (index * 8), 8);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[index].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.Slice(2), entries[index].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.Slice(4), entries[index].Id);
        }

        return value;
    }

    private static List<string> Names(Mount mount, string path)
    {
        XattrNames sink = new();
        mount.ListXattrs(Volume.Bytes(path), sink).ThrowIfError();
        return sink.Names;
    }

    private uint Bits(string path) => _volume.Stat(path).Mode & ModeBits.PermissionMask;

    private void UserFile(string path, uint mode = 0x1A4)
    {
        using OpenFile file = _volume.User.Open(
            Volume.Bytes(path), OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY, mode).OrThrow();
    }

    private sealed class XattrNames : IXattrSink
    {
        internal List<string> Names { get; } = [];

        public void Add(ReadOnlySpan<byte> name, long valueLength) => Names.Add(Encoding.UTF8.GetString(name));
    }
}
