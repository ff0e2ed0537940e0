// The checks every device shares: the range lies inside the device, the device may be written, a
// vectored transfer has a sane total. What a device does itself is behind the protected methods,
// which may rely on the checks. Locks: none here.

using System;
using Faultline.Base;

namespace Faultline.Block;

/// <summary>Base of every device: checks ranges and permissions once, for all of them.</summary>
/// <param name="name">Name for messages.</param>
/// <param name="isReadOnly">Whether writing is refused.</param>
public abstract class BlockDevice(string name, bool isReadOnly) : IBlockDevice
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public abstract long SizeBytes { get; }

    /// <inheritdoc/>
    public virtual int LogicalBlockSize => 512;

    /// <inheritdoc/>
    public virtual int PhysicalBlockSize => 4096;

    /// <inheritdoc/>
    public bool IsReadOnly { get; } = isReadOnly;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        CheckRange(offset, buffer.Length);
        if (!buffer.IsEmpty)
        {
            ReadChecked(offset, buffer);
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, ReadOnlySpan<IoVector> vectors)
    {
        long total = TotalLength(vectors);
        CheckRange(offset, total);
        if (total > 0)
        {
            ReadChecked(offset, vectors);
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags = WriteFlags.None)
    {
        CheckWrite(offset, buffer.Length);
        if (!buffer.IsEmpty)
        {
            WriteChecked(offset, buffer, flags);
        }
    }

    /// <inheritdoc/>
    public void Write(
        long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags = WriteFlags.None)
    {
        long total = TotalLength(vectors);
        CheckWrite(offset, total);
        if (total > 0)
        {
            WriteChecked(offset, vectors, flags);
        }
    }

    /// <inheritdoc/>
    public abstract void Flush();

    /// <inheritdoc/>
    public void Prefetch(long offset, long length)
    {
        if ((offset >= 0) && (length > 0) && (offset <= SizeBytes) && (length <= SizeBytes - offset))
        {
            PrefetchChecked(offset, length);
        }
    }

    /// <summary>Starts fetching bytes inside the device, where that can be done without waiting.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    protected virtual void PrefetchChecked(long offset, long length)
    {
    }

    /// <inheritdoc/>
    public void Discard(long offset, long length)
    {
        CheckWrite(offset, length);
        if (length > 0)
        {
            DiscardChecked(offset, length);
        }
    }

    /// <inheritdoc/>
    public void WriteZeroes(long offset, long length)
    {
        CheckWrite(offset, length);
        if (length > 0)
        {
            WriteZeroesChecked(offset, length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what the device holds; may be called twice.</summary>
    /// <param name="isDisposing">False from a finalizer.</param>
    protected virtual void Dispose(bool isDisposing)
    {
    }

    /// <summary>Reads a range that lies inside the device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">Filled entirely.</param>
    protected abstract void ReadChecked(long offset, Span<byte> buffer);

    /// <summary>Reads a range that lies inside the device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="vectors">Filled entirely.</param>
    protected virtual void ReadChecked(long offset, ReadOnlySpan<IoVector> vectors)
    {
        foreach (IoVector vector in vectors)
        {
            if (vector.Length > 0)
            {
                ReadChecked(offset, vector.Span);
                offset += vector.Length;
            }
        }
    }

    /// <summary>Writes a range that lies inside the writable device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">What to write.</param>
    /// <param name="flags">Durability.</param>
    protected abstract void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags);

    /// <summary>Writes a range that lies inside the writable device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="vectors">What to write.</param>
    /// <param name="flags">Durability.</param>
    protected virtual void WriteChecked(
        long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags)
    {
        foreach (IoVector vector in vectors)
        {
            if (vector.Length > 0)
            {
                WriteChecked(offset, vector.Span, flags);
                offset += vector.Length;
            }
        }
    }

    /// <summary>Discards a range that lies inside the writable device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    protected abstract void DiscardChecked(long offset, long length);

    /// <summary>Zeroes a range that lies inside the writable device and is not empty.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    protected abstract void WriteZeroesChecked(long offset, long length);

    private static long TotalLength(ReadOnlySpan<IoVector> vectors)
    {
        long total = 0;
        foreach (IoVector vector in vectors)
        {
            total += vector.Length;
        }

        return total;
    }

    private void CheckWrite(long offset, long length)
    {
        if (IsReadOnly)
        {
            throw new FsException(BlockReasons.ReadOnly.With(Name));
        }

        CheckRange(offset, length);
    }

    private void CheckRange(long offset, long length)
    {
        // The subtraction cannot overflow, where offset + length could.
        bool isInside = (offset >= 0) && (length >= 0) && (offset <= SizeBytes)
            && (length <= SizeBytes - offset);
        if (!isInside)
        {
            throw new FsException(BlockReasons.OutOfRange.With(
                $"{Name}: {length} bytes at {offset}, size {SizeBytes}"));
        }
    }
}
