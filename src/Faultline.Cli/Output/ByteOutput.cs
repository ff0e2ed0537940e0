// Standard output as bytes: names are bytes, and a listing of many lines is one buffer.

using System;
using System.Buffers.Text;
using System.IO;
using System.Text;

namespace Faultline.Cli.Output;

/// <summary>Buffered standard output.</summary>
internal sealed class ByteOutput(Stream destination) : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;

    /// <summary>The destination, for what writes much by itself; flush before.</summary>
    internal Stream Stream
    {
        get
        {
            Flush();
            return destination;
        }
    }

    internal ByteOutput Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == BufferBytes)
            {
                Flush();
            }

            int length = Math.Min(bytes.Length, BufferBytes - _used);
            bytes.Slice(0, length).CopyTo(_buffer.AsSpan(_used));
            _used += length;
            bytes = bytes.Slice(length);
        }

        return this;
    }

    internal ByteOutput Put(string text) => Put(Encoding.UTF8.GetBytes(text));

    /// <summary>A number, right-aligned.</summary>
    internal ByteOutput Put(long value, int width = 0)
    {
        Span<byte> digits = stackalloc byte[24];
        _ = Utf8Formatter.TryFormat(value, digits, out int length);
        for (int space = length; space < width; space++)
        {
            _ = Put(" "u8);
        }

        return Put(digits.Slice(0, length));
    }

    internal ByteOutput Line() => Put("\n"u8);

    internal void Line(string text) => _ = Put(text).Line();

    internal void Flush()
    {
        if (_used > 0)
        {
            // Forgotten before they are written: after a failure nobody tries the same bytes again.
            int length = _used;
            _used = 0;
            destination.Write(_buffer, 0, length);
            destination.Flush();
        }
    }

    public void Dispose() => Flush();
}
