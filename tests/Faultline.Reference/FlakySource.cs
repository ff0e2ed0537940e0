// Caller's memory that goes away while it is being copied.

using System;
using Faultline.Iomap.Writing;

namespace Faultline.Reference;

/// <summary>Bytes of which only some can be copied at once, and from some point on none.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="goodBytes">Bytes that are accessible.</param>
/// <param name="step">Most bytes copied in one go.</param>
/// <param name="onFault">What else happens while the caller's memory is made present: anything may.</param>
internal readonly ref struct FlakySource(
    ReadOnlySpan<byte> bytes, int goodBytes, int step, Action? onFault = null) : IWriteSource
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public int Prefault(int offset, int length)
    {
        onFault?.Invoke();
        return Math.Max(0, Math.Min(length, goodBytes - offset));
    }

    public int CopyTo(int offset, Span<byte> destination)
    {
        int count = Math.Min(Math.Min(destination.Length, step), Math.Max(0, goodBytes - offset));
        _bytes.Slice(offset, count).CopyTo(destination);
        return count;
    }
}
