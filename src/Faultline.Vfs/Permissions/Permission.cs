// Whether somebody may do something with an inode: mode bits and POSIX ACLs.

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
    /// <errors>EACCES not allowed.</errors>
    public static Result Check(Inode inode, AccessMask wanted, Credentials credentials)
    {
        InodeAttributes attributes = inode.Cold;
        if (credentials.IsPrivileged)
        {
            // Even root may not execute a file that nobody may execute.
            bool mayDo = (wanted & AccessMask.Execute) == 0
                || attributes.IsDirectory
                || (attributes.Mode & AnyExecute) != 0;
            return mayDo ? Result.Ok : Denied(inode);
        }

        return IsAllowed(inode, attributes, wanted, credentials) ? Result.Ok : Denied(inode);
    }

    private static Result Denied(Inode inode) => VfsReasons.PermissionDenied.At(inode.Number);

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
