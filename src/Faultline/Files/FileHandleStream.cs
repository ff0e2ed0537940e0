// A .NET stream over an open file.

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Faultline.Files;

/// <summary>A seekable stream over an open file. Like any stream, for one thread at a time.</summary>
internal sealed class FileHandleStream(FileHandle handle, bool ownsHandle) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => handle.IsWritable;

    public override long Length => handle.SizeBytes;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = handle.Read(buffer, _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await handle.ReadAsync(buffer, _position, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            SeekOrigin.End => Length + offset,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        if (target < 0)
        {
            throw new IOException("the stream has no place before its start");
        }

        _position = target;
        return target;
    }

    public override void Flush()
    {
        if (CanWrite)
        {
            handle.Flush();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        CanWrite ? handle.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void SetLength(long value)
    {
        ThrowIfReadOnly();
        handle.SetLength(value);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfReadOnly();
        handle.WriteFully(buffer, _position);
        _position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfReadOnly();
        while (!buffer.IsEmpty)
        {
            int written = await handle.WriteAsync(buffer, _position, cancellationToken).ConfigureAwait(false);
            _position += written;
            buffer = buffer.Slice(written);
        }
    }

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsHandle)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ThrowIfReadOnly()
    {
        if (!CanWrite)
        {
            throw new NotSupportedException("the stream is read-only");
        }
    }
}
