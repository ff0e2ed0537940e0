// chmod(2), chown(2), utimensat(2), and their kin on open files

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
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const InodeFlags Fixed = InodeFlags.Immutable | InodeFlags.Append;

    private delegate Result InodeCall<T>(Inode inode, T argument);

    /// <summary>Sets permission bits; an access ACL follows.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="mode">Permission, set-id and sticky bits.</param>
    /// <param name="finalLink">Keep answers EOPNOTSUPP for a link.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EPERM not the owner, or immutable, or append-only; EROFS; EOPNOTSUPP a
    /// symbolic link; ENOSPC.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock exclusive.</locks>
    /// <source>chmod(2)</source>
    public Result Chmod(ReadOnlySpan<byte> path, uint mode, FinalLink finalLink = FinalLink.Follow) =>
        WithPath(path, finalLink, mode, ChangeMode);

    /// <summary>As <see cref="Chmod(ReadOnlySpan{byte}, uint, FinalLink)"/> for an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">As there.</param>
    /// <returns>Success.</returns>
    /// <errors>As there; EBADF closed or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result Chmod(OpenFile file, uint mode) => WithFile(file, mode, ChangeMode);

    /// <summary>Sets owner and group.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="uid">Owner, or null to leave it.</param>
    /// <param name="gid">Group, or null to leave it.</param>
    /// <param name="finalLink">Follow for chown(2), Keep for lchown(2).</param>
    /// <returns>Success; set-id bits of a file are gone.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EPERM another owner without CAP_CHOWN, another group that is not the
    /// caller's, immutable, or append-only; EROFS; EDQUOT.</errors>
    /// <locks>As <see cref="Chmod(ReadOnlySpan{byte}, uint, FinalLink)"/>.</locks>
    /// <source>chown(2)</source>
    public Result Chown(ReadOnlySpan<byte> path, uint? uid, uint? gid, FinalLink finalLink = FinalLink.Follow) =>
        WithPath(path, finalLink, (uid, gid), ChangeOwner);

    /// <summary>As <see cref="Chown(ReadOnlySpan{byte}, uint?, uint?, FinalLink)"/> for an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="uid">As there.</param>
    /// <param name="gid">As there.</param>
    /// <returns>Success.</returns>
    /// <errors>As there; EBADF closed or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result Chown(OpenFile file, uint? uid, uint? gid) => WithFile(file, (uid, gid), ChangeOwner);

    /// <summary>Sets the times of access and modification.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="access">Last access.</param>
    /// <param name="modify">Last modification.</param>
    /// <param name="finalLink">Keep for AT_SYMLINK_NOFOLLOW.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL nanoseconds; EACCES now, without write permission; EPERM a time
    /// by another than the owner, or immutable, or append-only; EROFS.</errors>
    /// <locks>As <see cref="Chmod(ReadOnlySpan{byte}, uint, FinalLink)"/>.</locks>
    /// <source>utimensat(2)</source>
    public Result SetTimes(
        ReadOnlySpan<byte> path, TimeUpdate access, TimeUpdate modify, FinalLink finalLink = FinalLink.Follow) =>
        AreTimes(access, modify) ? WithPath(path, finalLink, (access, modify), ChangeTimes) : BadTimes();

    /// <summary>As <see cref="SetTimes(ReadOnlySpan{byte}, TimeUpdate, TimeUpdate, FinalLink)"/> for an open
    /// file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="access">As there.</param>
    /// <param name="modify">As there.</param>
    /// <returns>Success.</returns>
    /// <errors>As there; EBADF closed or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result SetTimes(OpenFile file, TimeUpdate access, TimeUpdate modify) =>
        AreTimes(access, modify) ? WithFile(file, (access, modify), ChangeTimes) : BadTimes();

    /// <summary>Sets the flags of chattr(1).</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="flags">All of them, not only those that change.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EPERM not the owner, or Immutable or Append change without
    /// CAP_LINUX_IMMUTABLE; EOPNOTSUPP a flag that the driver has not; EROFS.</errors>
    /// <locks>As <see cref="Chmod(ReadOnlySpan{byte}, uint, FinalLink)"/>.</locks>
    /// <source>ioctl_iflags(2)</source>
    public Result SetFlags(ReadOnlySpan<byte> path, InodeFlags flags) =>
        WithPath(path, FinalLink.Follow, flags, ChangeFlags);

    private Result WithPath<T>(ReadOnlySpan<byte> path, FinalLink finalLink, T argument, InodeCall<T> call)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return Changing(at.Inode, argument, call);
        }
    }

    private Result WithFile<T>(OpenFile file, T argument, InodeCall<T> call) =>
        IsOpenHere(file) ? Changing(file.Inode, argument, call) : VfsWriteReasons.ChangeClosed;

    // What is done through this mount is done to its volume: an open file of another one is none here.
    private bool IsOpenHere(OpenFile file) => !file.IsClosed
        && (file.Flags & OpenFlags.O_PATH) == 0
        && ReferenceEquals(file.Inode.SuperBlock, SuperBlock);

    private Result Changing<T>(Inode inode, T argument, InodeCall<T> call)
    {
        Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
        using (freeze)
        {
            if (!entered.IsOk)
            {
                return entered;
            }

            Result changed;
            using (ExclusiveGuard guard = inode.Lock.AcquireExclusive(inode.IsDirectory ? LockSubclass.Parent : 0))
            {
                changed = call(inode, argument);
            }

            bool isSynchronous = SuperBlock.Options.Synchronous || (inode.Flags & InodeFlags.Synchronous) != 0;
            return changed.IsOk && isSynchronous ? SuperBlock.CommitMetadata() : changed;
        }
    }

    private Result ChangeMode(Inode inode, uint mode)
    {
        if (inode.IsSymbolicLink)
        {
            return VfsWriteReasons.ChmodLink.At(inode.Number);
        }

        if ((inode.Flags & Fixed) != 0)
        {
            return VfsWriteReasons.ChmodFixed.At(inode.Number);
        }

        if (!Permission.IsOwner(inode, Credentials))
        {
            return VfsWriteReasons.ChmodNotOwner.At(inode.Number);
        }

        uint kept = Permission.MayKeepSetGroupId(inode.Gid, Credentials)
            ? ModeBits.PermissionMask
            : ModeBits.PermissionMask & ~ModeBits.S_ISGID;
        return StoreMode(inode, inode.Type | (mode & kept));
    }

    // The access ACL holds the same nine bits once more.
    private Result StoreMode(Inode inode, uint mode)
    {
        AttributeChange change = new()
        {
            Mask = AttributeMask.Mode | AttributeMask.ChangeTime,
            Mode = mode,
            ChangeTime = SuperBlock.Now,
        };
        if (PosixAcl.Read(inode) is not byte[] acl)
        {
            return inode.ApplyAttributes(change);
        }

        PosixAcl.SetMode(acl, mode);
        return inode.SetAccessAcl(acl, change);
    }

    private Result ChangeOwner(Inode inode, (uint? Uid, uint? Gid) owner)
    {
        if ((inode.Flags & Fixed) != 0)
        {
            return VfsWriteReasons.ChownFixed.At(inode.Number);
        }

        bool isOwner = Credentials.Uid == inode.Uid;
        bool isPrivileged = Credentials.Has(Capabilities.ChangeOwner);
        if (owner.Uid is uint uid && !isPrivileged && !(isOwner && uid == inode.Uid))
        {
            return VfsWriteReasons.ChownUser.At(inode.Number);
        }

        if (owner.Gid is uint gid && !isPrivileged
            && !(isOwner && (gid == inode.Gid || Credentials.IsMember(gid))))
        {
            return VfsWriteReasons.ChownGroup.At(inode.Number);
        }

        uint mode = inode.IsDirectory
            ? inode.Mode
            : Permission.WithoutPrivileges(inode.Mode, Permission.MayKeepSetGroupId(inode.Gid, Credentials));
        Result dropped = inode.IsDirectory ? Result.Ok : inode.DropCapabilities();
        if (!dropped.IsOk)
        {
            return dropped;
        }

        return inode.ApplyAttributes(new AttributeChange
        {
            Mask = (owner.Uid is null ? AttributeMask.None : AttributeMask.Uid)
                | (owner.Gid is null ? AttributeMask.None : AttributeMask.Gid)
                | (mode == inode.Mode ? AttributeMask.None : AttributeMask.Mode)
                | AttributeMask.ChangeTime,
            Uid = owner.Uid ?? inode.Uid,
            Gid = owner.Gid ?? inode.Gid,
            Mode = mode,
            ChangeTime = SuperBlock.Now,
        });
    }

    private static bool AreTimes(TimeUpdate access, TimeUpdate modify) =>
        access.Time.Nanoseconds < NanosecondsPerSecond && modify.Time.Nanoseconds < NanosecondsPerSecond;

    private static Result BadTimes() => VfsWriteReasons.TimesInvalid;

    private Result ChangeTimes(Inode inode, (TimeUpdate Access, TimeUpdate Modify) times)
    {
        if (times.Access.Kind == TimeUpdateKind.Omit && times.Modify.Kind == TimeUpdateKind.Omit)
        {
            return Result.Ok;
        }

        bool isTouch = times.Access.Kind == TimeUpdateKind.Now && times.Modify.Kind == TimeUpdateKind.Now;
        Result may = isTouch ? MayTouch(inode) : MaySetTimes(inode);
        if (!may.IsOk)
        {
            return may;
        }

        UnixTime now = SuperBlock.Now;
        return inode.ApplyAttributes(new AttributeChange
        {
            Mask = (times.Access.Kind == TimeUpdateKind.Omit ? AttributeMask.None : AttributeMask.AccessTime)
                | (times.Modify.Kind == TimeUpdateKind.Omit ? AttributeMask.None : AttributeMask.ModifyTime)
                | AttributeMask.ChangeTime,
            AccessTime = TimeOf(times.Access, now),
            ModifyTime = TimeOf(times.Modify, now),
            ChangeTime = now,
        });
    }

    private UnixTime TimeOf(TimeUpdate update, UnixTime now) =>
        update.Kind == TimeUpdateKind.Set ? SuperBlock.ToGranularity(update.Time) : now;

    // An append-only file may be touched: that is what appending does.
    private Result MayTouch(Inode inode)
    {
        if ((inode.Flags & InodeFlags.Immutable) != 0)
        {
            return VfsWriteReasons.TouchImmutable.At(inode.Number);
        }

        return Permission.IsOwner(inode, Credentials)
            ? Result.Ok
            : Permission.Check(inode, AccessMask.Write, Credentials);
    }

    private Result MaySetTimes(Inode inode)
    {
        if ((inode.Flags & Fixed) != 0)
        {
            return VfsWriteReasons.TimesFixed.At(inode.Number);
        }

        return Permission.IsOwner(inode, Credentials)
            ? Result.Ok
            : VfsWriteReasons.TimesNotOwner.At(inode.Number);
    }

    private Result ChangeFlags(Inode inode, InodeFlags flags)
    {
        if (!Permission.IsOwner(inode, Credentials))
        {
            return VfsWriteReasons.FlagsNotOwner.At(inode.Number);
        }

        InodeFlags changed = flags ^ inode.Flags;
        if ((changed & Fixed) != 0 && !Credentials.Has(Capabilities.LinuxImmutable))
        {
            return VfsWriteReasons.FlagsPrivileged.At(inode.Number);
        }

        if ((changed & ~inode.SettableFlags) != 0)
        {
            return VfsWriteReasons.FlagsUnknown.At(inode.Number);
        }

        return inode.ApplyAttributes(new AttributeChange
        {
            Mask = AttributeMask.Flags | AttributeMask.ChangeTime,
            Flags = flags,
            ChangeTime = SuperBlock.Now,
        });
    }
}
