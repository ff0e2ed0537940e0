// The log of a volume without a journal: transactions are epochs. Closing one writes its blocks to their places, after
// a flush that makes the data durable that they refer to, and before a flush after which what the epoch freed may be
// used again. A crash between the two leaves a mixture of old and new blocks; what it never leaves is a block map that
// leads to data which were not written, or to another file's.
//
// Locks: see TransactionLog.

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Transactions;

/// <summary>The log of a volume without a journal.</summary>
public sealed class EpochLog : TransactionLog
{
    private const int CountMin = 128;
    private const int CountMax = 1 << 16;

    private readonly IBlockDevice _device;
    private readonly BlockWriter _writer;

    /// <summary>Opens a log.</summary>
    /// <param name="buffers">The volume's blocks.</param>
    /// <param name="device">The volume's device.</param>
    /// <param name="options">How it behaves.</param>
    public EpochLog(BufferCache buffers, IBlockDevice device, LogOptions options)
        : base(buffers, new TransactionId(1), options)
    {
        _device = device;
        _writer = new BlockWriter(device, buffers.BlockSize);
        // Two at a time: one runs while the other is written.
        SetCountMax((int)Math.Clamp(options.PinnedBytesMax / buffers.BlockSize / 2, CountMin, CountMax));
        StartThread();
    }

    /// <inheritdoc/>
    private protected override bool TryTakeRoom(int countMax, HandleKind kind) => true;

    /// <inheritdoc/>
    private protected override void MoveRoom()
    {
    }

    /// <inheritdoc/>
    private protected override void ReturnRoom()
    {
    }

    /// <inheritdoc/>
    private protected override bool WantsRoom() => false;

    /// <inheritdoc/>
    private protected override void MakeRoom()
    {
    }

    /// <inheritdoc/>
    private protected override void Write(LogTransaction transaction, BlockVersion[] versions)
    {
        // Always: who wrote data that the blocks refer to did not necessarily say so, and the device knows best
        // whether there is anything to flush.
        FlushData();
        ThrowIfAborted();
        _writer.Write(versions);
        FlushData();
        foreach (BlockVersion version in versions)
        {
            Buffers.Release(version);
        }
    }

    /// <inheritdoc/>
    private protected override void Empty()
    {
        // Every closed epoch is in its place.
    }

    /// <inheritdoc/>
    private protected override void OnAborted(in FsError error)
    {
        // There is no place for a mark; the driver has its superblock.
    }

    /// <inheritdoc/>
    private protected override void FlushDevice() => _device.Flush();
}
