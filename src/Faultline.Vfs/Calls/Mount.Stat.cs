// stat(2), lstat(2), statfs(2)

using System;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>The attributes of what a path names.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="finalLink">Follow for stat(2), Keep for lstat(2).</param>
    /// <returns>Number and attributes.</returns>
    /// <errors>Those of <see cref="Resolve"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    public Result<InodeStat> Stat(ReadOnlySpan<byte> path, FinalLink finalLink = FinalLink.Follow)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return new InodeStat(at.Inode.Number, at.Inode.StatAttributes);
        }
    }

    /// <summary>Space and limits of the volume.</summary>
    /// <returns>The figures.</returns>
    public StatFs StatFs() => SuperBlock.StatFs();
}
