// One write that a recording device saw.

namespace Faultline.Block.Devices;

/// <summary>One write, with the flush epoch in which it was made.</summary>
/// <param name="Sequence">Its number, counted from 0 over all writes.</param>
/// <param name="Epoch">Flushes completed before it; writes of one epoch may persist in any
/// order.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Offset">Byte offset.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Data">The bytes of a write, or empty.</param>
/// <param name="Flags">Durability asked for.</param>
public sealed record RecordedWrite(
    long Sequence,
    int Epoch,
    RecordedKind Kind,
    long Offset,
    long Length,
    byte[] Data,
    WriteFlags Flags);
