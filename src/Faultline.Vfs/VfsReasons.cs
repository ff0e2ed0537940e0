// Why the VFS refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs;

/// <summary>Reasons of the VFS.</summary>
public static class VfsReasons
{
    /// <summary>An unknown mount option.</summary>
    public static readonly Reason MountOption = new("Vfs.MountOption", Errno.EINVAL, "mount option not known");

    /// <summary>A look-up in something that is no directory.</summary>
    public static readonly Reason LookupNotDirectory =
        new("Vfs.LookupNotDirectory", Errno.ENOTDIR, "path component is not a directory");

    /// <summary>A listing of something that is no directory.</summary>
    public static readonly Reason ListNotDirectory =
        new("Vfs.ListNotDirectory", Errno.ENOTDIR, "not a directory");

    /// <summary>Readlink of something that is no link.</summary>
    public static readonly Reason ReadLinkNotLink =
        new("Vfs.ReadLinkNotLink", Errno.EINVAL, "not a symbolic link");

    /// <summary>No such attribute.</summary>
    public static readonly Reason XattrMissing =
        new("Vfs.XattrMissing", Errno.ENODATA, "extended attribute not found");
}
