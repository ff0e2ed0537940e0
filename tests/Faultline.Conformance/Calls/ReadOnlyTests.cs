// mount(2) MS_RDONLY: what a read-only file system refuses, and what it does not

using System;
using System.Collections.Generic;
using Faultline.Abi;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class ReadOnlyTests(Targets targets) : PromiseTests(targets)
{
    private static readonly Dictionary<string, Func<IFileSystemCalls, Errno>> s_changes = new()
    {
        ["open O_CREAT"] = static fs => fs.Open("/new", O_CREAT | O_WRONLY, 0).Errno,
        ["open O_CREAT O_RDONLY"] = static fs => fs.Open("/new", O_CREAT | O_RDONLY, 0).Errno,
        ["open O_WRONLY"] = static fs => fs.Open("/f", O_WRONLY).Errno,
        ["open O_RDWR"] = static fs => fs.Open("/f", O_RDWR).Errno,
        ["open O_TRUNC"] = static fs => fs.Open("/f", O_RDONLY | O_TRUNC).Errno,
        ["tmpfile"] = static fs => fs.Open("/", O_TMPFILE | O_RDWR, 0).Errno,
        ["truncate"] = static fs => fs.Truncate("/f", 0).Errno,
        ["mkdir"] = static fs => fs.MkDir("/new").Errno,
        ["mknod"] = static fs => fs.MkNod("/new", S_IFIFO).Errno,
        ["symlink"] = static fs => fs.SymLink("x", "/new").Errno,
        ["link"] = static fs => fs.Link("/f", "/new").Errno,
        ["unlink"] = static fs => fs.Unlink("/f").Errno,
        ["rmdir"] = static fs => fs.RmDir("/d").Errno,
        ["rename"] = static fs => fs.Rename("/f", "/new").Errno,
        ["chmod"] = static fs => fs.ChMod("/f", 0).Errno,
        ["chown"] = static fs => fs.ChOwn("/f", 1, 1).Errno,
        ["lchown"] = static fs => fs.LChOwn("/s", 1, 1).Errno,
        ["utimensat"] = static fs => fs.SetTimes("/f", SetTime.Now, SetTime.Now).Errno,
        ["setxattr"] = static fs => fs.SetXattr("/f", "user.a", "v"u8).Errno,
        ["removexattr"] = static fs => fs.RemoveXattr("/f", "user.old").Errno,
        ["access W_OK"] = static fs => fs.Access("/f", W_OK).Errno,
        ["setflags"] = static fs => fs.SetFlags(fs.Open("/f", O_RDONLY).Ok(), FS_NODUMP_FL).Errno,
    };

    public static IEnumerable<string> Changes => s_changes.Keys;

    [Theory, Promise(Rows = nameof(Changes))]
    public void Change_IsEROFS(string target, string call) => OnSmall(target, fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        Assert.Equal(EROFS, s_changes[call](fs));
    }, call);

    [Theory, Promise]
    public void Reading_GoesOn_AndMovesNoAccessTime(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Age("/f");
        StatData before = fs.Stat("/f").Ok();
        fs.Remount(isReadOnly: true).Ok();
        Assert.Equal("abc", fs.Content("/f"));
        Assert.Equal(["d", "f", "s"], fs.Names("/"));
        Assert.Equal("x", fs.ReadLink("/s").Ok());
        Assert.Equal(before, fs.Stat("/f").Ok());
    });

    [Theory, Promise]
    public void CreatOfWhatExists_ForReading_Opens(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        Assert.Equal("abc", fs.Text(fs.Open("/f", O_CREAT | O_RDONLY, Scenes.Mode644).Ok()));
    });

    [Theory, Promise]
    public void NamesThatExist_AreEEXIST_NotEROFS(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        fs.MkDir("/d").Fails(EEXIST);
        fs.SymLink("x", "/f").Fails(EEXIST);
        fs.Open("/f", O_CREAT | O_EXCL | O_WRONLY, 0).Fails(EEXIST);
    });

    [Theory, Promise]
    public void NamesThatAreMissing_AreENOENT_NotEROFS(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        fs.ChMod("/missing", 0).Fails(ENOENT);
        fs.Open("/missing", O_WRONLY).Fails(ENOENT);
        fs.Truncate("/missing", 0).Fails(ENOENT);
    });

    [Theory, Promise]
    public void FSync_OfAFileOpenForReading_Succeeds(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        fs.FSync(fs.Open("/f", O_RDONLY).Ok()).Ok();
    });

    [Theory, Promise]
    public void ToReadOnly_WithAFileOpenForWriting_IsEBUSY(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        Handle file = fs.Open("/f", O_RDWR).Ok();
        fs.Remount(isReadOnly: true).Fails(EBUSY);
        fs.Close(file).Ok();
        fs.Remount(isReadOnly: true).Ok();
    });

    [Theory, Promise]
    public void ToReadOnly_WithAnUnlinkedOpenFile_IsEBUSY(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Open("/f", O_RDONLY).Ok();
        fs.Unlink("/f").Ok();
        fs.Remount(isReadOnly: true).Fails(EBUSY);
    });

    [Theory, Promise]
    public void ToWritable_ChangesAgain(string target) => OnSmall(target, static fs =>
    {
        Scene(fs);
        fs.Remount(isReadOnly: true).Ok();
        fs.Remount(isReadOnly: false).Ok();
        fs.MakeFile("/new", "def");
        Assert.Equal("def", fs.Content("/new"));
    });

    [Theory, Promise]
    public void DeviceForWriting_IsNoMatterOfTheMount(string target) => OnSmall(target, static fs =>
    {
        fs.MkNod("/c", S_IFCHR | Scenes.Mode777, 1, 3).Ok();
        fs.Remount(isReadOnly: true).Ok();
        fs.Access("/c", W_OK).Ok();
    });

    private static void Scene(IFileSystemCalls fs)
    {
        fs.MakeFile("/f", "abc");
        fs.SetXattr("/f", "user.old", "v"u8).Ok();
        fs.MkDir("/d").Ok();
        fs.SymLink("x", "/s").Ok();
    }
}
