// unlink(2), rmdir(2)

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Removes a name that is no directory's. The file goes with its last name and its last open
    /// file.</summary>
    /// <param name="path">Path bytes.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EISDIR; EROFS; EACCES; EPERM sticky, immutable or append-only; ENOTDIR a
    /// slash after a file.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock of the directory and then of the file, exclusive;
    /// what freeing the file takes.</locks>
    /// <source>unlink(2)</source>
    public Result Unlink(ReadOnlySpan<byte> path) => Remove(path, ofDirectory: false);

    /// <summary>Removes an empty directory. Who holds it may go on holding it, but it takes no names.</summary>
    /// <param name="path">Path bytes.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; ENOTEMPTY, also for ".."; EINVAL "."; EBUSY the root; ENOTDIR; EROFS;
    /// EACCES; EPERM sticky, immutable or append-only.</errors>
    /// <locks>As <see cref="Unlink"/>.</locks>
    /// <source>rmdir(2)</source>
    public Result Rmdir(ReadOnlySpan<byte> path) => Remove(path, ofDirectory: true);

    private Result Remove(ReadOnlySpan<byte> path, bool ofDirectory)
    {
        Result walked = ResolveParent(path, out ParentReference parent);
        if (!walked.IsOk)
        {
            return walked;
        }

        using (parent)
        {
            Result named = MayNameVictim(parent.Last, ofDirectory);
            if (!named.IsOk)
            {
                return named;
            }

            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            if (!entered.IsOk)
            {
                return entered;
            }

            using (freeze)
            {
                Inode? victim = null;
                Result removed;
                try
                {
                    using ExclusiveGuard guard = parent.Directory.Lock.AcquireExclusive(LockSubclass.Parent);
                    removed = RemoveLocked(parent, ofDirectory, out victim);
                }
                finally
                {
                    // With no lock held: the last reference may have a large file to free.
                    victim?.PutAndInactivate();
                }

                return removed.IsOk ? CommitDirectory(parent.Directory) : removed;
            }
        }
    }

    private static Result MayNameVictim(LastName last, bool ofDirectory)
    {
        if (last == LastName.Normal)
        {
            return Result.Ok;
        }

        if (!ofDirectory)
        {
            return VfsWriteReasons.UnlinkDots;
        }

        return last switch
        {
            LastName.Dot => VfsWriteReasons.RmdirDot,
            LastName.DotDot => VfsWriteReasons.RmdirDotDot,
            LastName.Root => VfsWriteReasons.RmdirRoot,
            LastName.Normal => throw Check.Unreachable("handled above"),
        };
    }

    private Result RemoveLocked(in ParentReference parent, bool ofDirectory, out Inode? victim)
    {
        Inode directory = parent.Directory;
        Result looked = SuperBlock.Dentries.LookUpLocked(directory, parent.Name, out victim);
        if (!looked.IsOk)
        {
            return looked;
        }

        if (victim is null)
        {
            return VfsWriteReasons.RemoveMissing;
        }

        if (parent.EndsInSlash && !ofDirectory)
        {
            return victim.IsDirectory ? VfsWriteReasons.UnlinkDirectorySlash : VfsWriteReasons.UnlinkSlash;
        }

        Result may = MayDelete(directory, victim, ofDirectory);
        if (!may.IsOk)
        {
            return may;
        }

        using ExclusiveGuard guard = victim.Lock.AcquireExclusive(ofDirectory ? LockSubclass.Child : 0);
        Result removed = ofDirectory
            ? directory.RemoveDirectoryChild(parent.Name, victim)
            : directory.UnlinkChild(parent.Name, victim);
        if (removed.IsOk)
        {
            _ = SuperBlock.Dentries.Change(directory, parent.Name, InodeNumber.None);
        }

        return removed;
    }

    /// <summary>Whether a name may be removed, replaced or moved away.</summary>
    private Result MayDelete(Inode directory, Inode victim, bool ofDirectory)
    {
        Result may = Permission.Check(directory, AccessMask.Write | AccessMask.Execute, Credentials);
        if (!may.IsOk)
        {
            return may;
        }

        if ((directory.Flags & InodeFlags.Append) != 0)
        {
            return VfsWriteReasons.DeleteFromAppend.At(directory.Number);
        }

        bool isSticky = (directory.Mode & Abi.ModeBits.S_ISVTX) != 0;
        if (isSticky && directory.Uid != Credentials.Uid && !Permission.IsOwner(victim, Credentials))
        {
            return VfsWriteReasons.DeleteSticky.At(victim.Number);
        }

        if ((victim.Flags & (InodeFlags.Immutable | InodeFlags.Append)) != 0)
        {
            return VfsWriteReasons.DeleteImmutable.At(victim.Number);
        }

        if (ofDirectory != victim.IsDirectory)
        {
            return ofDirectory
                ? VfsWriteReasons.DeleteNotDirectory.At(victim.Number)
                : VfsWriteReasons.DeleteDirectory.At(victim.Number);
        }

        return victim.Number == SuperBlock.RootNumber ? VfsWriteReasons.DeleteRoot : Result.Ok;
    }
}
