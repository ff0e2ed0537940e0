// getxattr(2), listxattr(2), setxattr(2), removexattr(2)

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
    private const int XattrNameMax = 255;
    private const int XattrValueMax = 64 * 1024;

    /// <summary>Reads an extended attribute.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="value">Where the value goes; empty asks for the length alone.</param>
    /// <param name="finalLink">Follow for getxattr(2), Keep for lgetxattr(2).</param>
    /// <returns>Length of the value in bytes.</returns>
    /// <errors>Those of <see cref="Resolve"/>; ENODATA, also for what the caller may not know of; EACCES a user
    /// attribute of a file that they may not read; EOPNOTSUPP an unknown namespace; ERANGE the name is empty or longer
    /// than 255 bytes, or the buffer is too small; damage throws <see cref="FsException"/>.</errors>
    /// <locks>As <see cref="Resolve"/>; xattr lock.</locks>
    public Result<int> GetXattr(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, FinalLink finalLink = FinalLink.Follow)
    {
        Result sound = IsXattrName(name);
        return sound.IsOk ? GetXattrOf(Resolve(path, finalLink), name, value) : sound.Error;
    }

    /// <summary>As the other, for an open file (fgetxattr).</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">As there.</param>
    /// <param name="value">As there.</param>
    /// <returns>As there.</returns>
    /// <errors>As there; EBADF closed, or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result<int> GetXattr(OpenFile file, ReadOnlySpan<byte> name, Span<byte> value)
    {
        Result sound = IsXattrName(name);
        return sound.IsOk ? GetXattrOf(ReferenceOf(file), name, value) : sound.Error;
    }

    private Result<int> GetXattrOf(in Result<PathReference> resolved, ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            Result may = XattrPermission.MayRead(at.Inode, name, Credentials);
            return may.IsOk ? at.Inode.GetXattr(name, value) : may.Error;
        }
    }

    /// <summary>Lists extended attributes: those of the trusted namespace to privileged callers alone.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="sink">Takes the names.</param>
    /// <param name="finalLink">Follow for listxattr(2), Keep for llistxattr(2).</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; damage throws <see cref="FsException"/>.</errors>
    /// <locks>As <see cref="Resolve"/>; xattr lock.</locks>
    public Result ListXattrs(ReadOnlySpan<byte> path, IXattrSink sink, FinalLink finalLink = FinalLink.Follow) =>
        ListXattrsOf(Resolve(path, finalLink), sink);

    /// <summary>As the other, for an open file (flistxattr).</summary>
    /// <param name="file">The file.</param>
    /// <param name="sink">As there.</param>
    /// <returns>As there.</returns>
    /// <errors>As there; EBADF closed, or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result ListXattrs(OpenFile file, IXattrSink sink) => ListXattrsOf(ReferenceOf(file), sink);

    private Result ListXattrsOf(in Result<PathReference> resolved, IXattrSink sink)
    {
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return at.Inode.ListXattrs(
                Credentials.Has(Capabilities.SystemAdmin) ? sink : new TrustedXattrFilter(sink));
        }
    }

    /// <summary>Stores an extended attribute. An access ACL sets the permission bits, too.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="name">Whole name: <c>user.</c>, <c>trusted.</c>, <c>security.</c> or one of the two ACLs.</param>
    /// <param name="value">The value, maybe empty.</param>
    /// <param name="flags">Create, replace, or either.</param>
    /// <param name="finalLink">Follow for setxattr(2), Keep for lsetxattr(2).</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EEXIST XATTR_CREATE; ENODATA XATTR_REPLACE; EOPNOTSUPP an unknown
    /// namespace; ERANGE the name is empty or longer than 255 bytes; E2BIG a value beyond 64 KiB; EINVAL flags, a
    /// bare namespace, or a malformed ACL; EPERM; EACCES; EROFS; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock exclusive, xattr lock.</locks>
    /// <source>setxattr(2), xattr(7)</source>
    public Result SetXattr(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        XattrFlags flags = XattrFlags.None,
        FinalLink finalLink = FinalLink.Follow)
    {
        Result sound = IsXattr(name, value, flags);
        return sound.IsOk ? SetXattrOf(Resolve(path, finalLink), name, value, flags) : sound;
    }

    /// <summary>As the other, for an open file (fsetxattr).</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">As there.</param>
    /// <param name="value">As there.</param>
    /// <param name="flags">As there.</param>
    /// <returns>As there.</returns>
    /// <errors>As there; EBADF closed, or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result SetXattr(
        OpenFile file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags = XattrFlags.None)
    {
        Result sound = IsXattr(name, value, flags);
        return sound.IsOk ? SetXattrOf(ReferenceOf(file), name, value, flags) : sound;
    }

    private Result SetXattrOf(
        in Result<PathReference> resolved, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            using (freeze)
            {
                return entered.IsOk ? SetXattrEntered(at.Inode, name, value, flags) : entered;
            }
        }
    }

    /// <summary>Removes an extended attribute.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="name">Whole name.</param>
    /// <param name="finalLink">Follow for removexattr(2), Keep for lremovexattr(2).</param>
    /// <returns>Success.</returns>
    /// <errors>As for setting; ENODATA no such attribute.</errors>
    /// <locks>As for setting.</locks>
    /// <source>removexattr(2)</source>
    public Result RemoveXattr(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, FinalLink finalLink = FinalLink.Follow)
    {
        Result sound = IsXattrName(name);
        return sound.IsOk ? RemoveXattrOf(Resolve(path, finalLink), name) : sound;
    }

    /// <summary>As the other, for an open file (fremovexattr).</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">As there.</param>
    /// <returns>As there.</returns>
    /// <errors>As there; EBADF closed, or O_PATH.</errors>
    /// <locks>As there.</locks>
    public Result RemoveXattr(OpenFile file, ReadOnlySpan<byte> name)
    {
        Result sound = IsXattrName(name);
        return sound.IsOk ? RemoveXattrOf(ReferenceOf(file), name) : sound;
    }

    private Result RemoveXattrOf(in Result<PathReference> resolved, ReadOnlySpan<byte> name)
    {
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            using (freeze)
            {
                return entered.IsOk ? RemoveXattrEntered(at.Inode, name) : entered;
            }
        }
    }

    private Result SetXattrEntered(
        Inode inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        using ExclusiveGuard guard = inode.Lock.AcquireExclusive(inode.IsDirectory ? LockSubclass.Parent : 0);
        if (PosixAcl.IsName(name))
        {
            return SetAcl(inode, name, value);
        }

        Result may = XattrPermission.MayWrite(inode, name, Credentials);
        Result stored = may.IsOk ? inode.SetXattr(name, value, flags) : may;
        inode.NotePrivileges();
        return stored.IsOk ? StampChange(inode) : stored;
    }

    private Result RemoveXattrEntered(Inode inode, ReadOnlySpan<byte> name)
    {
        using ExclusiveGuard guard = inode.Lock.AcquireExclusive(inode.IsDirectory ? LockSubclass.Parent : 0);
        if (PosixAcl.IsName(name))
        {
            return RemoveAcl(inode, name);
        }

        Result may = XattrPermission.MayWrite(inode, name, Credentials);
        Result removed = may.IsOk ? inode.RemoveXattr(name) : may;
        return removed.IsOk ? StampChange(inode) : removed;
    }

    private static Result IsXattrName(ReadOnlySpan<byte> name) =>
        name.IsEmpty || name.Length > XattrNameMax ? VfsWriteReasons.XattrNameLength : Result.Ok;

    private static Result IsXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        if ((flags & ~(XattrFlags.XATTR_CREATE | XattrFlags.XATTR_REPLACE)) != 0)
        {
            return VfsWriteReasons.XattrFlags;
        }

        Result named = IsXattrName(name);
        return named.IsOk && value.Length > XattrValueMax ? VfsWriteReasons.XattrTooBig : named;
    }

    private Result<PathReference> ReferenceOf(OpenFile file) =>
        IsOpenHere(file) && file.Inode.TryGet()
            ? new PathReference(file.Inode)
            : VfsWriteReasons.XattrClosed;

    private Result StampChange(Inode inode)
    {
        _ = inode.TouchChanged(SuperBlock.Now);
        return Result.Ok;
    }
}
