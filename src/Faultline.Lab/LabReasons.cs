// Why something fails that the lab makes fail.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Lab;

/// <summary>Reasons of the lab.</summary>
public static class LabReasons
{
    /// <summary>A device of a sweep failed.</summary>
    public static readonly Reason DeviceFault = new("Lab.DeviceFault", Errno.EIO, "the device failed, as the sweep wanted");
}
