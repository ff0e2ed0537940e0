// Memory that direct I/O takes.

using System;
using System.Runtime.InteropServices;

namespace Faultline.Conformance;

/// <summary>Bytes at an address that is a multiple of 4096.</summary>
internal sealed unsafe class AlignedBytes : IDisposable
{
    private readonly void* _memory;
    private readonly int _length;

    internal AlignedBytes(int length, byte value)
    {
        _length = length;
        _memory = NativeMemory.AlignedAlloc((nuint)length, 4096);
        Span.Fill(value);
    }

    internal Span<byte> Span => new(_memory, _length);

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
