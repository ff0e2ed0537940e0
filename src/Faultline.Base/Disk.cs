// Overlays on-disk structures on bytes, bounds checked.

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Faultline.Base;

/// <summary>Views bytes as on-disk structures. Never reads outside the span.</summary>
public static class Disk
{
    /// <summary>A mutable view of the structure at an offset. Only code that owns the bytes may ask for it.</summary>
    /// <typeparam name="T">The on-disk structure.</typeparam>
    /// <param name="bytes">The block.</param>
    /// <param name="offset">Byte offset of the structure.</param>
    /// <returns>A reference into <paramref name="bytes"/>.</returns>
    public static ref T Overlay<T>(Span<byte> bytes, int offset = 0)
        where T : unmanaged =>
        ref MemoryMarshal.AsRef<T>(bytes.Slice(offset, Unsafe.SizeOf<T>()));

    /// <summary>A read-only view of the structure at an offset.</summary>
    /// <typeparam name="T">The on-disk structure.</typeparam>
    /// <param name="bytes">The block.</param>
    /// <param name="offset">Byte offset of the structure.</param>
    /// <returns>A reference into <paramref name="bytes"/>.</returns>
    public static ref readonly T View<T>(ReadOnlySpan<byte> bytes, int offset = 0)
        where T : unmanaged =>
        ref MemoryMarshal.AsRef<T>(bytes.Slice(offset, Unsafe.SizeOf<T>()));
}
