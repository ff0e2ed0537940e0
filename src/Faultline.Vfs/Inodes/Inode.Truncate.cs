// The one place where open(2) with O_TRUNC meets the space operations.

using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    /// <summary>Removes the contents of this regular file, for open(2) with O_TRUNC.</summary>
    /// <param name="credentials">Who asks: set-id bits go.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP the driver cannot truncate; ENOSPC; EIO.</errors>
    /// <locks>Caller: freeze level Write. Takes: inode lock exclusive, and what truncation takes.</locks>
    internal Result TruncateToZero(Credentials credentials)
    {
        using ExclusiveGuard guard = Lock.AcquireExclusive();
        Result removed = RemovePrivilegesLocked(credentials);
        if (!removed.IsOk)
        {
            return removed;
        }

        if (SizeBytes != 0)
        {
            return VfsWriteReasons.TruncateRefused.At(Number);
        }

        _ = TouchModified(SuperBlock.Now);
        return Result.Ok;
    }

    /// <summary>Whether a change of the contents has set-id bits to remove. Two loads.</summary>
    public bool HasPrivileges => (Mode & (Abi.ModeBits.S_ISUID | Abi.ModeBits.S_ISGID)) != 0;

    /// <summary>Removes set-user-id, and set-group-id of a program, because the contents change.</summary>
    /// <param name="credentials">Who changes them: CAP_FSETID keeps the bits.</param>
    /// <returns>Success.</returns>
    /// <errors>What the driver answers to a change of attributes.</errors>
    /// <locks>Caller: freeze level Write, inode lock exclusive.</locks>
    /// <source>write(2), inode(7)</source>
    public Result RemovePrivilegesLocked(Credentials credentials)
    {
        if (!HasPrivileges || credentials.Has(Capabilities.FileSetId))
        {
            return Result.Ok;
        }

        uint mode = Permission.WithoutPrivileges(Mode, credentials.IsMember(Gid));
        if (mode == Mode)
        {
            return Result.Ok;
        }

        return ApplyAttributes(new AttributeChange
        {
            Mask = AttributeMask.Mode | AttributeMask.ChangeTime,
            Mode = mode,
            ChangeTime = SuperBlock.Now,
        });
    }
}
