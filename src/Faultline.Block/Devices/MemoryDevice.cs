// A device in memory, sparse: a chunk exists from its first write on, so that a device of many
// terabytes costs what was written to it. Invariant: a chunk that is absent reads as zero.
// Lock-free: chunks are published by the concurrent dictionary and never move; discarding a whole
// chunk removes it.

using System;
using System.Collections.Concurrent;
using Faultline.Base;

namespace Faultline.Block.Devices;

/// <summary>A sparse device in managed memory.</summary>
public sealed class MemoryDevice : BlockDevice
{
    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkBytes = 64 * 1024;

    private readonly ConcurrentDictionary<long, byte[]> _chunks = new();

    /// <summary>Makes an empty device.</summary>
    /// <param name="sizeBytes">Size, not negative.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="isReadOnly">Whether writing is refused.</param>
    public MemoryDevice(long sizeBytes, string name = "memory", bool isReadOnly = false)
        : base(name, isReadOnly)
    {
        Check.That(sizeBytes >= 0);
        SizeBytes = sizeBytes;
    }

    /// <inheritdoc/>
    public override long SizeBytes { get; }

    /// <summary>Bytes of memory in use for contents.</summary>
    public long AllocatedBytes => (long)_chunks.Count * ChunkBytes;

    /// <summary>Makes a device that holds a copy of some bytes.</summary>
    /// <param name="contents">The contents; their length is the size.</param>
    /// <param name="name">Name for messages.</param>
    /// <returns>The device, writable.</returns>
    public static MemoryDevice Of(ReadOnlySpan<byte> contents, string name = "memory")
    {
        MemoryDevice device = new(contents.Length, name);
        device.Write(0, contents);
        return device;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // OK: because nothing here outlives the process, there is nothing to make durable.
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int inChunk = (int)(offset % ChunkBytes);
            int length = Math.Min(ChunkBytes - inChunk, buffer.Length);
            if (_chunks.TryGetValue(offset / ChunkBytes, out byte[]? chunk))
            {
                chunk.AsSpan(inChunk, length).CopyTo(buffer);
            }
            else
            {
                buffer.Slice(0, length).Clear();
            }

            buffer = buffer.Slice(length);
            offset += length;
        }
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        while (!buffer.IsEmpty)
        {
            int inChunk = (int)(offset % ChunkBytes);
            int length = Math.Min(ChunkBytes - inChunk, buffer.Length);
            byte[] chunk = _chunks.GetOrAdd(offset / ChunkBytes, static _ => new byte[ChunkBytes]);
            buffer.Slice(0, length).CopyTo(chunk.AsSpan(inChunk));
            buffer = buffer.Slice(length);
            offset += length;
        }
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) =>
        WriteZeroesChecked(offset, length);

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        long end = offset + length;
        foreach (long index in _chunks.Keys)
        {
            long chunkStart = index * ChunkBytes;
            long first = Math.Max(offset, chunkStart);
            long last = Math.Min(end, chunkStart + ChunkBytes);
            if (first >= last)
            {
                continue;
            }

            if (last - first == ChunkBytes)
            {
                _ = _chunks.TryRemove(index, out _);
                continue;
            }

            if (_chunks.TryGetValue(index, out byte[]? chunk))
            {
                chunk.AsSpan((int)(first - chunkStart), (int)(last - first)).Clear();
            }
        }
    }
}
