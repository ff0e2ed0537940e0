// Goal: who may join which transaction, and who waits for room: I/O ends join a locked transaction, use what is kept
// for them, and begin a small transaction of their own when there is no room for a whole one.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Jbd2.Tests;

public sealed class LogRoomTests : IDisposable
{
    private readonly GateDevice _device =
        new(SmallJournal.NewDevice(), SmallJournal.FirstBlock * SmallJournal.BlockSize);

    private readonly BufferCache _buffers;
    private readonly JournaledLog _log;

    public LogRoomTests()
    {
        _buffers = new BufferCache(_device, SmallJournal.BlockSize, 64 * 1024);
        _log = JournaledLog.Open(_buffers, _device, SmallJournal.Locate(_device), default,
            new LogOptions { CommitIntervalMs = 600_000 }).OrThrow();
    }

    public void Dispose()
    {
        _device.Open();
        _log.Dispose();
    }

    [Fact]
    public void ALockedTransaction_TakesIoEndsOnly()
    {
        TransactionId first = default;
        TransactionId ofIoEnd = default;
        TransactionId ofNormal = default;
        TaskHandle normal;
        using (MetadataHandle handle = _log.Start(2).OrThrow())
        {
            LogVolume.Set(handle, _buffers, 1, 1);
            first = handle.Transaction;
            _log.RequestCommit(first);
            Until(() => _log.Running != first);
            Assert.False(handle.TryExtend(10));
            normal = Scheduler.Spawn("normal", () => ofNormal = Join(HandleKind.Normal, 1));
            Scheduler.Spawn("I/O end", () => ofIoEnd = Join(HandleKind.IoEnd, 1)).Join();
            Assert.Equal(first, ofIoEnd);
            Assert.False(normal.IsFinished);
        }

        normal.Join();
        Assert.Equal(first.Next(), ofNormal);
    }

    /// <summary>Goal: with the log's thread stuck in a checkpoint and a full transaction, I/O ends go on.</summary>
    [Fact]
    public void AFullTransaction_HasRoomKeptForIoEnds()
    {
        Fill(1);
        Fill(1);
        Until(() => _device.HeldCount > 0);
        TransactionId full = FillRunning(1);
        TaskHandle normal = Scheduler.Spawn("normal", () => _ = Join(HandleKind.Normal, 10));
        TransactionId ofIoEnd = default;
        Scheduler.Spawn("I/O end", () => ofIoEnd = Join(HandleKind.IoEnd, 10)).Join();
        Assert.Equal(full, ofIoEnd);
        Assert.False(normal.IsFinished);
        _device.Open();
        normal.Join();
    }

    [Fact]
    public void AFullLog_HasRoomKeptForIoEnds()
    {
        Prepared listener = new();
        _log.Listener = listener;
        for (int round = 0; round < 4; round++)
        {
            _log.RequestCommit(FillRunning((ulong)round * 50));
            listener.Continue();
        }

        listener.Continue();
        TaskHandle normal = Scheduler.Spawn("normal", () => _ = Join(HandleKind.Normal, 10));
        Until(() => _device.HeldCount > 0);
        Assert.False(normal.IsFinished);
        Scheduler.Spawn("I/O end", () => _ = Join(HandleKind.IoEnd, 10)).Join();
        Assert.False(normal.IsFinished);
        _device.Open();
        normal.Join();
        _log.Checkpoint().ThrowIfError();
        _buffers.CheckInvariants();
    }

    /// <summary>Goal: credits that were not used are there for who waits, although nothing is committed.</summary>
    [Fact]
    public void ATransactionFullOfPromises_OpensAgain()
    {
        TaskHandle normal;
        using (MetadataHandle handle = _log.Start(_log.CreditsMax).OrThrow())
        {
            TransactionId id = handle.Transaction;
            normal = Scheduler.Spawn("normal", () => _ = Join(HandleKind.Normal, _log.CreditsMax));
            Until(() => _log.Running != id);
        }

        normal.Join();
    }

    [Fact]
    public void NestedHandles_AreOne()
    {
        using MetadataHandle outer = _log.Start(5).OrThrow();
        using (MetadataHandle inner = _log.Start(10).OrThrow())
        {
            Assert.Same(outer, inner);
            Assert.Equal(10, inner.CreditsLeft);
        }

        LogVolume.Set(outer, _buffers, 1, 1);
        Assert.Equal(9, outer.CreditsLeft);
        LogVolume.Set(outer, _buffers, 1, 2);
        outer.Forget(new BlockNumber(1));
        Assert.Equal(9, outer.CreditsLeft);
        outer.Forget(new BlockNumber(2));
        Assert.Equal(8, outer.CreditsLeft);
    }

    [Fact]
    public void MoreChangesThanCredits_AreABug()
    {
        using MetadataHandle handle = _log.Start(1).OrThrow();
        LogVolume.Set(handle, _buffers, 1, 1);
        Assert.Throws<CheckFailedException>(() => handle.Forget(new BlockNumber(2)));
    }

    private static void Until(Func<bool> condition)
    {
        for (int turn = 0; !condition(); turn++)
        {
            Assert.True(turn < 20_000);
            SystemClock.Instance.Delay(1);
        }
    }

    private TransactionId Join(HandleKind kind, int credits)
    {
        using MetadataHandle handle = _log.Start(credits, kind).OrThrow();
        return handle.Transaction;
    }

    private TransactionId FillRunning(ulong firstBlock)
    {
        using MetadataHandle handle = _log.Start(_log.CreditsMax).OrThrow();
        for (ulong block = 0; block < (ulong)_log.CreditsMax; block++)
        {
            LogVolume.Set(handle, _buffers, firstBlock + block, block);
        }

        return handle.Transaction;
    }

    private void Fill(ulong firstBlock) =>
        _log.WaitDurable(FillRunning(firstBlock), needsFlush: false).ThrowIfError();

    // Holds the log's thread after each commit until the next one is wanted.
    private sealed class Prepared : ITransactionListener
    {
        private readonly WaitQueue _queue = new("test: the next commit is wanted");
        private int _wanted;
        private int _durable;

        internal void Continue()
        {
            _ = Interlocked.Increment(ref _wanted);
            _queue.WakeAll();
        }

        public void Seal(MetadataHandle handle)
        {
        }

        public void Durable(TransactionId transaction)
        {
            _durable++;
            _queue.WaitUntil(this, static self => Volatile.Read(ref self._wanted) > self._durable);
        }

        public void Aborted(in FsError error)
        {
        }
    }
}
