// What a scripted fault does.

namespace Faultline.Block.Devices;

/// <summary>Kinds of scripted faults.</summary>
public enum FaultKind
{
    /// <summary>The read fails.</summary>
    ReadError,

    /// <summary>The write fails and changes nothing.</summary>
    WriteError,

    /// <summary>Only the first half of the write, in sectors rounded down, reaches the device; it
    /// reports success.</summary>
    TornWrite,

    /// <summary>Nothing of the write reaches the device; it reports success.</summary>
    DroppedWrite,

    /// <summary>The flush fails.</summary>
    FlushError,
}
