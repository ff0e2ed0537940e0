// Passes everything on and keeps a copy of every change with the flush epoch it belongs to, so that
// a crash test can rebuild what a device may hold after a power cut. Lock-free: a queue and two
// counters; a write that overlaps a flush in time belongs to the epoch it started in, which is the
// weaker promise.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;

namespace Faultline.Block.Devices;

/// <summary>Records every change made to another device.</summary>
/// <param name="inner">The device; stays the caller's to dispose.</param>
public sealed class RecordingDevice(IBlockDevice inner)
    : BlockDevice(inner.Name + " (recording)", inner.IsReadOnly)
{
    private readonly ConcurrentQueue<RecordedWrite> _writes = new();
    private long _sequence = -1;
    private int _epoch;

    /// <inheritdoc/>
    public override long SizeBytes => inner.SizeBytes;

    /// <inheritdoc/>
    public override int LogicalBlockSize => inner.LogicalBlockSize;

    /// <inheritdoc/>
    public override int PhysicalBlockSize => inner.PhysicalBlockSize;

    /// <summary>Flushes completed so far.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>The changes so far, in order.</summary>
    public IReadOnlyList<RecordedWrite> Writes => [.. _writes];

    /// <inheritdoc/>
    public override void Flush()
    {
        inner.Flush();
        _ = Interlocked.Increment(ref _epoch);
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) =>
        inner.Read(offset, buffer);

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        Record(RecordedKind.Write, offset, buffer.Length, buffer.ToArray(), flags);
        inner.Write(offset, buffer, flags);
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
        Record(RecordedKind.Discard, offset, length, [], WriteFlags.None);
        inner.Discard(offset, length);
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        Record(RecordedKind.WriteZeroes, offset, length, [], WriteFlags.None);
        inner.WriteZeroes(offset, length);
    }

    private void Record(
        RecordedKind kind, long offset, long length, byte[] data, WriteFlags flags) =>
        _writes.Enqueue(new RecordedWrite(
            Interlocked.Increment(ref _sequence), Epoch, kind, offset, length, data, flags));
}
