// Writes to the device of a volume that is being made: counts the bytes, and knows whether zeros are there already.

using System;
using System.Threading;
using Faultline.Block;

namespace Faultline.Ext.Making;

/// <summary>Writes to the device. Any number of threads may write at once.</summary>
/// <param name="device">The device.</param>
/// <param name="blockSize">Bytes of a block.</param>
/// <param name="isBlank">Whether the device reads as zeros.</param>
internal sealed class FormatOutput(IBlockDevice device, int blockSize, bool isBlank)
{
    /// <summary>Blocks that are written at once.</summary>
    internal const int BatchBytes = 256 * 1024;

    private long _writtenBytes;

    /// <summary>Bytes written so far.</summary>
    internal long WrittenBytes => Interlocked.Read(ref _writtenBytes);

    /// <summary>Writes whole blocks.</summary>
    /// <param name="block">The first one.</param>
    /// <param name="bytes">The contents.</param>
    internal void Write(ulong block, ReadOnlySpan<byte> bytes) => WriteAt((long)block * blockSize, bytes);

    /// <summary>Writes bytes.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="bytes">The contents.</param>
    internal void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        device.Write(offset, bytes);
        _ = Interlocked.Add(ref _writtenBytes, bytes.Length);
    }

    /// <summary>Makes blocks read as zero.</summary>
    /// <param name="block">The first one.</param>
    /// <param name="count">Blocks.</param>
    internal void Zero(ulong block, ulong count)
    {
        if (!isBlank && count > 0)
        {
            device.WriteZeroes((long)block * blockSize, (long)count * blockSize);
        }
    }
}
