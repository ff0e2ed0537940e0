// open(2)

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    private const OpenFlags KnownFlags = OpenFlags.O_ACCMODE | OpenFlags.O_CREAT | OpenFlags.O_EXCL
        | OpenFlags.O_TRUNC | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_DSYNC
        | OpenFlags.O_DIRECT | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NOATIME
        | OpenFlags.O_PATH;

    private const OpenFlags WritingFlags =
        OpenFlags.O_WRONLY | OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_APPEND;

    /// <summary>Opens a file or directory.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="flags">Flags of open(2).</param>
    /// <returns>The open file; dispose it.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL unknown flags; EROFS writing on a read-only
    /// mount; EISDIR writing a directory; ELOOP O_NOFOLLOW and a link; ENOTDIR O_DIRECTORY and no
    /// directory; EACCES; ENXIO device, fifo or socket.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    /// <source>open(2)</source>
    public Result<OpenFile> Open(ReadOnlySpan<byte> path, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        if ((flags & ~KnownFlags) != 0)
        {
            return VfsReasons.OpenFlags;
        }

        FinalLink finalLink = (flags & OpenFlags.O_NOFOLLOW) != 0 ? FinalLink.Keep : FinalLink.Follow;
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        Result allowed = MayOpen(at.Inode, flags);
        if (!allowed.IsOk)
        {
            at.Dispose();
            return allowed.Error;
        }

        return new OpenFile(at.Inode, at.Dentry, flags);
    }

    private Result MayOpen(Inode inode, OpenFlags flags)
    {
        InodeAttributes attributes = inode.Cold;
        if ((flags & OpenFlags.O_DIRECTORY) != 0 && !attributes.IsDirectory)
        {
            return VfsReasons.OpenNotDirectory.At(inode.Number);
        }

        if ((flags & OpenFlags.O_PATH) != 0)
        {
            return Result.Ok;
        }

        if (attributes.IsSymbolicLink)
        {
            return VfsReasons.OpenLink.At(inode.Number);
        }

        if ((flags & WritingFlags) != 0)
        {
            return attributes.IsDirectory
                ? VfsReasons.OpenDirectoryWritable.At(inode.Number)
                : VfsReasons.OpenWritable;
        }

        if (!attributes.IsDirectory && !attributes.IsRegular)
        {
            return VfsReasons.OpenSpecial.At(inode.Number);
        }

        return Permission.Check(inode, AccessMask.Read, Credentials);
    }
}
