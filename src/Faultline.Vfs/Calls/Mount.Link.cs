// link(2), linkat(2)

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Gives a file another name.</summary>
    /// <param name="path">Path bytes of the file.</param>
    /// <param name="newPath">Path bytes of the new name.</param>
    /// <param name="finalLink">Keep links a symbolic link itself, Follow (AT_SYMLINK_FOLLOW) what it points to.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EEXIST; EPERM a directory, or immutable, or append-only; EMLINK; EROFS;
    /// EACCES; ENOENT; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock of the directory and then of the file,
    /// exclusive.</locks>
    /// <source>link(2)</source>
    public Result Link(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, FinalLink finalLink = FinalLink.Keep)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return LinkInode(at.Inode, newPath);
        }
    }

    /// <summary>Gives an open file a name: also one that was made without (O_TMPFILE).</summary>
    /// <param name="file">The file.</param>
    /// <param name="newPath">Path bytes of the new name.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="Link(ReadOnlySpan{byte}, ReadOnlySpan{byte}, FinalLink)"/>; EBADF
    /// closed; ENOENT the file has lost its last name, or was made with O_EXCL; EXDEV it is on another volume.</errors>
    /// <locks>As <see cref="Link(ReadOnlySpan{byte}, ReadOnlySpan{byte}, FinalLink)"/>.</locks>
    /// <source>linkat(2) AT_EMPTY_PATH</source>
    public Result Link(OpenFile file, ReadOnlySpan<byte> newPath) =>
        file.IsClosed ? VfsWriteReasons.LinkClosed : LinkInode(file.Inode, newPath);

    private Result LinkInode(Inode inode, ReadOnlySpan<byte> newPath)
    {
        if (!ReferenceEquals(inode.SuperBlock, SuperBlock))
        {
            return VfsWriteReasons.LinkAcross.At(inode.Number);
        }

        Result walked = ResolveParent(newPath, out ParentReference parent);
        if (!walked.IsOk)
        {
            return walked;
        }

        using (parent)
        {
            if (parent.Last != LastName.Normal)
            {
                return VfsWriteReasons.LinkDots;
            }

            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            using (freeze)
            {
                Result linked;
                using (ExclusiveGuard guard = parent.Directory.Lock.AcquireExclusive(LockSubclass.Parent))
                {
                    linked = LinkLocked(inode, parent, entered);
                }

                return linked.IsOk ? CommitDirectory(parent.Directory) : linked;
            }
        }
    }

    private Result LinkLocked(Inode inode, in ParentReference parent, in Result entered)
    {
        Inode directory = parent.Directory;
        Result looked = SuperBlock.Dentries.LookUpLocked(directory, parent.Name, out Inode? existing);
        if (!looked.IsOk)
        {
            return looked;
        }

        if (existing is not null)
        {
            existing.Put();
            return VfsWriteReasons.LinkExists;
        }

        if (parent.EndsInSlash)
        {
            return VfsWriteReasons.LinkSlash;
        }

        Result may = entered.IsOk ? MayCreate(directory) : entered;
        if (!may.IsOk)
        {
            return may;
        }

        if (inode.IsDirectory)
        {
            return VfsWriteReasons.LinkDirectory.At(inode.Number);
        }

        using ExclusiveGuard guard = inode.Lock.AcquireExclusive();
        may = MayLink(inode);
        Result linked = may.IsOk ? directory.LinkChild(parent.Name, inode) : may;
        if (linked.IsOk)
        {
            // Once: without its name again it is gone like any other.
            inode.IsLinkable = false;
            _ = SuperBlock.Dentries.Change(directory, parent.Name, inode.Number);
        }

        return linked;
    }

    private static Result MayLink(Inode inode)
    {
        if ((inode.Flags & (InodeFlags.Immutable | InodeFlags.Append)) != 0)
        {
            return VfsWriteReasons.LinkImmutable.At(inode.Number);
        }

        if (inode.LinkCount == 0 && !inode.IsLinkable)
        {
            return VfsWriteReasons.LinkGone.At(inode.Number);
        }

        return inode.LinkCount >= inode.LinkCountMax
            ? VfsWriteReasons.LinkTooMany.At(inode.Number)
            : Result.Ok;
    }
}
