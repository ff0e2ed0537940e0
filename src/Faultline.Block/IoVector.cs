// One piece of memory of a vectored transfer. The layout is that of struct iovec, so that an array
// of these goes to preadv and pwritev as it is. The memory is unmanaged or pinned; whoever fills in
// the vector keeps it alive.

using System;
using System.Runtime.InteropServices;

namespace Faultline.Block;

/// <summary>One piece of unmanaged or pinned memory: <c>struct iovec</c>.</summary>
/// <source>readv(2)</source>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct IoVector
{
    private readonly byte* _address;
    private readonly nuint _length;

    /// <summary>Describes a piece of memory. The caller keeps it alive and in place.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="length">Bytes, not negative.</param>
    public IoVector(byte* address, int length)
    {
        _address = address;
        _length = (nuint)length;
    }

    /// <summary>First byte.</summary>
    public byte* Address => _address;

    /// <summary>Bytes.</summary>
    public int Length => (int)_length;

    /// <summary>The memory as a span; valid as long as the memory is.</summary>
    public Span<byte> Span => new(_address, Length);
}
