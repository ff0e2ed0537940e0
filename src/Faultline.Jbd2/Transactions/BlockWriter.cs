// Writes blocks to their places: ascending, those that lie side by side in one transfer. They are gathered in a buffer
// first, because a copy in memory costs less than a transfer more.
//
// Locks: none; used by the log's thread.

using System;
using System.Buffers;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Transactions;

/// <summary>Writes blocks to their places.</summary>
/// <param name="device">The volume's device.</param>
/// <param name="blockSize">Bytes of a block.</param>
internal sealed class BlockWriter(IBlockDevice device, int blockSize)
{
    private const int GatherBytes = 1 << 20;

    private byte[] _gathered = []; // borrowed while Write runs
    private int _count;
    private ulong _first;

    /// <summary>Writes versions of blocks.</summary>
    /// <param name="versions">Ascending by block.</param>
    /// <errors>FsException: the device's.</errors>
    internal void Write(ReadOnlySpan<BlockVersion> versions)
    {
        Check.That(_count == 0);
        if (versions.IsEmpty)
        {
            return;
        }

        _gathered = ArrayPool<byte>.Shared.Rent(Math.Max(GatherBytes, blockSize));
        try
        {
            foreach (BlockVersion version in versions)
            {
                Add(version);
            }

            WriteGathered();
        }
        finally
        {
            _count = 0;
            ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = [];
        }
    }

    private void Add(BlockVersion version)
    {
        bool isNext = (_count > 0) && (version.Block.Value == _first + (ulong)_count);
        bool isFull = (_count + 1) * blockSize > _gathered.Length;
        if ((_count > 0) && (!isNext || isFull))
        {
            WriteGathered();
        }

        if (_count == 0)
        {
            _first = version.Block.Value;
        }

        version.Bytes.CopyTo(_gathered.AsSpan(_count * blockSize, blockSize));
        _count++;
    }

    private void WriteGathered()
    {
        if (_count > 0)
        {
            device.Write((long)_first * blockSize, _gathered.AsSpan(0, _count * blockSize));
            _count = 0;
        }
    }
}
