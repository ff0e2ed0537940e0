// POSIX ACLs, set and removed through setxattr(2) and removexattr(2)

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    private Result MaySetAcl(Inode inode)
    {
        if ((inode.Flags & Fixed) != 0)
        {
            return VfsWriteReasons.AclFixed.At(inode.Number);
        }

        if (inode.IsSymbolicLink)
        {
            return VfsWriteReasons.AclOfLink.At(inode.Number);
        }

        return Permission.IsOwner(inode, Credentials) ? Result.Ok : VfsWriteReasons.AclNotOwner.At(inode.Number);
    }

    private Result SetAcl(Inode inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        bool isDefault = name.SequenceEqual(PosixAcl.DefaultName);
        Result valid = PosixAcl.Validate(value);
        if (!valid.IsOk)
        {
            return valid;
        }

        if (PosixAcl.IsEmpty(value))
        {
            return RemoveAclIfAny(inode, name);
        }

        if (isDefault && !inode.IsDirectory)
        {
            return VfsWriteReasons.AclDefaultOfFile.At(inode.Number);
        }

        Result may = MaySetAcl(inode);
        if (!may.IsOk)
        {
            return may;
        }

        if (isDefault)
        {
            Result stored = inode.SetXattr(name, value, XattrFlags.None);
            return stored.IsOk ? StampChange(inode) : stored;
        }

        return SetAccessAcl(inode, value);
    }

    // An ACL of three entries says what the mode says, and is not stored.
    private Result SetAccessAcl(Inode inode, ReadOnlySpan<byte> value)
    {
        uint mode = (inode.Mode & ~ModeOfAll) | PosixAcl.ModeOf(value, out bool isMinimal);
        if (!Permission.MayKeepSetGroupId(inode.Gid, Credentials))
        {
            mode &= ~ModeBits.S_ISGID;
        }

        return inode.SetAccessAcl(isMinimal ? [] : value, new AttributeChange
        {
            Mask = AttributeMask.Mode | AttributeMask.ChangeTime,
            Mode = mode,
            ChangeTime = SuperBlock.Now,
        });
    }

    private Result RemoveAcl(Inode inode, ReadOnlySpan<byte> name) => RemoveAclIfAny(inode, name);

    // Removing what is not there succeeds, as Linux has it.
    private Result RemoveAclIfAny(Inode inode, ReadOnlySpan<byte> name)
    {
        Result may = MaySetAcl(inode);
        Result removed = may.IsOk ? DropXattr(inode, name) : may;
        return removed.IsOk ? StampChange(inode) : removed;
    }

    private static Result DropXattr(Inode inode, ReadOnlySpan<byte> name)
    {
        Result removed = inode.RemoveXattr(name);
        return !removed.IsOk && removed.Error.Errno == Errno.ENODATA ? Result.Ok : removed;
    }
}
