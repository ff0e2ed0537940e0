// path_resolution(7), for every call that takes a path: what a path may be wrong in, and as which error it comes out.

using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class PathErrorTests(Targets targets) : PromiseTests(targets)
{
    public static IEnumerable<string> All => PathCalls.AllRows;

    public static IEnumerable<string> Existing => PathCalls.ExistingRows;

    public static IEnumerable<string> New => PathCalls.NewRows;

    public static IEnumerable<string> Following => PathCalls.ExistingRows.Where(PathCalls.FollowsLink);

    // The calls that need write permission on the directory.
    public static IEnumerable<string> Changing => PathCalls.NewRows.Concat(["unlink", "rmdir", "rename from"]);

    [Theory, Promise(Rows = nameof(All))]
    public void EmptyPath_IsENOENT(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, ""));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void MissingDirectory_IsENOENT(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, "/missing/x"));
    });

    [Theory, Promise(Rows = nameof(Existing))]
    public void MissingName_IsENOENT(string target, string call) => OnRow(target, call, fs =>
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, "/missing")));

    [Theory, Promise(Rows = nameof(All))]
    public void FileAsDirectory_IsENOTDIR(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENOTDIR, PathCalls.Make(fs, call, "/file/x"));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void NameOf256Bytes_IsENAMETOOLONG(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENAMETOOLONG, PathCalls.Make(fs, call, "/" + new string('n', 256)));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void NameOf255Bytes_IsTaken(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.NotEqual(ENAMETOOLONG, PathCalls.Make(fs, call, "/" + new string('n', 255)));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void PathOf4096Bytes_IsENAMETOOLONG(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENAMETOOLONG, PathCalls.Make(fs, call, Long(4096)));
    });

    [Theory, Promise(Rows = nameof(Existing))]
    public void PathOf4095Bytes_IsTaken(string target, string call) => OnRow(target, call, fs =>
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, Long(4095))));

    [Theory, Promise(Rows = nameof(All))]
    public void LoopOfLinks_IsELOOP(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        fs.SymLink("loop", "/loop").Ok();
        Assert.Equal(ELOOP, PathCalls.Make(fs, call, "/loop/x"));
    });

    [Theory, Promise(Rows = nameof(Following))]
    public void FinalLoop_IsELOOP(string target, string call) => OnRow(target, call, fs =>
    {
        fs.SymLink("two", "/one").Ok();
        fs.SymLink("one", "/two").Ok();
        // O_PATH follows like any open.
        Assert.Equal(ELOOP, PathCalls.Make(fs, call, "/one"));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void DanglingLinkAsDirectory_IsENOENT(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        fs.SymLink("nowhere", "/link").Ok();
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, "/link/x"));
    });

    [Theory, Promise(Rows = nameof(Following))]
    public void DanglingLink_IsENOENT(string target, string call) => OnRow(target, call, fs =>
    {
        fs.SymLink("nowhere", "/link").Ok();
        Assert.Equal(ENOENT, PathCalls.Make(fs, call, "/link"));
    });

    [Theory, Promise(Rows = nameof(All))]
    public void DirectoryWithoutSearch_IsEACCES(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeDirOf(Caller.User, "/dir", Scenes.Mode755);
        fs.MakeFileOf(Caller.User, "/dir/x", Scenes.Mode644);
        fs.MakeFileOf(Caller.User, "/file", Scenes.Mode644);
        fs.ChMod("/dir", Scenes.Mode600).Ok();
        Assert.Equal(EACCES, PathCalls.Make(fs.As(Caller.User), call, "/dir/x"));
    });

    [Theory, Promise(Rows = nameof(Changing))]
    public void DirectoryWithoutWrite_IsEACCES(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeDirOf(Caller.User, "/dir", Scenes.Mode755);
        fs.MakeFileOf(Caller.User, "/file", Scenes.Mode644);
        if (call == "rmdir")
        {
            fs.MakeDirOf(Caller.User, "/dir/x", Scenes.Mode755);
        }
        else if (call is "unlink" or "rename from")
        {
            fs.MakeFileOf(Caller.User, "/dir/x", Scenes.Mode644);
        }

        fs.ChMod("/dir", 0x16D).Ok(); // r-xr-xr-x
        Assert.Equal(EACCES, PathCalls.Make(fs.As(Caller.User), call, "/dir/x"));
    });

    [Theory, Promise(Rows = nameof(Changing))]
    public void DirectoryWithoutWrite_IsNothingToRoot(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MkDir("/dir").Ok();
        fs.MakeFile("/file");
        if (call == "rmdir")
        {
            fs.MkDir("/dir/x").Ok();
        }
        else if (call is "unlink" or "rename from")
        {
            fs.MakeFile("/dir/x");
        }

        fs.ChMod("/dir", 0).Ok();
        Assert.Equal(OK, PathCalls.Make(fs, call, "/dir/x"));
    });

    public static IEnumerable<string> Making => ["open O_CREAT O_EXCL", "mkdir", "mknod", "symlink", "link to"];

    [Theory, Promise(Rows = nameof(Making))]
    public void NameOfAFile_IsEEXIST(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        fs.MakeFile("/x");
        Assert.Equal(EEXIST, Make(fs, call, "/x"));
    });

    [Theory, Promise(Rows = nameof(Making))]
    public void NameOfADirectory_IsEEXIST(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        fs.MkDir("/x").Ok();
        Assert.Equal(EEXIST, Make(fs, call, "/x"));
    });

    // A link that leads nowhere is a name all the same.
    [Theory, Promise(Rows = nameof(Making))]
    public void NameOfADanglingLink_IsEEXIST(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        fs.SymLink("nowhere", "/x").Ok();
        Assert.Equal(EEXIST, Make(fs, call, "/x"));
        fs.Stat("/nowhere").Fails(ENOENT);
    });

    [Theory, Promise(Rows = nameof(Making))]
    public void Root_IsEEXIST(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(EEXIST, Make(fs, call, "/"));
    });

    // EEXIST comes before EACCES: what is there is no matter of permission.
    [Theory, Promise(Rows = nameof(Making))]
    public void ExistingName_InADirectoryWithoutWrite_IsEEXIST(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeDirOf(Caller.Root, "/dir", Scenes.Mode755);
        fs.MakeFileOf(Caller.User, "/file", Scenes.Mode644);
        fs.MakeFileOf(Caller.User, "/dir/x", Scenes.Mode644);
        Assert.Equal(EEXIST, Make(fs.As(Caller.User), call, "/dir/x"));
    });

    public static IEnumerable<string> OfFiles => PathCalls.ExistingRows.Where(static row => row is not "rmdir");

    [Theory, Promise(Rows = nameof(OfFiles))]
    public void FileWithTrailingSlash_IsENOTDIR(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MakeFile("/file");
        Assert.Equal(ENOTDIR, PathCalls.Make(fs, call, "/file/"));
    });

    public static IEnumerable<string> ReadingDirectories =>
        ["open", "open O_PATH", "stat", "lstat", "chmod", "chown", "lchown", "utimensat", "access", "statfs",
            "setxattr", "listxattr", "rmdir", "rename from", "mkdir"];

    [Theory, Promise(Rows = nameof(ReadingDirectories))]
    public void DirectoryWithTrailingSlashes_IsTaken(string target, string call) => OnRow(target, call, fs =>
    {
        if (call != "mkdir")
        {
            fs.MkDir("/dir").Ok();
        }

        Assert.Equal(OK, PathCalls.Make(fs, call, "/dir//"));
    });

    [Theory, Promise(Rows = nameof(ReadingDirectories))]
    public void SlashesAndDots_AreNothing(string target, string call) => OnRow(target, call, fs =>
    {
        fs.MkDir("/a").Ok();
        if (call != "mkdir")
        {
            fs.MkDir("/a/dir").Ok();
        }

        Assert.Equal(OK, PathCalls.Make(fs, call, "//a///./../a/dir"));
    });

    private static Abi.Errno Make(IFileSystemCalls fs, string call, FsPath path) => call == "open O_CREAT O_EXCL"
        ? fs.Open(path, O_CREAT | O_EXCL | O_WRONLY, Scenes.Mode644).Errno
        : PathCalls.Make(fs, call, path);

    // Without a slash at the start: a target may take it away.
    private static FsPath Long(int bytes)
    {
        StringBuilder path = new("missing/");
        while (path.Length < bytes - 1)
        {
            path.Append("./");
        }

        return path.ToString().PadRight(bytes, 'x')[..bytes];
    }
}
