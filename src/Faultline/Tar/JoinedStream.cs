// A stream whose first bytes were read already.

using System;
using System.IO;

namespace Faultline.Tar;

/// <summary>Bytes, then a stream.</summary>
/// <param name="first">The bytes that come first.</param>
/// <param name="rest">What follows; stays the caller's.</param>
internal sealed class JoinedStream(byte[] first, Stream rest) : Stream
{
    private int _done;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_done == first.Length)
        {
            return rest.Read(buffer);
        }

        int count = Math.Min(buffer.Length, first.Length - _done);
        first.AsSpan(_done, count).CopyTo(buffer);
        _done += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
