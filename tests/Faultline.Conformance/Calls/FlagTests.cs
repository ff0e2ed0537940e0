// ioctl_iflags(2): the immutable and the append-only flag

using System;
using System.Collections.Generic;
using Faultline.Abi;

namespace Faultline.Conformance.Calls;

[Needs("names", "setflags")]
public sealed class FlagTests(Targets targets) : PromiseTests(targets)
{
    private static readonly Dictionary<string, Func<IFileSystemCalls, Errno>> s_changesOfFile = new()
    {
        ["open O_WRONLY"] = static fs => fs.Open("/f", O_WRONLY).Errno,
        ["open O_APPEND"] = static fs => fs.Open("/f", O_WRONLY | O_APPEND).Errno,
        ["open O_TRUNC"] = static fs => fs.Open("/f", O_WRONLY | O_TRUNC).Errno,
        ["truncate"] = static fs => fs.Truncate("/f", 0).Errno,
        ["chmod"] = static fs => fs.ChMod("/f", 0).Errno,
        ["chown"] = static fs => fs.ChOwn("/f", 1, 1).Errno,
        ["utimensat to a time"] = static fs => fs.SetTimes("/f", new SetTime(1, 0), new SetTime(1, 0)).Errno,
        ["utimensat to now"] = static fs => fs.SetTimes("/f", SetTime.Now, SetTime.Now).Errno,
        ["setxattr"] = static fs => fs.SetXattr("/f", "user.a", "v"u8).Errno,
        ["removexattr"] = static fs => fs.RemoveXattr("/f", "user.old").Errno,
        ["unlink"] = static fs => fs.Unlink("/f").Errno,
        ["rename"] = static fs => fs.Rename("/f", "/g").Errno,
        ["rename over it"] = static fs => fs.Rename("/other", "/f").Errno,
        ["link"] = static fs => fs.Link("/f", "/g").Errno,
    };

    private static readonly Dictionary<string, Func<IFileSystemCalls, Errno>> s_changesOfDirectory = new()
    {
        ["open O_CREAT"] = static fs => fs.Open("/d/new", O_CREAT | O_WRONLY, 0).Errno,
        ["mkdir"] = static fs => fs.MkDir("/d/new").Errno,
        ["mknod"] = static fs => fs.MkNod("/d/new", S_IFIFO).Errno,
        ["symlink"] = static fs => fs.SymLink("x", "/d/new").Errno,
        ["link into it"] = static fs => fs.Link("/f", "/d/new").Errno,
        ["rename into it"] = static fs => fs.Rename("/f", "/d/new").Errno,
        ["unlink"] = static fs => fs.Unlink("/d/f").Errno,
        ["rmdir"] = static fs => fs.RmDir("/d/sub").Errno,
        ["rename within it"] = static fs => fs.Rename("/d/f", "/d/new").Errno,
        ["rename out of it"] = static fs => fs.Rename("/d/f", "/new").Errno,
    };

    public static IEnumerable<string> ChangesOfFile => s_changesOfFile.Keys;

    public static IEnumerable<string> ChangesOfDirectory => s_changesOfDirectory.Keys;

    [Theory, Promise(Rows = nameof(ChangesOfFile))]
    public void ImmutableFile_RefusesEveryChange(string target, string call) => OnRow(target, call, fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/f", FS_IMMUTABLE_FL);
        // ioctl_iflags(2) has EPERM for all; setting the times to now is answered as a question of permission.
        Assert.Equal(EPERM, s_changesOfFile[call](fs));
        Assert.Equal("abc", fs.Content("/f"));
    });

    [Theory, Promise(Rows = nameof(ChangesOfFile))]
    public void AppendOnlyFile_RefusesWhatIsNoAppending(string target, string call) => OnRow(target, call, fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/f", FS_APPEND_FL);
        bool isAllowed = call is "open O_APPEND" or "utimensat to now";
        Assert.Equal(isAllowed ? OK : EPERM, s_changesOfFile[call](fs));
    });

    [Theory, Promise(Rows = nameof(ChangesOfDirectory))]
    public void ImmutableDirectory_RefusesEveryChangeOfNames(string target, string call) => OnRow(target, call, fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/d", FS_IMMUTABLE_FL);
        Assert.Equal(EPERM, s_changesOfDirectory[call](fs));
        Assert.Equal(["f", "sub"], fs.Names("/d"));
    });

    [Theory, Promise(Rows = nameof(ChangesOfDirectory))]
    public void AppendOnlyDirectory_TakesNewNames_AndLosesNone(string target, string call) => OnRow(target, call, fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/d", FS_APPEND_FL);
        bool makes = call is "open O_CREAT" or "mkdir" or "mknod" or "symlink" or "link into it"
            or "rename into it";
        Assert.Equal(makes ? OK : EPERM, s_changesOfDirectory[call](fs));
    });

    [Theory, Promise]
    public void Flags_ReadBack_AndShowInStatx(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        using Flag flag = new(fs, "/f", FS_NODUMP_FL | FS_APPEND_FL);
        uint mask = FS_NODUMP_FL | FS_APPEND_FL | FS_IMMUTABLE_FL;
        Assert.Equal(FS_NODUMP_FL | FS_APPEND_FL, fs.GetFlags(file).Ok() & mask);
        Assert.Equal(
            STATX_ATTR_NODUMP | STATX_ATTR_APPEND,
            fs.Stat("/f").Ok().Attributes & (STATX_ATTR_NODUMP | STATX_ATTR_APPEND | STATX_ATTR_IMMUTABLE));
    });

    [Theory, Promise]
    public void ImmutableFile_IsReadAsAlways(string target) => On(target, static fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/f", FS_IMMUTABLE_FL);
        Assert.Equal("abc", fs.Content("/f"));
        fs.GetXattr("/f", "user.old", new byte[4]).Is(1);
    });

    [Theory, Promise]
    public void ImmutableFile_ItsFlagCanBeCleared(string target) => On(target, static fs =>
    {
        Scene(fs);
        Handle file = fs.Open("/f", O_RDONLY).Ok();
        uint before = fs.GetFlags(file).Ok();
        fs.SetFlags(file, before | FS_IMMUTABLE_FL).Ok();
        fs.SetFlags(file, before).Ok();
        fs.Unlink("/f").Ok();
    });

    [Theory, Promise]
    public void AppendOnlyFile_Appends(string target) => On(target, static fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/f", FS_APPEND_FL);
        fs.Write(fs.Open("/f", O_WRONLY | O_APPEND).Ok(), "def");
        Assert.Equal("abcdef", fs.Content("/f"));
    });

    [Theory, Promise("setfl")]
    public void AppendOnlyFile_DoesNotLetAppendBeCleared(string target) => On(target, static fs =>
    {
        Scene(fs);
        using Flag flag = new(fs, "/f", FS_APPEND_FL);
        Handle file = fs.Open("/f", O_WRONLY | O_APPEND).Ok();
        fs.SetStatusFlags(file, 0).Fails(EPERM);
    });

    [Theory, Promise]
    public void ImmutableAndAppend_ByAUser_AreEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        IFileSystemCalls user = fs.As(Caller.User);
        Handle file = user.Open("/f", O_RDONLY).Ok();
        uint before = user.GetFlags(file).Ok();
        user.SetFlags(file, before | FS_IMMUTABLE_FL).Fails(EPERM);
        user.SetFlags(file, before | FS_APPEND_FL).Fails(EPERM);
        user.SetFlags(file, before | FS_NODUMP_FL).Ok();
    });

    [Theory, Promise]
    public void Flags_BySomebodyElse_AreEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", Scenes.Mode777);
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).SetFlags(file, fs.GetFlags(file).Ok() | FS_NODUMP_FL).Fails(EPERM);
    });

    [Theory, Promise("atime")]
    public void NoAtimeFlag_KeepsTheAccessTime(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        using Flag flag = new(fs, "/f", FS_NOATIME_FL);
        StatData before = fs.Age("/f");
        fs.Content("/f");
        Assert.Equal(before.Atime, fs.Stat("/f").Ok().Atime);
    });

    [Theory, Promise]
    public void Flags_MoveTheChangeTime(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        StatData before = fs.Age("/f");
        fs.WaitPast(before.Ctime);
        fs.SetFlags(file, fs.GetFlags(file).Ok() | FS_NODUMP_FL).Ok();
        StatData after = fs.Stat("/f").Ok();
        Assert.NotEqual(before.Ctime, after.Ctime);
        Assert.Equal(before.Mtime, after.Mtime);
    });

    // A descriptor that could write before goes on: the flag is checked at open. Truncation is checked at the call.
    [Theory, Promise]
    public void OpenFile_FTruncate_AfterTheFlag_IsEPERM(string target) => On(target, static fs =>
    {
        Scene(fs);
        Handle file = fs.Open("/f", O_RDWR).Ok();
        using Flag flag = new(fs, "/f", FS_APPEND_FL);
        fs.FTruncate(file, 1).Fails(EPERM);
    });

    private static void Scene(IFileSystemCalls fs)
    {
        fs.MakeFile("/f", "abc");
        fs.SetXattr("/f", "user.old", "v"u8).Ok();
        fs.MakeFile("/other");
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f");
        fs.MkDir("/d/sub").Ok();
    }

    private sealed class Flag : IDisposable
    {
        private readonly IFileSystemCalls _fs;
        private readonly Handle _file;
        private readonly uint _before;

        internal Flag(IFileSystemCalls fs, FsPath path, uint flag)
        {
            _fs = fs;
            _file = fs.Open(path, O_RDONLY).Ok();
            _before = fs.GetFlags(_file).Ok();
            fs.SetFlags(_file, _before | flag).Ok();
        }

        public void Dispose() => _fs.SetFlags(_file, _before).Ok();
    }
}
