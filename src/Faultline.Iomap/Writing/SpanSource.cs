// Ordinary memory: always there.

using System;

namespace Faultline.Iomap.Writing;

/// <summary>A span as the source of a write. It is no view of a file.</summary>
/// <param name="bytes">The bytes.</param>
public readonly ref struct SpanSource(ReadOnlySpan<byte> bytes) : IWriteSource
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <inheritdoc/>
    public int Length => _bytes.Length;

    /// <inheritdoc/>
    public int Prefault(int offset, int length) => length;

    /// <inheritdoc/>
    public int CopyTo(int offset, Span<byte> destination)
    {
        _bytes.Slice(offset, destination.Length).CopyTo(destination);
        return destination.Length;
    }
}
