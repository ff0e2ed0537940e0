// Whether somebody may do something with an inode: mode bits, POSIX ACLs, flags, capabilities.

using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Permissions;

/// <summary>Permission checks.</summary>
/// <source>path_resolution(7), acl(5), capabilities(7)</source>
public static class Permission
{
    private const uint AnyExecute = 0x49;

    /// <summary>Checks a wish against mode and ACL.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="wanted">What is to be done.</param>
    /// <param name="credentials">By whom.</param>
    /// <returns>Success, or EACCES.</returns>
    /// <errors>EACCES not allowed; EPERM writing what is immutable.</errors>
    /// <locks>Takes: xattr lock where there is an ACL.</locks>
    public static Result Check(Inode inode, AccessMask wanted, Credentials credentials)
    {
        InodeAttributes attributes = inode.Cold;
        if ((wanted & AccessMask.Write) != 0 && (attributes.Flags & InodeFlags.Immutable) != 0)
        {
            return VfsWriteReasons.WriteImmutable.At(inode.Number);
        }

        return IsOverridden(attributes, wanted, credentials)
            || IsAllowed(inode, attributes, wanted, credentials)
                ? Result.Ok
                : VfsReasons.PermissionDenied.At(inode.Number);
    }

    /// <summary>Whether the caller owns the inode or may act as its owner.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="credentials">Who.</param>
    /// <returns>True for the owner and for CAP_FOWNER.</returns>
    public static bool IsOwner(Inode inode, Credentials credentials) =>
        inode.Uid == credentials.Uid || credentials.Has(Capabilities.FileOwner);

    /// <summary>Whether a set-group-id bit may stay: the group is theirs, or CAP_FSETID.</summary>
    /// <param name="gid">The group of the inode.</param>
    /// <param name="credentials">Who.</param>
    /// <returns>True when it may.</returns>
    internal static bool MayKeepSetGroupId(uint gid, Credentials credentials) =>
        credentials.IsMember(gid) || credentials.Has(Capabilities.FileSetId);

    /// <summary>The mode after its set-id bits were dropped because data or owner changed.</summary>
    /// <param name="mode">The mode before.</param>
    /// <param name="keepsSetGroupId">Whether the caller may keep a set-group-id bit that marks no program.</param>
    /// <returns>The mode after.</returns>
    /// <source>chown(2), write(2)</source>
    internal static uint WithoutPrivileges(uint mode, bool keepsSetGroupId)
    {
        const uint GroupExecute = 0x8;
        uint result = mode & ~ModeBits.S_ISUID;
        bool dropsGroup = (mode & GroupExecute) != 0 || !keepsSetGroupId;
        return dropsGroup ? result & ~ModeBits.S_ISGID : result;
    }

    private static bool IsOverridden(InodeAttributes attributes, AccessMask wanted, Credentials credentials)
    {
        bool onlyReads = (wanted & AccessMask.Write) == 0
            && (attributes.IsDirectory || (wanted & AccessMask.Execute) == 0);
        if (onlyReads && credentials.Has(Capabilities.DacReadSearch))
        {
            return true;
        }

        // Even root may not execute a file that nobody may execute.
        bool mayExecute = (wanted & AccessMask.Execute) == 0
            || attributes.IsDirectory
            || (attributes.Mode & AnyExecute) != 0;
        return mayExecute && credentials.Has(Capabilities.DacOverride);
    }

    private static bool IsAllowed(
        Inode inode, InodeAttributes attributes, AccessMask wanted, Credentials credentials)
    {
        if (credentials.Uid != attributes.Uid && PosixAcl.Read(inode) is byte[] acl)
        {
            return PosixAcl.Allows(acl, attributes, wanted, credentials);
        }

        int shift = credentials.Uid == attributes.Uid ? 6 : credentials.IsMember(attributes.Gid) ? 3 : 0;
        return ((AccessMask)(attributes.Mode >> shift) & wanted) == wanted;
    }
}
