// The file or block device of the host behind a FileDevice: one implementation per operating system
// in one file each, chosen by HostFile.Open. Ranges were checked by the caller.

using System;

namespace Faultline.Block.Host;

/// <summary>A file or block device of the host, open and locked.</summary>
internal interface IHostFile : IDisposable
{
    /// <summary>Size in bytes when it was opened.</summary>
    long SizeBytes { get; }

    /// <summary>Smallest unit of the device, bytes.</summary>
    int LogicalBlockSize { get; }

    /// <summary>Preferred unit of the device, bytes.</summary>
    int PhysicalBlockSize { get; }

    /// <summary>Reads all of the buffer.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">Not empty.</param>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Reads all of the pieces.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="vectors">Not empty.</param>
    void Read(long offset, ReadOnlySpan<IoVector> vectors);

    /// <summary>Writes all of the buffer.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="buffer">Not empty.</param>
    void Write(long offset, ReadOnlySpan<byte> buffer);

    /// <summary>Writes all of the pieces.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="vectors">Not empty.</param>
    void Write(long offset, ReadOnlySpan<IoVector> vectors);

    /// <summary>Makes what was written durable.</summary>
    void Flush();

    /// <summary>Gives space back to the host; afterwards the range reads as zero.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>False when the host cannot.</returns>
    bool TryPunchHole(long offset, long length);

    /// <summary>Zeroes a range without writing it.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>False when the host cannot.</returns>
    bool TryZeroRange(long offset, long length);

    /// <summary>Starts fetching bytes, where the host can. Failure is fine.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    void Prefetch(long offset, long length);
}
