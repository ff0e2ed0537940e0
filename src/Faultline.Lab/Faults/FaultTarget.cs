// What fails in a sweep.

namespace Faultline.Lab.Faults;

/// <summary>What fails.</summary>
public enum FaultTarget
{
    /// <summary>One write of the device.</summary>
    OneWrite,

    /// <summary>A write of the device, and all after it.</summary>
    EveryWrite,

    /// <summary>One read of the device.</summary>
    OneRead,

    /// <summary>One flush of the device.</summary>
    OneFlush,

    /// <summary>One allocation of page-cache memory.</summary>
    OneAllocation,

    /// <summary>The volume: so many clusters are free, and no more.</summary>
    Space,
}
