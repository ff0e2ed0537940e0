// What a device is to every room above: bytes at offsets, a flush, and the two ways to give space
// back. Devices take any byte offset and length inside the device; sizes of blocks are advice for
// callers that want whole-block transfers. Every method may be called from several threads at once;
// the outcome of overlapping writes is that of the host. Locks: a device may block, so it is never
// called under a spin-like lock.

using System;

namespace Faultline.Block;

/// <summary>A device of fixed size that is read and written at byte offsets.</summary>
/// <errors>Every method throws FsException: EINVAL outside the device, EROFS writing a read-only
/// device, EIO or
/// ENOSPC when the host fails. A short transfer is EIO.</errors>
/// <locks>Caller: nothing of rank 500 or deeper.</locks>
public interface IBlockDevice : IDisposable
{
    /// <summary>Name for messages, for instance the path of the image.</summary>
    string Name { get; }

    /// <summary>Size in bytes.</summary>
    long SizeBytes { get; }

    /// <summary>Smallest unit the device addresses, bytes, a power of two.</summary>
    int LogicalBlockSize { get; }

    /// <summary>Unit the device writes without reading first, bytes, a power of two.</summary>
    int PhysicalBlockSize { get; }

    /// <summary>Whether writing is refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>Reads bytes.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">Filled entirely.</param>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Reads consecutive bytes into several pieces of memory.</summary>
    /// <param name="offset">Byte offset of the first piece.</param>
    /// <param name="vectors">The pieces, filled entirely and in order.</param>
    void Read(long offset, ReadOnlySpan<IoVector> vectors);

    /// <summary>Writes bytes.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">What to write.</param>
    /// <param name="flags">Durability of this write.</param>
    void Write(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags = WriteFlags.None);

    /// <summary>Writes several pieces of memory to consecutive bytes.</summary>
    /// <param name="offset">Byte offset of the first piece.</param>
    /// <param name="vectors">The pieces, in order.</param>
    /// <param name="flags">Durability of this write.</param>
    void Write(long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags = WriteFlags.None);

    /// <summary>Makes every write that returned before this call durable.</summary>
    void Flush();

    /// <summary>Tells the device that the bytes are of no use; what they read as afterwards is
    /// unspecified.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    void Discard(long offset, long length);

    /// <summary>Makes the bytes read as zero.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    void WriteZeroes(long offset, long length);

    /// <summary>A hint that bytes will be read soon: the host may start fetching them. Never waits
    /// for them, never fails; a range outside the device is ignored.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    void Prefetch(long offset, long length)
    {
    }
}
