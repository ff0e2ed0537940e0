// The one place where open(2) with O_TRUNC meets the space operations.

using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Locking;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    /// <summary>Removes the contents of this regular file, for open(2) with O_TRUNC.</summary>
    /// <param name="credentials">Who asks: what gives a program rights goes.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP the driver cannot write data; ENOSPC; EIO.</errors>
    /// <locks>Caller: freeze level Write. Takes: inode lock exclusive, and what truncation takes.</locks>
    internal Result TruncateToZero(Credentials credentials)
    {
        if (!CanWriteData)
        {
            return VfsWriteReasons.TruncateRefused.At(Number);
        }

        using ExclusiveGuard guard = Lock.AcquireExclusive();
        Result changed = RemovePrivilegesLocked(credentials);
        changed = changed.IsOk ? Truncate.Run(this, 0) : changed;
        if (changed.IsOk)
        {
            _ = TouchModified(SuperBlock.Now);
        }

        return changed;
    }
}
