// What a recorded change of a device did.

namespace Faultline.Block.Devices;

/// <summary>Kinds of recorded changes.</summary>
public enum RecordedKind
{
    /// <summary>Bytes were written.</summary>
    Write,

    /// <summary>Bytes were discarded.</summary>
    Discard,

    /// <summary>Bytes were zeroed.</summary>
    WriteZeroes,
}
