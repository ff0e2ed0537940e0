// truncate(2)

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Sets the size of a file.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="sizeBytes">The new size.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL negative, or not a regular file; EISDIR; EACCES; EPERM
    /// immutable or append-only; EROFS; EFBIG; ENOSPC; EIO.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock exclusive, and what truncating takes.</locks>
    /// <source>truncate(2)</source>
    public Result Truncate(ReadOnlySpan<byte> path, long sizeBytes)
    {
        if (sizeBytes < 0)
        {
            return VfsWriteReasons.TruncateNegative;
        }

        Result<PathReference> resolved = Resolve(path);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            Inode inode = at.Inode;
            if (!inode.IsRegular)
            {
                return inode.IsDirectory
                    ? VfsWriteReasons.TruncateDirectory.At(inode.Number)
                    : VfsWriteReasons.TruncateSpecial.At(inode.Number);
            }

            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            if (!entered.IsOk)
            {
                return entered;
            }

            using (freeze)
            {
                Result allowed = Permission.Check(inode, AccessMask.Write, Credentials);
                if (!allowed.IsOk)
                {
                    return allowed;
                }

                return (inode.Flags & (InodeFlags.Immutable | InodeFlags.Append)) != 0
                    ? VfsWriteReasons.TruncateFixed.At(inode.Number)
                    : inode.TruncateEntered(sizeBytes, Credentials);
            }
        }
    }
}
