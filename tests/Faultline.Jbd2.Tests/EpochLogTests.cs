// Goal: an epoch reaches the device whole, between two flushes; later changes do not reach into it; failures end it.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Jbd2.Tests;

public sealed class EpochLogTests : IDisposable
{
    private readonly MemoryDevice _memory = new(1 << 20);
    private readonly RecordingDevice _device;
    private readonly BufferCache _buffers;
    private readonly EpochLog _log;

    public EpochLogTests()
    {
        _device = new RecordingDevice(_memory);
        _buffers = new BufferCache(_device, LogVolume.BlockSize, 16 * 1024);
        _log = new EpochLog(_buffers, _device, new LogOptions { CommitIntervalMs = 600_000 });
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void AnEpoch_IsWrittenBetweenTwoFlushesInRuns()
    {
        TransactionId id = LogVolume.Change(_log, _buffers, (7, 70), (5, 50), (6, 60), (9, 90));
        Assert.False(_log.IsDurable(id));
        Assert.Empty(_device.Writes);
        Assert.Equal(4, _buffers.PinnedCount);
        _log.WaitDurable(id, needsFlush: true).ThrowIfError();
        Assert.True(_log.IsDurable(id));
        Assert.Equal(2, _device.Epoch);
        Assert.Equal([(1, 5 * 1024L, 3 * 1024L), (1, 9 * 1024L, 1024L)],
            _device.Writes.Select(static write => (write.Epoch, write.Offset, write.Length)));
        Assert.Equal(60UL, LogVolume.OnDevice(_memory, 6));
        Assert.Equal(0, _buffers.PinnedCount);
        _buffers.CheckInvariants();
    }

    [Fact]
    public void NothingChanged_NeedsNoFlushUnlessAsked()
    {
        TransactionId id = LogVolume.Change(_log, _buffers);
        _log.WaitDurable(id, needsFlush: false).ThrowIfError();
        Assert.Equal(0, _device.Epoch);
        _log.WaitDurable(id, needsFlush: true).ThrowIfError();
        Assert.Equal(1, _device.Epoch);
        Assert.Equal(id, _log.Running);
    }

    [Fact]
    public void ReadersOfOlderBytes_KeepThem()
    {
        LogVolume.Commit(_log, _buffers, (3, 1));
        MetadataBuffer buffer = _buffers.Read(new BlockNumber(3), LogVolume.Plain, default);
        ReadOnlySpan<byte> old = buffer.Bytes;
        LogVolume.Change(_log, _buffers, (3, 2));
        Assert.Equal(1UL, LogVolume.Value(old));
        Assert.Equal(2UL, LogVolume.Value(buffer.Bytes));
    }

    [Fact]
    public void PinnedBlocks_AreNotEvicted()
    {
        TransactionId id = LogVolume.Change(_log, _buffers, (3, 33));
        for (ulong block = 100; block < 400; block++)
        {
            _ = _buffers.Read(new BlockNumber(block), LogVolume.Plain, default);
        }

        Assert.Equal(33UL, LogVolume.Value(_buffers.Read(new BlockNumber(3), LogVolume.Plain, default).Bytes));
        _buffers.CheckInvariants();
        _log.WaitDurable(id, needsFlush: false).ThrowIfError();
        Assert.Equal(33UL, LogVolume.OnDevice(_memory, 3));
    }

    /// <summary>Goal: a buffer held while it was evicted and changed through another object is not a second
    /// truth.</summary>
    [Fact]
    public void ABufferEvictedMeanwhile_IsRedirected()
    {
        MetadataBuffer old = _buffers.Read(new BlockNumber(3), LogVolume.Plain, default);
        for (ulong block = 100; block < 400; block++)
        {
            _ = _buffers.Read(new BlockNumber(block), LogVolume.Plain, default);
        }

        using MetadataHandle handle = _log.Start(1).OrThrow();
        LogVolume.Set(handle, _buffers, 3, 33);
        Assert.NotSame(old, _buffers.Read(new BlockNumber(3), LogVolume.Plain, default));
        Assert.Equal(33UL, LogVolume.Value(handle.Change(old)));
        Assert.Equal(0, handle.CreditsLeft);
    }

    [Fact]
    public void SealsRun_AndAFailedVerifierAborts()
    {
        using (MetadataHandle handle = _log.Start(1).OrThrow())
        {
            MetadataBuffer made = handle.Create(new BlockNumber(8), LogVolume.Sealed, default);
            Disk.Overlay<LeUInt64>(handle.Change(made)) = 88;
        }

        _log.WaitDurable(LogVolume.Change(_log, _buffers), needsFlush: false).ThrowIfError();
        _log.Checkpoint().ThrowIfError();
        BufferCache fresh = new(_memory, LogVolume.BlockSize, 16 * 1024);
        Assert.Equal(88UL, LogVolume.Value(fresh.Read(new BlockNumber(8), LogVolume.Sealed, default).Bytes));

        BlockFormat refused = new("refused", Refuse);
        TransactionId id;
        using (MetadataHandle handle = _log.Start(1).OrThrow())
        {
            _ = handle.Create(new BlockNumber(9), refused, new BlockContext(new InodeNumber(12), 0));
            id = handle.Transaction;
        }

        int writes = _device.Writes.Count;
        Result result = _log.WaitDurable(id, needsFlush: false);
        Assert.Same(LogVolume.Bad, result.Error.Reason);
        Assert.Equal((12UL, 9UL), (result.Error.Inode.Value, result.Error.Block.Value));
        Assert.Equal(writes, _device.Writes.Count);
        Assert.Same(Jbd2Reasons.Aborted, _log.Start(1).Error.Reason);
        Assert.Equal(Errno.EROFS, _log.Start(1).Error.Errno);
    }

    [Fact]
    public void MoreCreditsThanThereAre_AreRefused()
    {
        Assert.Same(Jbd2Reasons.TooManyCredits, _log.Start(_log.CreditsMax + 1).Error.Reason);
        using MetadataHandle handle = _log.Start(_log.CreditsMax).OrThrow();
        Assert.False(handle.TryExtend(_log.CreditsMax + 1));
    }

    [Fact]
    public void ForgottenBlocks_AreNotWritten()
    {
        LogVolume.Commit(_log, _buffers, (3, 1));
        using (MetadataHandle handle = _log.Start(3).OrThrow())
        {
            LogVolume.Set(handle, _buffers, 3, 2);
            LogVolume.Set(handle, _buffers, 4, 4);
            handle.Forget(new BlockNumber(3));
        }

        _log.Checkpoint().ThrowIfError();
        Assert.Equal(1UL, LogVolume.OnDevice(_memory, 3));
        Assert.Equal(4UL, LogVolume.OnDevice(_memory, 4));
        _buffers.CheckInvariants();
    }

    [Fact]
    public void AWriteError_WakesWaitersAndIsTold()
    {
        FaultyDevice faulty = new(_memory, [new FaultRule(FaultKind.WriteError)]);
        BufferCache buffers = new(faulty, LogVolume.BlockSize, 16 * 1024);
        Told told = new();
        using EpochLog log = new(buffers, faulty, new LogOptions()) { Listener = told };
        TransactionId id = LogVolume.Change(log, buffers, (3, 1));
        Assert.Equal(Errno.EIO, log.WaitDurable(id, needsFlush: true).Error.Errno);
        told.WasAborted.Wait();
        Assert.Equal([], told.Durable);
    }

    [Fact]
    public void TheInterval_ClosesAnEpoch()
    {
        BufferCache buffers = new(_device, LogVolume.BlockSize, 16 * 1024);
        Told told = new();
        using EpochLog log = new(buffers, _device, new LogOptions { CommitIntervalMs = 20 }) { Listener = told };
        TransactionId id = LogVolume.Change(log, buffers, (3, 1));
        told.WasDurable.Wait();
        Assert.Equal([id], told.Durable);
    }

    [Fact]
    public void ThreadsThatFillTransactions_AllGoOn()
    {
        BufferCache buffers = new(_device, LogVolume.BlockSize, 16 * 1024);
        LogOptions options = new() { CommitIntervalMs = 600_000, PinnedBytesMax = 1 };
        using EpochLog log = new(buffers, _device, options);
        TaskHandle[] tasks = [.. Enumerable.Range(0, 4).Select(worker => Scheduler.Spawn("worker", () =>
        {
            for (uint round = 1; round <= 200; round++)
            {
                using MetadataHandle handle = log.Start(20).OrThrow();
                for (uint index = 0; index < 20; index++)
                {
                    LogVolume.Set(handle, buffers, (ulong)((worker * 200) + (round % 10 * 20) + index), round);
                }
            }
        }))];
        foreach (TaskHandle task in tasks)
        {
            task.Join();
        }

        log.Checkpoint().ThrowIfError();
        Assert.Equal(200UL, LogVolume.OnDevice(_memory, 5));
        buffers.CheckInvariants();
    }

    /// <summary>Goal: a read that was overtaken by a change, its write-out and its eviction does not bring the old
    /// bytes back.</summary>
    [Fact]
    public void AReadOvertakenByAChange_ReadsAgain()
    {
        HookDevice device = new(_memory);
        BufferCache buffers = new(device, LogVolume.BlockSize, 16 * 1024);
        using EpochLog log = new(buffers, device, new LogOptions());
        device.SetHook(() =>
        {
            LogVolume.Commit(log, buffers, (3, 33));
            for (ulong block = 100; block < 400; block++)
            {
                _ = buffers.Read(new BlockNumber(block), LogVolume.Plain, default);
            }
        });
        Assert.Equal(33UL, LogVolume.Value(buffers.Read(new BlockNumber(3), LogVolume.Plain, default).Bytes));
        Assert.Equal(33UL, LogVolume.OnDevice(_memory, 3));
        buffers.CheckInvariants();
    }

    /// <summary>Goal: a block that has no checksum yet, because it changes, can be read as something else.</summary>
    [Fact]
    public void AChangedBlock_IsVerifiedAsIfSealed()
    {
        using MetadataHandle handle = _log.Start(1).OrThrow();
        MetadataBuffer made = handle.Create(new BlockNumber(8), LogVolume.Sealed, default);
        Disk.Overlay<LeUInt64>(handle.Change(made)) = 88;
        BlockContext other = new(new InodeNumber(5), 0);
        Assert.Same(made, _buffers.Read(new BlockNumber(8), LogVolume.Sealed, other));
    }

    private static Result Refuse(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) =>
        LogVolume.Bad.At(context.Inode, block);

    private sealed class Told : ITransactionListener
    {
        internal Completion WasAborted { get; } = new("test: aborted");

        internal Completion WasDurable { get; } = new("test: durable");

        internal List<TransactionId> Durable { get; } = [];

        public void Seal(MetadataHandle handle)
        {
        }

        void ITransactionListener.Durable(TransactionId transaction)
        {
            Durable.Add(transaction);
            WasDurable.Complete();
        }

        public void Aborted(in FsError error) => WasAborted.Complete();
    }
}
