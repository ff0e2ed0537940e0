// readlink(2)

using System;
using Faultline.Base;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>The target of a symbolic link.</summary>
    /// <param name="path">Path bytes of the link.</param>
    /// <returns>The target's bytes.</returns>
    /// <errors>Those of <see cref="Resolve"/>; EINVAL not a link; ENOKEY encrypted; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    public Result<ReadOnlyMemory<byte>> ReadLink(ReadOnlySpan<byte> path)
    {
        Result<PathReference> resolved = Resolve(path, FinalLink.Keep);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            Result<ReadOnlyMemory<byte>> target = at.Inode.ReadLink();
            if (target.IsOk)
            {
                _ = at.Inode.TouchAccessed();
            }

            return target;
        }
    }
}
