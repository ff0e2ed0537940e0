// Why tmpfs refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Tmpfs;

/// <summary>Reasons of tmpfs.</summary>
public static class TmpfsReasons
{
    /// <summary>No such name.</summary>
    public static readonly Reason NoName = new("Tmpfs.NoName", Errno.ENOENT, "no such file or directory");

    /// <summary>An inode number that names nothing any more.</summary>
    public static readonly Reason NoInode = new("Tmpfs.NoInode", Errno.ESTALE, "no such inode");

    /// <summary>The size limit.</summary>
    public static readonly Reason NoSpace =
        new("Tmpfs.NoSpace", Errno.ENOSPC, "the size limit of the volume is reached");

    /// <summary>The size limit, met by fallocate.</summary>
    public static readonly Reason NoSpaceToAllocate =
        new("Tmpfs.NoSpaceToAllocate", Errno.ENOSPC, "the size limit of the volume does not allow for the range");

    /// <summary>The inode limit.</summary>
    public static readonly Reason NoInodes =
        new("Tmpfs.NoInodes", Errno.ENOSPC, "the inode limit of the volume is reached");

    /// <summary>The inode limit, met by a whiteout.</summary>
    public static readonly Reason NoInodeForWhiteout =
        new("Tmpfs.NoInodeForWhiteout", Errno.ENOSPC, "the inode limit of the volume leaves none for a whiteout");

    /// <summary>A directory that has names.</summary>
    public static readonly Reason NotEmpty =
        new("Tmpfs.NotEmpty", Errno.ENOTEMPTY, "the directory is not empty");

    /// <summary>Replacing a directory that has names.</summary>
    public static readonly Reason ReplacedNotEmpty =
        new("Tmpfs.ReplacedNotEmpty", Errno.ENOTEMPTY, "the directory to be replaced is not empty");

    /// <summary>An attribute that does not exist.</summary>
    public static readonly Reason NoXattr =
        new("Tmpfs.NoXattr", Errno.ENODATA, "extended attribute not found");

    /// <summary>Removing an attribute that does not exist.</summary>
    public static readonly Reason NoXattrToRemove =
        new("Tmpfs.NoXattrToRemove", Errno.ENODATA, "extended attribute to be removed not found");

    /// <summary>XATTR_REPLACE without an attribute.</summary>
    public static readonly Reason NoXattrToReplace =
        new("Tmpfs.NoXattrToReplace", Errno.ENODATA, "extended attribute to be replaced not found");

    /// <summary>XATTR_CREATE with an attribute.</summary>
    public static readonly Reason XattrExists =
        new("Tmpfs.XattrExists", Errno.EEXIST, "extended attribute exists");

    /// <summary>A buffer that is too small.</summary>
    public static readonly Reason XattrRange =
        new("Tmpfs.XattrRange", Errno.ERANGE, "the buffer is too small for the attribute");

    /// <summary>A remount with less than is in use.</summary>
    public static readonly Reason TooSmall =
        new("Tmpfs.TooSmall", Errno.EINVAL, "more space is in use than the new size limit allows");

    /// <summary>A remount with fewer inodes than are in use.</summary>
    public static readonly Reason TooFewInodes =
        new("Tmpfs.TooFewInodes", Errno.EINVAL, "more inodes are in use than the new limit allows");

    /// <summary>Moving blocks of a file.</summary>
    public static readonly Reason NoCollapse =
        new("Tmpfs.NoCollapse", Errno.EOPNOTSUPP, "tmpfs cannot collapse ranges");

    /// <summary>Moving blocks of a file.</summary>
    public static readonly Reason NoInsert =
        new("Tmpfs.NoInsert", Errno.EOPNOTSUPP, "tmpfs cannot insert ranges");
}
