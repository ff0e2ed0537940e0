// mkdir(2), mknod(2), symlink(2)

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Makes a directory.</summary>
    /// <param name="path">Path bytes; a trailing slash is allowed.</param>
    /// <param name="mode">Permission bits and sticky; the umask or a default ACL takes away.</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/> on the way; EEXIST; ENOENT the parent was removed; EROFS; EACCES; EPERM
    /// the driver makes none, or the parent is immutable; EMLINK; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock of the parent exclusive, inode lifetime.</locks>
    /// <source>mkdir(2)</source>
    public Result Mkdir(ReadOnlySpan<byte> path, uint mode) => Make(path, new Wish
    {
        Mode = ModeBits.S_IFDIR | (mode & (ModeOfAll | ModeBits.S_ISVTX)),
    });

    /// <summary>Makes a device node, fifo, socket or empty regular file.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="mode">Type and permission bits; no type means a regular file.</param>
    /// <param name="major">Major number of a device node.</param>
    /// <param name="minor">Minor number of a device node.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="Mkdir"/>; EPERM a directory, or a device node without CAP_MKNOD; EINVAL another type;
    /// ENOENT a trailing slash.</errors>
    /// <locks>As <see cref="Mkdir"/>.</locks>
    /// <source>mknod(2)</source>
    public Result Mknod(ReadOnlySpan<byte> path, uint mode, uint major = 0, uint minor = 0)
    {
        uint type = mode & ModeBits.S_IFMT;
        bool isDevice = type is ModeBits.S_IFCHR or ModeBits.S_IFBLK;
        bool isKnown = isDevice || type is 0 or ModeBits.S_IFREG or ModeBits.S_IFIFO or ModeBits.S_IFSOCK;
        if (type == ModeBits.S_IFDIR)
        {
            return VfsWriteReasons.MknodDirectory;
        }

        if (!isKnown)
        {
            return VfsWriteReasons.MknodType;
        }

        return Make(path, new Wish
        {
            Mode = (type == 0 ? ModeBits.S_IFREG : type) | (mode & ModeBits.PermissionMask),
            DeviceMajor = isDevice ? major : 0,
            DeviceMinor = isDevice ? minor : 0,
        });
    }

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="target">What it says, 1 to 4095 bytes; need not exist.</param>
    /// <param name="path">Path bytes of the link.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="Mkdir"/>; ENOENT an empty target; ENAMETOOLONG.</errors>
    /// <locks>As <see cref="Mkdir"/>.</locks>
    /// <source>symlink(2)</source>
    public Result Symlink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> path)
    {
        if (target.IsEmpty)
        {
            return VfsWriteReasons.SymlinkEmpty;
        }

        if (target.Length > PathWalk.PathLengthMax)
        {
            return VfsWriteReasons.SymlinkTooLong;
        }

        return Make(path, new Wish { Mode = ModeBits.S_IFLNK | ModeOfAll, Target = target });
    }
}
