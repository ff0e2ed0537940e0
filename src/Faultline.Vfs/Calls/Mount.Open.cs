// open(2)

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    private const OpenFlags KnownFlags = OpenFlags.O_ACCMODE | OpenFlags.O_CREAT | OpenFlags.O_EXCL
        | OpenFlags.O_TRUNC | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_SYNC
        | OpenFlags.O_DIRECT | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NOATIME
        | OpenFlags.O_PATH | OpenFlags.O_TMPFILE | OpenFlags.O_CLOEXEC | OpenFlags.O_LARGEFILE
        | OpenFlags.O_NOCTTY;

    private const OpenFlags PathFlags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;

    /// <summary>Opens a file or directory, creating the file if asked.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="flags">Flags of open(2).</param>
    /// <param name="mode">Permission bits of a file that is created; the umask or a default ACL takes away.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL unknown or contradictory flags; EEXIST O_EXCL; EROFS; EISDIR;
    /// ELOOP O_NOFOLLOW and a link; ENOTDIR O_DIRECTORY and no directory; EACCES; EPERM immutable, append-only, or
    /// O_NOATIME by another than the owner; ENXIO device, fifo or socket; EOPNOTSUPP O_TMPFILE that the driver has
    /// not; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: nothing. Takes: inode lock of directories; to create or truncate, freeze level Write and inode
    /// locks exclusive.</locks>
    /// <source>open(2)</source>
    public Result<OpenFile> Open(
        ReadOnlySpan<byte> path, OpenFlags flags = OpenFlags.O_RDONLY, uint mode = 0x1B6)
    {
        if ((flags & OpenFlags.O_PATH) != 0)
        {
            flags &= PathFlags | ~KnownFlags;
        }

        Result sound = AreSound(flags);
        if (!sound.IsOk)
        {
            return sound.Error;
        }

        if ((flags & OpenFlags.O_TMPFILE) == OpenFlags.O_TMPFILE)
        {
            return OpenUnnamed(path, flags, mode);
        }

        return (flags & OpenFlags.O_CREAT) != 0 ? OpenOrCreate(path, flags, mode) : OpenExisting(path, flags);
    }

    private static Result AreSound(OpenFlags flags)
    {
        bool isTmpfile = (flags & OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY) != 0;
        bool isWritable = (flags & OpenFlags.O_ACCMODE) is OpenFlags.O_WRONLY or OpenFlags.O_RDWR;
        if ((flags & ~KnownFlags) != 0 || (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE)
        {
            return VfsReasons.OpenFlags;
        }

        bool isContradictory = isTmpfile
            ? !isWritable || (flags & OpenFlags.O_DIRECTORY) == 0 || (flags & OpenFlags.O_CREAT) != 0
            : (flags & OpenFlags.O_CREAT) != 0 && (flags & OpenFlags.O_DIRECTORY) != 0;
        return isContradictory ? VfsWriteReasons.OpenContradiction : Result.Ok;
    }

    private Result<OpenFile> OpenExisting(ReadOnlySpan<byte> path, OpenFlags flags)
    {
        FinalLink finalLink = (flags & OpenFlags.O_NOFOLLOW) != 0 ? FinalLink.Keep : FinalLink.Follow;
        Result<PathReference> resolved = Resolve(path, finalLink);
        return resolved.TryGet(out PathReference at, out FsError error) ? OpenFound(at.Inode, flags) : error;
    }

    private Result<OpenFile> OpenOrCreate(ReadOnlySpan<byte> path, OpenFlags flags, uint mode)
    {
        using PathWalker walker = new(SuperBlock, Credentials);
        Result walked = walker.ToParent(Start, path);
        while (walked.IsOk)
        {
            if (!walker.IsNormal && (flags & OpenFlags.O_EXCL) != 0)
            {
                return VfsWriteReasons.OpenDotsExist;
            }

            if (!walker.IsNormal || walker.EndsInSlash)
            {
                return VfsWriteReasons.OpenCreateDirectory;
            }

            Result<Inode> found = walker.LookUpLast();
            if (!found.IsOk && found.Error.Errno == Errno.ENOENT)
            {
                Result tried = CreateToOpen(walker.Directory, walker.Name, mode, out OpenFile? created, flags);
                if (!tried.IsOk)
                {
                    return tried.Error;
                }

                if (created is not null)
                {
                    return created;
                }

                // Somebody was faster: look again.
                continue;
            }

            if (!found.TryGet(out Inode? inode, out FsError error))
            {
                return error;
            }

            bool isRefused = (flags & OpenFlags.O_EXCL) != 0;
            if (isRefused)
            {
                inode.PutAndInactivate();
                return VfsWriteReasons.OpenExists;
            }

            if (!inode.IsSymbolicLink || (flags & OpenFlags.O_NOFOLLOW) != 0)
            {
                return OpenFound(inode, flags);
            }

            walked = walker.FollowLast(inode);
        }

        return walked.Error;
    }

    // Success without a file means that the name exists after all.
    private Result CreateToOpen(
        Inode directory, ReadOnlySpan<byte> name, uint mode, out OpenFile? created, OpenFlags flags)
    {
        created = null;
        Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            Inode? made;
            Result result;
            using (ExclusiveGuard guard = directory.Lock.AcquireExclusive(LockSubclass.Parent))
            {
                result = CreateToOpenLocked(directory, name, mode, out made);
            }

            if (result.IsOk && made is not null)
            {
                created = OpenCreated(directory, made, flags, out result);
            }

            return result;
        }
    }

    // Consumes the reference; null when what was made cannot be made durable, as the directory wants it.
    private OpenFile? OpenCreated(Inode directory, Inode made, OpenFlags flags, out Result result)
    {
        OpenFile created = new(made, Credentials, flags, LockOwner);
        bool isKept = false;
        try
        {
            result = CommitDirectory(directory);
            isKept = result.IsOk;
        }
        finally
        {
            if (!isKept)
            {
                created.Dispose();
            }
        }

        return isKept ? created : null;
    }

    private Result CreateToOpenLocked(Inode directory, ReadOnlySpan<byte> name, uint mode, out Inode? made)
    {
        made = null;
        Result looked = SuperBlock.Dentries.LookUpLocked(directory, name, out Inode? existing);
        if (!looked.IsOk || existing is not null)
        {
            existing?.Put();
            return looked;
        }

        Result may = MayCreate(directory);
        Wish wish = new() { Mode = ModeBits.S_IFREG | (mode & ModeBits.PermissionMask) };
        return may.IsOk ? CreateLocked(directory, name, wish, out made) : may;
    }

    private Result<OpenFile> OpenUnnamed(ReadOnlySpan<byte> path, OpenFlags flags, uint mode)
    {
        Result<PathReference> resolved = Resolve(path);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            if (!at.Inode.IsDirectory)
            {
                return VfsWriteReasons.TmpfileNotDirectory.At(at.Inode.Number);
            }

            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            if (!entered.IsOk)
            {
                return entered.Error;
            }

            using (freeze)
            {
                Result may = MayCreate(at.Inode);
                if (!may.IsOk)
                {
                    return may.Error;
                }

                Wish wish = new() { Mode = ModeBits.S_IFREG | (mode & ModeBits.PermissionMask) };
                Result<Inode> created = CreateInherited(at.Inode, [], wish);
                if (!created.TryGet(out Inode? made, out error))
                {
                    return error;
                }

                made.IsLinkable = (flags & OpenFlags.O_EXCL) == 0;
                return new OpenFile(made, Credentials, flags & ~OpenFlags.O_DIRECTORY, LockOwner);
            }
        }
    }

    // Consumes the reference.
    private Result<OpenFile> OpenFound(Inode inode, OpenFlags flags)
    {
        bool isOpen = false;
        try
        {
            Result allowed = MayOpen(inode, flags);
            Result<OpenFile> opened = !allowed.IsOk ? allowed.Error
                : WritesOrTruncates(flags) ? OpenWriting(inode, flags)
                : new OpenFile(inode, Credentials, flags, LockOwner);
            isOpen = opened.IsOk;
            return opened;
        }
        finally
        {
            if (!isOpen)
            {
                inode.PutAndInactivate();
            }
        }
    }

    private static bool WritesOrTruncates(OpenFlags flags) =>
        (flags & (OpenFlags.O_WRONLY | OpenFlags.O_RDWR | OpenFlags.O_TRUNC)) != 0;

    // The open file is counted as a writer before the level is left, or a remount could overlook it.
    private Result<OpenFile> OpenWriting(Inode inode, OpenFlags flags)
    {
        Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered.Error;
        }

        using (freeze)
        {
            bool truncates = (flags & OpenFlags.O_TRUNC) != 0 && inode.IsRegular;
            Result emptied = truncates ? inode.TruncateToZero(Credentials) : Result.Ok;
            return emptied.IsOk ? new OpenFile(inode, Credentials, flags, LockOwner) : emptied.Error;
        }
    }

    private Result MayOpen(Inode inode, OpenFlags flags)
    {
        if ((flags & OpenFlags.O_DIRECTORY) != 0 && !inode.IsDirectory)
        {
            return VfsReasons.OpenNotDirectory.At(inode.Number);
        }

        if ((flags & OpenFlags.O_PATH) != 0)
        {
            return Result.Ok;
        }

        if (inode.IsSymbolicLink)
        {
            return VfsReasons.OpenLink.At(inode.Number);
        }

        bool writes = WritesOrTruncates(flags);
        if (inode.IsDirectory && (writes || (flags & OpenFlags.O_CREAT) != 0))
        {
            return VfsReasons.OpenDirectoryWritable.At(inode.Number);
        }

        if (writes && inode.IsRegular && SuperBlock.IsReadOnly)
        {
            return VfsReasons.OpenWritable;
        }

        AccessMask wanted = (writes ? AccessMask.Write : AccessMask.None)
            | ((flags & OpenFlags.O_WRONLY) == 0 ? AccessMask.Read : AccessMask.None);
        Result allowed = Permission.Check(inode, wanted, Credentials);
        return allowed.IsOk ? MayOpenSpecial(inode, flags, writes) : allowed;
    }

    private Result MayOpenSpecial(Inode inode, OpenFlags flags, bool writes)
    {
        if (!inode.IsDirectory && !inode.IsRegular)
        {
            return VfsReasons.OpenSpecial.At(inode.Number);
        }

        bool overwrites = writes
            && ((flags & OpenFlags.O_APPEND) == 0 || (flags & OpenFlags.O_TRUNC) != 0);
        if (overwrites && (inode.Flags & InodeFlags.Append) != 0)
        {
            return VfsWriteReasons.OpenAppendOnly.At(inode.Number);
        }

        return (flags & OpenFlags.O_NOATIME) != 0 && !Permission.IsOwner(inode, Credentials)
            ? VfsWriteReasons.OpenNoAccessTime.At(inode.Number)
            : Result.Ok;
    }
}
