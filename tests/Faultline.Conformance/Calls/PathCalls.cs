// Every call that takes a path, made so that it would succeed but for the path. The first word of a row is the call.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Abi;

namespace Faultline.Conformance.Calls;

internal static class PathCalls
{
    /// <summary>Calls on something that exists.</summary>
    internal static readonly Dictionary<string, Func<IFileSystemCalls, FsPath, Errno>> OnExisting = new()
    {
        ["open"] = static (fs, path) => fs.Open(path, O_RDONLY).Errno,
        ["open O_PATH"] = static (fs, path) => fs.Open(path, O_PATH).Errno,
        ["stat"] = static (fs, path) => fs.Stat(path).Errno,
        ["lstat"] = static (fs, path) => fs.LStat(path).Errno,
        ["chmod"] = static (fs, path) => fs.ChMod(path, Scenes.Mode755).Errno,
        ["chown"] = static (fs, path) => fs.ChOwn(path, 0, 0).Errno,
        ["lchown"] = static (fs, path) => fs.LChOwn(path, 0, 0).Errno,
        ["utimensat"] = static (fs, path) => fs.SetTimes(path, SetTime.Now, SetTime.Now).Errno,
        ["utimensat AT_SYMLINK_NOFOLLOW"] = static (fs, path) => fs.LSetTimes(path, SetTime.Now, SetTime.Now).Errno,
        ["access"] = static (fs, path) => fs.Access(path, F_OK).Errno,
        ["statfs"] = static (fs, path) => fs.StatFs(path).Errno,
        ["truncate"] = static (fs, path) => fs.Truncate(path, 0).Errno,
        ["readlink"] = static (fs, path) => fs.ReadLink(path).Errno,
        ["setxattr"] = static (fs, path) => fs.SetXattr(path, "user.a", "v"u8).Errno,
        ["getxattr"] = static (fs, path) => fs.GetXattr(path, "user.a", new byte[16]).Errno,
        ["listxattr"] = static (fs, path) => fs.ListXattr(path, new byte[16]).Errno,
        ["removexattr"] = static (fs, path) => fs.RemoveXattr(path, "user.a").Errno,
        ["name_to_handle_at"] = static (fs, path) => fs.NameToHandle(path).Errno,
        ["unlink"] = static (fs, path) => fs.Unlink(path).Errno,
        ["rmdir"] = static (fs, path) => fs.RmDir(path).Errno,
        ["rename from"] = static (fs, path) => fs.Rename(path, "/renamed").Errno,
        ["link from"] = static (fs, path) => fs.Link(path, "/linked").Errno,
    };

    /// <summary>Calls that make a name.</summary>
    internal static readonly Dictionary<string, Func<IFileSystemCalls, FsPath, Errno>> OnNew = new()
    {
        ["open O_CREAT"] = static (fs, path) => fs.Open(path, O_CREAT | O_WRONLY, Scenes.Mode644).Errno,
        ["mkdir"] = static (fs, path) => fs.MkDir(path).Errno,
        ["mknod"] = static (fs, path) => fs.MkNod(path, S_IFIFO | Scenes.Mode644).Errno,
        ["symlink"] = static (fs, path) => fs.SymLink("target", path).Errno,
        ["link to"] = static (fs, path) => fs.Link("/file", path).Errno,
        ["rename to"] = static (fs, path) => fs.Rename("/file", path).Errno,
    };

    internal static IEnumerable<string> ExistingRows => OnExisting.Keys;

    internal static IEnumerable<string> NewRows => OnNew.Keys;

    internal static IEnumerable<string> AllRows => OnExisting.Keys.Concat(OnNew.Keys);

    internal static Errno Make(IFileSystemCalls fs, string row, FsPath path) =>
        OnExisting.TryGetValue(row, out Func<IFileSystemCalls, FsPath, Errno>? call)
            ? call(fs, path)
            : OnNew[row](fs, path);

    internal static bool FollowsLink(string row) => row is not ("lstat" or "lchown" or "utimensat AT_SYMLINK_NOFOLLOW"
        or "readlink" or "unlink" or "rmdir" or "rename from" or "link from" or "name_to_handle_at" or "mkdir"
        or "mknod" or "symlink" or "link to" or "rename to");
}
