// Where a journal lies: a device and the map from journal blocks to its blocks. The map was made by
// whoever knows the journal's inode; here it is only checked against the device at each transfer.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Jbd2;

/// <summary>Reads and writes blocks of a journal. Immutable.</summary>
public sealed class JournalLocation
{
    private readonly JournalExtent[] _extents; // ascending by FirstBlock

    /// <summary>Describes a journal.</summary>
    /// <param name="device">The device that holds it.</param>
    /// <param name="blockSize">Bytes of a block, a power of two, 1024 or more.</param>
    /// <param name="extents">The map, ascending and without overlap.</param>
    /// <param name="superBlock">The journal block that holds the journal's superblock: not the first one when the
    /// journal has a device of its own.</param>
    public JournalLocation(
        IBlockDevice device, int blockSize, IReadOnlyList<JournalExtent> extents, uint superBlock = 0)
    {
        SuperBlock = superBlock;
        Check.That(blockSize >= 1024);
        Check.That(Bits.IsPowerOfTwo(blockSize));
        Device = device;
        BlockSize = blockSize;
        _extents = [.. extents];
        ulong end = 0;
        foreach (JournalExtent extent in _extents)
        {
            Check.That(extent.BlockCount > 0);
            Check.That(extent.FirstBlock >= end);
            end = (ulong)extent.FirstBlock + extent.BlockCount;
        }

        BlockCount = (uint)Math.Min(end, uint.MaxValue);
    }

    /// <summary>The device.</summary>
    public IBlockDevice Device { get; }

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>The journal block that holds the journal's superblock.</summary>
    public uint SuperBlock { get; }

    /// <summary>Blocks up to the last one mapped.</summary>
    public uint BlockCount { get; }

    /// <summary>Reads one block of the journal.</summary>
    /// <param name="block">Block of the journal.</param>
    /// <param name="buffer">One block long.</param>
    /// <errors>FsException EUCLEAN when the block is not mapped; device errors.</errors>
    public void Read(uint block, Span<byte> buffer)
    {
        Check.That(buffer.Length == BlockSize);
        Device.Read(Offset(block), buffer);
    }

    /// <summary>Writes blocks of the journal: one transfer a run of the device.</summary>
    /// <param name="block">The first block of the journal.</param>
    /// <param name="bytes">Whole blocks, more than 0; or the superblock's bytes, at most one block.</param>
    /// <errors>FsException EUCLEAN when a block is not mapped; device errors.</errors>
    public void Write(uint block, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            long offset = Offset(block);
            int length = Math.Min(BlockSize, bytes.Length);
            uint next = block + 1;
            while ((length < bytes.Length) && (Offset(next) == offset + length))
            {
                length = Math.Min(length + BlockSize, bytes.Length);
                next++;
            }

            Device.Write(offset, bytes.Slice(0, length));
            bytes = bytes.Slice(length);
            block = next;
        }
    }

    private long Offset(uint block)
    {
        ulong deviceBlock = Map(block);
        if (deviceBlock >= (ulong)(Device.SizeBytes / BlockSize))
        {
            throw new FsException(Jbd2Reasons.Unmapped.With($"journal block {block}"));
        }

        return (long)deviceBlock * BlockSize;
    }

    // Answers a block beyond every device for a block without a place.
    private ulong Map(uint block)
    {
        int low = 0;
        int high = _extents.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            JournalExtent extent = _extents[middle];
            if (block < extent.FirstBlock)
            {
                high = middle - 1;
                continue;
            }

            if (block - extent.FirstBlock < extent.BlockCount)
            {
                return extent.DeviceBlock + (block - extent.FirstBlock);
            }

            low = middle + 1;
        }

        return ulong.MaxValue;
    }
}
