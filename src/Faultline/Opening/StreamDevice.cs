// A device over a .NET stream. A stream has one position, so transfers take turns.
//
// Locks: a mutex of class MetadataBuffer's successor, CommittedBuffer (rank 465): I/O that needs
// nothing else to finish.

using System;
using System.IO;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Locking;

namespace Faultline.Opening;

/// <summary>A read-only device over a seekable stream.</summary>
internal sealed class StreamDevice : IBlockDevice
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly FairMutex _turn = new(LockClasses.CommittedBuffer.Key);
    private readonly MemoryDevice _refusal;

    internal StreamDevice(Stream stream, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        SizeBytes = Measure();
        _refusal = new MemoryDevice(SizeBytes, Name, isReadOnly: true);
    }

    public string Name => "stream";

    public long SizeBytes { get; }

    public int LogicalBlockSize => 512;

    public int PhysicalBlockSize => 4096;

    public bool IsReadOnly => true;

    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > SizeBytes - buffer.Length)
        {
            // The memory device of the same size refuses it in the same words as every device.
            _refusal.Read(offset, buffer);
        }

        using MutexGuard guard = _turn.Acquire();
        try
        {
            _stream.Position = offset;
            _stream.ReadExactly(buffer);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or NotSupportedException)
        {
            throw new FsException(FaultlineReasons.StreamFailed.With(exception.Message), exception);
        }
    }

    public void Read(long offset, ReadOnlySpan<IoVector> vectors)
    {
        foreach (IoVector vector in vectors)
        {
            Read(offset, vector.Span);
            offset += vector.Length;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags = WriteFlags.None) =>
        _refusal.Write(offset, buffer, flags);

    public void Write(long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags = WriteFlags.None) =>
        _refusal.Write(offset, vectors, flags);

    public void Flush()
    {
    }

    public void Discard(long offset, long length) => _refusal.Discard(offset, length);

    public void WriteZeroes(long offset, long length) => _refusal.WriteZeroes(offset, length);

    // A stream that fails here has no device that would close it later.
    private long Measure()
    {
        bool isMeasured = false;
        try
        {
            if (!_stream.CanSeek)
            {
                throw new FileSystemException(FaultlineReasons.StreamNotSeekable);
            }

            long length = _stream.Length;
            isMeasured = true;
            return length;
        }
        catch (Exception exception) when (exception is not FileSystemException
            and (IOException or ObjectDisposedException or NotSupportedException))
        {
            throw new FileSystemException(
                FaultlineReasons.StreamUnmeasured.With(exception.Message), default, exception);
        }
        finally
        {
            if (!isMeasured)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
