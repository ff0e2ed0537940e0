// Why the VFS refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs;

/// <summary>Reasons of the VFS.</summary>
public static class VfsReasons
{
    /// <summary>An unknown mount option.</summary>
    public static readonly Reason MountOption = new("Vfs.MountOption", Errno.EINVAL, "mount option not known");

    /// <summary>Remounting a volume writable whose driver cannot write.</summary>
    public static readonly Reason RemountWritable =
        new("Vfs.RemountWritable", Errno.EROFS, "the driver cannot write");

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

    /// <summary>Mode or ACL forbids it.</summary>
    public static readonly Reason PermissionDenied =
        new("Vfs.PermissionDenied", Errno.EACCES, "permission denied");

    /// <summary>An empty path.</summary>
    public static readonly Reason EmptyPath =
        new("Vfs.EmptyPath", Errno.ENOENT, "path is empty");

    /// <summary>A path beyond PATH_MAX.</summary>
    public static readonly Reason PathTooLong =
        new("Vfs.PathTooLong", Errno.ENAMETOOLONG, "path is longer than 4095 bytes");

    /// <summary>A name beyond the format's limit.</summary>
    public static readonly Reason NameTooLong =
        new("Vfs.NameTooLong", Errno.ENAMETOOLONG, "name is longer than the format allows");

    /// <summary>A loop of symbolic links.</summary>
    public static readonly Reason TooManyLinks =
        new("Vfs.TooManyLinks", Errno.ELOOP, "more than 40 symbolic links in one path");

    /// <summary>Something that is no directory in the middle of a path, or before a trailing slash.</summary>
    public static readonly Reason NotDirectory =
        new("Vfs.NotDirectory", Errno.ENOTDIR, "not a directory, but the path goes on");

    /// <summary>A relative walk that starts at something that is no directory.</summary>
    public static readonly Reason StepNotDirectory =
        new("Vfs.StepNotDirectory", Errno.ENOTDIR, "not a directory");

    /// <summary>A name that does not exist.</summary>
    public static readonly Reason NoSuchName =
        new("Vfs.NoSuchName", Errno.ENOENT, "no such file or directory");

    /// <summary>O_DIRECTORY on something else.</summary>
    public static readonly Reason OpenNotDirectory =
        new("Vfs.OpenNotDirectory", Errno.ENOTDIR, "O_DIRECTORY, but not a directory");

    /// <summary>O_NOFOLLOW on a link.</summary>
    public static readonly Reason OpenLink =
        new("Vfs.OpenLink", Errno.ELOOP, "O_NOFOLLOW, but a symbolic link");

    /// <summary>Opening for writing on a read-only mount.</summary>
    public static readonly Reason OpenWritable =
        new("Vfs.OpenWritable", Errno.EROFS, "cannot open for writing: the volume is mounted read-only");

    /// <summary>Opening a directory for writing.</summary>
    public static readonly Reason OpenDirectoryWritable =
        new("Vfs.OpenDirectoryWritable", Errno.EISDIR, "a directory cannot be opened for writing");

    /// <summary>Opening a device node, fifo or socket.</summary>
    public static readonly Reason OpenSpecial =
        new("Vfs.OpenSpecial", Errno.ENXIO, "devices, fifos and sockets inside a volume cannot be opened");

    /// <summary>Flags that are not understood.</summary>
    public static readonly Reason OpenFlags =
        new("Vfs.OpenFlags", Errno.EINVAL, "open flags not known");

    /// <summary>Use after close.</summary>
    public static readonly Reason FileClosed =
        new("Vfs.FileClosed", Errno.EBADF, "the open file was closed");

    /// <summary>O_WRONLY or O_PATH.</summary>
    public static readonly Reason NotReadable =
        new("Vfs.NotReadable", Errno.EBADF, "not open for reading");

    /// <summary>Reading a directory as a file.</summary>
    public static readonly Reason ReadDirectoryData =
        new("Vfs.ReadDirectoryData", Errno.EISDIR, "is a directory");

    /// <summary>A negative position.</summary>
    public static readonly Reason NegativePosition =
        new("Vfs.NegativePosition", Errno.EINVAL, "negative file position");

    /// <summary>An operation on extents of something without data.</summary>
    public static readonly Reason NotRegular =
        new("Vfs.NotRegular", Errno.EINVAL, "not a regular file");

    /// <summary>A direct read that may not wait.</summary>
    public static readonly Reason DirectWouldBlock =
        new("Vfs.DirectWouldBlock", Errno.EAGAIN, "a direct read always waits for the device");

    /// <summary>A seek for data before the file.</summary>
    public static readonly Reason SeekNegative =
        new("Vfs.SeekNegative", Errno.ENXIO, "cannot seek for data or holes before the first byte");

    /// <summary>A seek on a closed file, or of something without data.</summary>
    public static readonly Reason SeekInvalid =
        new("Vfs.SeekInvalid", Errno.EINVAL, "cannot seek for data or holes here");

    /// <summary>Asking for write access on a read-only mount.</summary>
    public static readonly Reason AccessReadOnly =
        new("Vfs.AccessReadOnly", Errno.EROFS, "the volume is mounted read-only");

    /// <summary>An inode by number for somebody who must search directories.</summary>
    public static readonly Reason HandleNotPermitted =
        new("Vfs.HandleNotPermitted", Errno.EPERM, "only a privileged caller may open an inode by number");

    /// <summary>A call on a volume that was unmounted.</summary>
    public static readonly Reason Unmounted =
        new("Vfs.Unmounted", Errno.ESTALE, "the volume was unmounted");

    /// <summary>Reading after close.</summary>
    public static readonly Reason ReadClosed =
        new("Vfs.ReadClosed", Errno.EBADF, "cannot read: the open file was closed");

    /// <summary>Reading something that has no data.</summary>
    public static readonly Reason NoData =
        new("Vfs.NoData", Errno.EINVAL, "holds no data that could be read");

    /// <summary>Reading an encrypted file.</summary>
    public static readonly Reason ContentsEncrypted =
        new("Vfs.ContentsEncrypted", Errno.ENOKEY, "contents are encrypted, and no key can be given");
}
