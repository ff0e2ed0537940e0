// The bytes of a mutant as a device that refuses to be written. Its end may lie before that of the bytes.

using System;
using Faultline.Block;

namespace Faultline.Fuzz;

/// <summary>A read-only device over bytes in memory.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="sizeBytes">Size of the device, at most that of the bytes.</param>
internal sealed class MutantDevice(byte[] bytes, long sizeBytes) : BlockDevice("mutant", isReadOnly: true)
{
    /// <inheritdoc/>
    public override long SizeBytes { get; } = sizeBytes;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) =>
        bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags) =>
        throw new InvalidOperationException("a write to a device that is only read");

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) =>
        throw new InvalidOperationException("a discard on a device that is only read");

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length) =>
        throw new InvalidOperationException("a write to a device that is only read");
}
