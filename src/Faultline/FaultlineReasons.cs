// Why the public face refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline;

/// <summary>Reasons of the public face.</summary>
public static class FaultlineReasons
{
    /// <summary>No driver knows the volume.</summary>
    public static readonly Reason NotRecognised =
        new("Faultline.NotRecognised", Errno.EINVAL, "no file system was recognised");

    /// <summary>A partition that does not exist.</summary>
    public static readonly Reason NoSuchPartition =
        new("Faultline.NoSuchPartition", Errno.ENXIO, "no such partition");

    /// <summary>Several partitions and none was named.</summary>
    public static readonly Reason PartitionNeeded =
        new("Faultline.PartitionNeeded", Errno.EINVAL, "the image holds several partitions: say which");

    /// <summary>A stream that cannot seek.</summary>
    public static readonly Reason StreamNotSeekable =
        new("Faultline.StreamNotSeekable", Errno.ESPIPE, "an image must be a stream that can seek");

    /// <summary>A file larger than the caller allows.</summary>
    public static readonly Reason FileTooLarge =
        new("Faultline.FileTooLarge", Errno.EFBIG, "file is larger than the caller allows");
}
