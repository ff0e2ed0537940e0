// Flags of one write to a device.

using System;

namespace Faultline.Block;

/// <summary>How durable one write must be when it returns.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Durable after the next flush.</summary>
    None = 0,

    /// <summary>Force unit access: this write is durable when the call returns.</summary>
    Fua = 1,
}
