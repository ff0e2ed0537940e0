// Every cause of failure of this room, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Block;

/// <summary>The causes of failure of devices.</summary>
public static class Reasons
{
    /// <summary>A transfer does not lie inside the device.</summary>
    public static readonly Reason OutOfRange =
        new("Block.OutOfRange", Errno.EINVAL, "device: transfer outside the device");

    /// <summary>A write to a device that was opened for reading.</summary>
    public static readonly Reason ReadOnly =
        new("Block.ReadOnly", Errno.EROFS, "device: opened for reading only");
}
