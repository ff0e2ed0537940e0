// getxattr(2), listxattr(2)

using System;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Reads an extended attribute.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="value">Where the value goes; empty asks for the length alone.</param>
    /// <param name="finalLink">Follow for getxattr(2), Keep for lgetxattr(2).</param>
    /// <returns>Length of the value in bytes.</returns>
    /// <errors>Those of <see cref="Resolve"/>; ENODATA; ERANGE the buffer is too small; damage
    /// throws <see cref="FsException"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    public Result<int> GetXattr(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, FinalLink finalLink = FinalLink.Follow)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return at.Inode.GetXattr(name, value);
        }
    }

    /// <summary>Lists extended attributes.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="sink">Takes the names.</param>
    /// <param name="finalLink">Follow for listxattr(2), Keep for llistxattr(2).</param>
    /// <returns>Success.</returns>
    /// <errors>Those of <see cref="Resolve"/>; damage throws <see cref="FsException"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    public Result ListXattrs(ReadOnlySpan<byte> path, IXattrSink sink, FinalLink finalLink = FinalLink.Follow)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return at.Inode.ListXattrs(sink);
        }
    }
}
