// rename(2), renameat2(2)
//
// Lock order: rename mutex if two directories are involved; both directories, the ancestor first; then, if it may
// have to change, the directory that moves and the one that is replaced; then files by number. A directory that
// stays in its directory is not locked: nothing in it changes, and locking siblings in two orders would deadlock.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    private const RenameFlags KnownRenameFlags =
        RenameFlags.RENAME_NOREPLACE | RenameFlags.RENAME_EXCHANGE | RenameFlags.RENAME_WHITEOUT;

    private const int DepthMax = 1 << 24; // of a path of directories: beyond it, a hostile volume made a circle

    /// <summary>Moves a name, replacing what has the new name.</summary>
    /// <param name="oldPath">Path bytes.</param>
    /// <param name="newPath">Path bytes.</param>
    /// <param name="flags">NOREPLACE, EXCHANGE, or WHITEOUT where the driver has it.</param>
    /// <returns>Success; nothing happened when both names are one file's.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL flags, or a directory into itself or below; EEXIST NOREPLACE;
    /// ENOENT EXCHANGE with nothing; ENOTEMPTY the target has names, or is above the source; EISDIR a file onto a
    /// directory; ENOTDIR a directory onto a file, or a slash after a file; EBUSY a name that is "." or "..";
    /// EROFS; EACCES; EPERM; EMLINK; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, rename mutex, inode locks as the file says.</locks>
    /// <source>rename(2); Linux Documentation/filesystems/directory-locking.rst</source>
    public Result Rename(
        ReadOnlySpan<byte> oldPath, ReadOnlySpan<byte> newPath, RenameFlags flags = RenameFlags.None) =>
        Rename(oldPath, this, newPath, flags);

    /// <summary>As <see cref="Rename(ReadOnlySpan{byte}, ReadOnlySpan{byte}, RenameFlags)"/>, with the new path
    /// relative to another directory.</summary>
    /// <param name="oldPath">Path bytes, from this view's directory.</param>
    /// <param name="newAt">A view of the same volume by the same caller.</param>
    /// <param name="newPath">Path bytes, from that view's directory.</param>
    /// <param name="flags">As there.</param>
    /// <returns>As there; EXDEV another volume.</returns>
    /// <locks>As there.</locks>
    public Result Rename(
        ReadOnlySpan<byte> oldPath, Mount newAt, ReadOnlySpan<byte> newPath, RenameFlags flags = RenameFlags.None)
    {
        bool isContradictory = (flags & RenameFlags.RENAME_EXCHANGE) != 0
            && (flags & (RenameFlags.RENAME_NOREPLACE | RenameFlags.RENAME_WHITEOUT)) != 0;
        if ((flags & ~KnownRenameFlags) != 0 || isContradictory)
        {
            return VfsWriteReasons.RenameFlags;
        }

        if (!ReferenceEquals(newAt.SuperBlock, SuperBlock))
        {
            return VfsWriteReasons.RenameAcross;
        }

        Result walked = ResolveParent(oldPath, out ParentReference source);
        if (!walked.IsOk)
        {
            return walked;
        }

        using (source)
        {
            walked = newAt.ResolveParent(newPath, out ParentReference target);
            if (!walked.IsOk)
            {
                return walked;
            }

            using (target)
            {
                Result named = MayRenameNames(source.Last, target.Last, flags);
                return named.IsOk ? RenameEntered(source, target, flags) : named;
            }
        }
    }

    private static Result MayRenameNames(LastName source, LastName target, RenameFlags flags)
    {
        if (source != LastName.Normal)
        {
            return VfsWriteReasons.RenameDots;
        }

        if (target == LastName.Normal)
        {
            return Result.Ok;
        }

        return (flags & RenameFlags.RENAME_NOREPLACE) != 0
            ? VfsWriteReasons.RenameOntoDotsExists
            : VfsWriteReasons.RenameOntoDots;
    }

    private Result RenameEntered(in ParentReference source, in ParentReference target, RenameFlags flags)
    {
        Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            Inode? moved = null;
            Inode? replaced = null;
            Result renamed;
            bool isCross = !ReferenceEquals(source.Directory, target.Directory);
            try
            {
                using MutexGuard mutex = isCross ? SuperBlock.RenameMutex.Acquire() : default;
                renamed = LockParents(
                    source.Directory, target.Directory, out ExclusiveGuard first, out ExclusiveGuard second);
                using (first)
                using (second)
                {
                    renamed = renamed.IsOk
                        ? RenameLocked(source, target, flags, out moved, out replaced)
                        : renamed;
                }
            }
            finally
            {
                // With no lock held: the last reference may have a large file to free.
                moved?.PutAndInactivate();
                replaced?.PutAndInactivate();
            }

            return renamed.IsOk ? CommitDirectory(target.Directory) : renamed;
        }
    }

    // The ancestor first. Two directories of which neither is above the other may be locked in any order, because
    // only one task at a time, the holder of the rename mutex, locks two such.
    private static Result LockParents(
        Inode oldDirectory, Inode newDirectory, out ExclusiveGuard first, out ExclusiveGuard second)
    {
        first = default;
        second = default;
        if (ReferenceEquals(oldDirectory, newDirectory))
        {
            first = oldDirectory.Lock.AcquireExclusive(LockSubclass.Parent);
            return Result.Ok;
        }

        bool isNewAbove = IsAbove(newDirectory, oldDirectory);
        Inode outer = isNewAbove ? newDirectory : oldDirectory;
        Inode inner = isNewAbove ? oldDirectory : newDirectory;
        if (!IsInTree(oldDirectory) || !IsInTree(newDirectory))
        {
            return VfsWriteReasons.RenameDisconnected;
        }

        first = outer.Lock.AcquireExclusive(LockSubclass.Parent);
        second = inner.Lock.AcquireExclusive(LockSubclass.Parent2);
        return Result.Ok;
    }

    private Result RenameLocked(
        in ParentReference source,
        in ParentReference target,
        RenameFlags flags,
        out Inode? moved,
        out Inode? replaced)
    {
        replaced = null;
        Result looked = SuperBlock.Dentries.LookUpLocked(source.Directory, source.Name, out moved);
        looked = looked.IsOk
            ? SuperBlock.Dentries.LookUpLocked(target.Directory, target.Name, out replaced)
            : looked;
        if (!looked.IsOk)
        {
            return looked;
        }

        if (moved is null)
        {
            return VfsWriteReasons.RenameMissing;
        }

        Result may = MayRenameOnto(source, target, flags, moved, replaced);
        if (!may.IsOk || ReferenceEquals(moved, replaced))
        {
            return may;
        }

        may = MayRename(source.Directory, target.Directory, flags, moved, replaced);
        return may.IsOk ? RenameChildren(source, target, flags, moved, replaced) : may;
    }

    // What can be said of names and shape alone, in the order in which Linux says it.
    private static Result MayRenameOnto(
        in ParentReference source, in ParentReference target, RenameFlags flags, Inode moved, Inode? replaced)
    {
        bool isExchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        if (replaced is not null && (flags & RenameFlags.RENAME_NOREPLACE) != 0)
        {
            return VfsWriteReasons.RenameExists;
        }

        if (isExchange && replaced is null)
        {
            return VfsWriteReasons.RenameExchangeMissing;
        }

        if (isExchange && target.EndsInSlash && !replaced!.IsDirectory)
        {
            return VfsWriteReasons.RenameExchangeSlash;
        }

        if (!moved.IsDirectory && (source.EndsInSlash || (!isExchange && target.EndsInSlash)))
        {
            return VfsWriteReasons.RenameSlash;
        }

        bool isCross = !ReferenceEquals(source.Directory, target.Directory);
        if (isCross && moved.IsDirectory && IsAboveOrSame(moved, target.Directory))
        {
            return VfsWriteReasons.RenameIntoItself.At(moved.Number);
        }

        if (isCross && replaced is not null && replaced.IsDirectory && IsAboveOrSame(replaced, source.Directory))
        {
            return isExchange
                ? VfsWriteReasons.RenameExchangeAncestor.At(replaced.Number)
                : VfsWriteReasons.RenameOntoAncestor.At(replaced.Number);
        }

        return (flags & RenameFlags.RENAME_WHITEOUT) != 0 && !source.Directory.SupportsWhiteout
            ? VfsWriteReasons.RenameWhiteout
            : Result.Ok;
    }

    private Result MayRename(
        Inode oldDirectory, Inode newDirectory, RenameFlags flags, Inode moved, Inode? replaced)
    {
        bool isExchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        Result may = MayDelete(oldDirectory, moved, moved.IsDirectory);
        if (!may.IsOk)
        {
            return may;
        }

        may = replaced is null
            ? MayCreate(newDirectory)
            : MayDelete(newDirectory, replaced, isExchange ? replaced.IsDirectory : moved.IsDirectory);
        if (!may.IsOk || ReferenceEquals(oldDirectory, newDirectory))
        {
            return may;
        }

        // The ".." of a directory that changes its parent is written.
        may = moved.IsDirectory ? Permission.Check(moved, AccessMask.Write, Credentials) : Result.Ok;
        if (may.IsOk && isExchange && replaced!.IsDirectory)
        {
            may = Permission.Check(replaced, AccessMask.Write, Credentials);
        }

        if (!may.IsOk)
        {
            return may;
        }

        bool newGains = moved.IsDirectory && !(replaced?.IsDirectory ?? false);
        bool oldGains = isExchange && replaced!.IsDirectory && !moved.IsDirectory;
        bool isFull = (newGains && newDirectory.LinkCount >= newDirectory.LinkCountMax)
            || (oldGains && oldDirectory.LinkCount >= oldDirectory.LinkCountMax);
        return isFull ? VfsWriteReasons.RenameTooManyLinks : Result.Ok;
    }

    private Result RenameChildren(
        in ParentReference source, in ParentReference target, RenameFlags flags, Inode moved, Inode? replaced)
    {
        bool isExchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        bool isCross = !ReferenceEquals(source.Directory, target.Directory);
        bool locksMoved = moved.IsDirectory && isCross;
        bool locksReplaced = replaced is not null && replaced.IsDirectory && (isCross || !isExchange);
        using ExclusiveGuard movedDirectory =
            locksMoved ? moved.Lock.AcquireExclusive(LockSubclass.Child) : default;
        using ExclusiveGuard replacedDirectory =
            locksReplaced ? replaced!.Lock.AcquireExclusive(LockSubclass.Child2) : default;

        Inode? low = moved.IsDirectory ? null : moved;
        Inode? high = replaced is null || replaced.IsDirectory ? null : replaced;
        if (low is not null && high is not null && low.Number.Value > high.Number.Value)
        {
            (low, high) = (high, low);
        }

        using ExclusiveGuard lowFile = low is not null ? low.Lock.AcquireExclusive() : default;
        using ExclusiveGuard highFile =
            high is not null ? high.Lock.AcquireExclusive(LockSubclass.SecondFile) : default;
        Result renamed = source.Directory.RenameChild(new RenameRequest
        {
            OldName = source.Name,
            Source = moved,
            NewDirectory = target.Directory,
            NewName = target.Name,
            Target = replaced,
            Flags = flags & (RenameFlags.RENAME_EXCHANGE | RenameFlags.RENAME_WHITEOUT),
            Now = SuperBlock.Now,
            WhiteoutUid = Credentials.Uid,
            WhiteoutGid = Credentials.Gid,
        });
        if (!renamed.IsOk)
        {
            return renamed;
        }

        InodeNumber left = isExchange ? replaced!.Number : InodeNumber.None;
        if ((flags & RenameFlags.RENAME_WHITEOUT) != 0)
        {
            Result<InodeNumber> whiteout = source.Directory.LookupName(source.Name);
            left = whiteout.IsOk ? whiteout.Value : left;
        }

        FollowRename(source, target, left, moved, isExchange ? replaced : null);
        return Result.Ok;
    }

    private void FollowRename(
        in ParentReference source, in ParentReference target, InodeNumber left, Inode moved, Inode? exchanged)
    {
        byte[] oldName = SuperBlock.Dentries.Change(source.Directory, source.Name, left);
        byte[] newName = SuperBlock.Dentries.Change(target.Directory, target.Name, moved.Number);
        if (moved.IsDirectory)
        {
            moved.MovePlace(target.Directory, newName);
        }

        if (exchanged is not null && exchanged.IsDirectory)
        {
            exchanged.MovePlace(source.Directory, oldName);
        }
    }

    private static bool IsAboveOrSame(Inode directory, Inode other) =>
        ReferenceEquals(directory, other) || IsAbove(directory, other);

    // Under the rename mutex, or with both in one directory, no directory on the way can move. The places of
    // directories form a tree except on a hostile volume that was entered by number, where a bound ends the search.
    private static bool IsAbove(Inode directory, Inode other)
    {
        Inode at = other;
        for (int depth = 0; depth < DepthMax && at.Place is DirectoryPlace place; depth++)
        {
            at = place.Parent;
            if (ReferenceEquals(at, directory))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInTree(Inode directory)
    {
        Inode at = directory;
        for (int depth = 0; depth < DepthMax && at.Place is DirectoryPlace place; depth++)
        {
            at = place.Parent;
        }

        return at.Place is null && at.Number == at.SuperBlock.RootNumber;
    }
}
