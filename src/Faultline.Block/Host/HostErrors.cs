// Turns failures of the host into errors of this room, so that each reason has one place.

using System.IO;
using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Block.Host;

/// <summary>Errors of the host as <see cref="FsException"/>.</summary>
internal static class HostErrors
{
    /// <summary>The exception for an error number of the host.</summary>
    /// <param name="errno">The error number.</param>
    /// <param name="what">Which call on which file.</param>
    /// <param name="inner">The exception of .NET, or null.</param>
    /// <returns>The exception to throw.</returns>
    internal static FsException From(Errno errno, string what, IOException? inner = null)
    {
        Reason reason = errno switch
        {
            Errno.ENOENT => BlockReasons.ImageMissing,
            Errno.EACCES or Errno.EPERM or Errno.EROFS => BlockReasons.ImageDenied,
            Errno.EBUSY or Errno.EAGAIN => BlockReasons.ImageInUse,
            Errno.EISDIR or Errno.ENODEV or Errno.ENXIO => BlockReasons.ImageNotAFile,
            Errno.ENOSPC or Errno.EDQUOT => BlockReasons.HostNoSpace,
            // OK: because the host has more error numbers than we tell apart.
            _ => BlockReasons.HostError,
        };
        return new FsException(reason.With($"{what}: {errno}"), inner);
    }

    /// <summary>The exception for a transfer that ended early.</summary>
    /// <param name="what">Which call on which file.</param>
    /// <param name="offset">Where it ended.</param>
    /// <returns>The exception to throw.</returns>
    internal static FsException Short(string what, long offset) =>
        new(BlockReasons.ShortTransfer.With($"{what} ended at {offset}"));
}
