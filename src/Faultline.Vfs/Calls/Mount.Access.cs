// access(2)

using System;
using Faultline.Base;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Whether the caller may do something with what a path names.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="wanted">What.</param>
    /// <returns>Success when it may.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EROFS writing on a read-only mount; EACCES.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    public Result Access(ReadOnlySpan<byte> path, AccessMask wanted)
    {
        Result<PathReference> resolved = Resolve(path, FinalLink.Follow);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            bool isOnDisk = at.Inode.IsRegular || at.Inode.IsDirectory || at.Inode.IsSymbolicLink;
            return (wanted & AccessMask.Write) != 0 && isOnDisk && SuperBlock.IsReadOnly
                ? VfsReasons.AccessReadOnly
                : Permission.Check(at.Inode, wanted, Credentials);
        }
    }
}
