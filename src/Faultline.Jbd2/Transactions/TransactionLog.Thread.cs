// The thread of a log: commits, makes room, empties the log, one after the other. Nothing it does waits for anything
// but open handles and the device, and handles wait for nothing of its, so it always goes on. It holds no lock while
// it calls the device or the listener.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Locking;

namespace Faultline.Jbd2.Transactions;

/// <content>The thread, and who waits for it.</content>
public abstract partial class TransactionLog
{
    private readonly WaitQueue _work = new("log: work");
    private readonly WaitQueue _waiters = new("log: a commit");
    private TaskHandle? _thread;
    private LogTransaction? _committing; // guarded by _latch
    private uint _durable; // written by the thread; the last durable transaction
    private uint _settled; // written by the thread; the last one that the listener was told of
    private bool _isStopping; // written once, read without a lock
    private bool _isTimed; // guarded by _latch: the thread's wait ends by itself
    private bool _wasAbortReported; // the thread's
    private ulong _emptiesWanted; // guarded by _latch
    private ulong _emptiesDone; // guarded by _latch
    private TransactionId _emptyTarget; // guarded by _latch: the last transaction that emptying includes
    private ulong _flushesStarted; // guarded by _latch: of the data device
    private ulong _lastFlushDone; // guarded by _latch: number of the last one that was started and ended

    /// <summary>Whether a handle waits for room. Guarded by the latch.</summary>
    private protected bool IsRoomWanted { get; set; }

    /// <summary>The state latch.</summary>
    private protected SpinLatch Latch => _latch;

    /// <summary>The number of the next transaction to begin. Guarded by the latch.</summary>
    private protected TransactionId NextId => _next;

    /// <inheritdoc/>
    public override Result WaitDurable(TransactionId transaction, bool needsFlush)
    {
        ulong flushesBefore = FlushesStarted();
        if (!TryRequest(transaction))
        {
            return needsFlush ? FlushAfter(flushesBefore) : Result.Ok;
        }

        WakeThread();
        _handles.MightWait();
        _waiters.WaitUntil(
            (Log: this, Id: transaction), static wait => wait.Log.IsSettled(wait.Id) || wait.Log.AbortError.HasValue);
        if (!IsSettled(transaction))
        {
            return AbortError!.Value;
        }

        return needsFlush ? FlushAfter(flushesBefore) : Result.Ok;
    }

    /// <inheritdoc/>
    public override void RequestCommit(TransactionId transaction)
    {
        if (TryRequest(transaction))
        {
            WakeThread();
        }
    }

    /// <inheritdoc/>
    public override bool IsDurable(TransactionId transaction) =>
        !transaction.IsAfter(new TransactionId(Volatile.Read(ref _durable)));

    /// <inheritdoc/>
    public override Result Checkpoint()
    {
        ulong ticket;
        using (_latch.Acquire())
        {
            _emptiesWanted++;
            ticket = _emptiesWanted;
            _emptyTarget = _running?.Id ?? new TransactionId(unchecked(_next.Value - 1)); // OK: identities wrap
        }

        WakeThread();
        _handles.MightWait();
        _waiters.WaitUntil((Log: this, Ticket: ticket), static wait => wait.Log.IsEmptied(wait.Ticket));
        return IsEmptyDone(ticket) ? Result.Ok : AbortError!.Value;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Volatile.Write(ref _isStopping, true);
        WakeThread();
        _idle.WakeAll();
        _thread?.Join();
        _thread = null;
    }

    /// <summary>Starts the thread; last in the derived class's constructor.</summary>
    private protected void StartThread() => _thread = Scheduler.Spawn("metadata log", Run);

    /// <summary>Makes a transaction durable.</summary>
    /// <param name="transaction">Sealed; changes no more.</param>
    /// <param name="versions">Its blocks, sealed and checked, ascending.</param>
    private protected abstract void Write(LogTransaction transaction, BlockVersion[] versions);

    /// <summary>The room of the running transaction is the committing one's now. The latch is held.</summary>
    private protected abstract void MoveRoom();

    /// <summary>The room of a transaction that changed nothing is free. The latch is held.</summary>
    private protected abstract void ReturnRoom();

    /// <summary>Brings some committed blocks to their places.</summary>
    private protected abstract void MakeRoom();

    /// <summary>Whether it is time to make room although nobody waits. The latch is held.</summary>
    private protected abstract bool WantsRoom();

    /// <summary>Brings every committed block to its place and marks the log empty.</summary>
    private protected abstract void Empty();

    /// <summary>Leaves a mark of an abort where that is possible.</summary>
    /// <param name="error">Why.</param>
    private protected abstract void OnAborted(in FsError error);

    /// <summary>Flushes the data device.</summary>
    private protected abstract void FlushDevice();

    /// <summary>Flushes the data device and counts it.</summary>
    private protected void FlushData()
    {
        ulong number;
        using (_latch.Acquire())
        {
            _flushesStarted++;
            number = _flushesStarted;
        }

        FlushDevice();
        using (_latch.Acquire())
        {
            _lastFlushDone = Math.Max(_lastFlushDone, number);
        }
    }

    /// <summary>Fails when the log was aborted: nothing is written after that.</summary>
    private protected void ThrowIfAborted()
    {
        AbortCause? cause = Volatile.Read(ref _abort);
        if (cause is not null)
        {
            throw new FsException(cause.Error);
        }
    }

    private void WakeThread() => _work.WakeOne();

    private void WakeThreadAndWaiters()
    {
        _work.WakeAll();
        _waiters.WakeAll();
    }

    private bool IsSettled(TransactionId transaction) =>
        !transaction.IsAfter(new TransactionId(Volatile.Read(ref _settled)));

    private bool IsEmptyDone(ulong ticket)
    {
        using (_latch.Acquire())
        {
            return _emptiesDone >= ticket;
        }
    }

    private bool IsEmptied(ulong ticket) => IsEmptyDone(ticket) || AbortError.HasValue;

    private ulong FlushesStarted()
    {
        using (_latch.Acquire())
        {
            return _flushesStarted;
        }
    }

    // Flushes the data device unless a flush that began later than the moment asked for has ended.
    private Result FlushAfter(ulong flushesBefore)
    {
        using (_latch.Acquire())
        {
            if (_lastFlushDone > flushesBefore)
            {
                return Result.Ok;
            }
        }

        try
        {
            FlushData();
            return Result.Ok;
        }
        catch (FsException failure)
        {
            return failure.Error;
        }
    }

    // False when there is nothing to wait for.
    private bool TryRequest(TransactionId transaction)
    {
        if (IsSettled(transaction))
        {
            return false;
        }

        using (_latch.Acquire())
        {
            if (_committing?.Id == transaction)
            {
                return true;
            }

            if ((_running?.Id != transaction) || _running.IsEmpty)
            {
                // Settled meanwhile, or nothing was changed under this number.
                return false;
            }

            _running.IsCommitWanted = true;
            return true;
        }
    }

    private void Run()
    {
        bool isOrderly = false;
        try
        {
            while (RunOnce())
            {
            }

            isOrderly = true;
        }
        finally
        {
            if (!isOrderly)
            {
                // A failed check: nobody may wait for a thread that is no more.
                Abort(Jbd2Reasons.ThreadEnded);
            }
        }
    }

    private bool RunOnce()
    {
        LogWork work = WaitForWork();
        try
        {
            switch (work)
            {
                case LogWork.Stop:
                    return false;

                case LogWork.ReportAbort:
                    ReportAbort();
                    break;

                case LogWork.Commit:
                    CommitRunning();
                    break;

                case LogWork.Retire:
                    RetireRunning();
                    break;

                case LogWork.MakeRoom:
                    MakeRoomForStarters();
                    break;

                case LogWork.Empty:
                    EmptyForWaiters();
                    break;

                case LogWork.None:
                    break;
            }
        }
        catch (FsException failure)
        {
            Abort(failure.Error);
        }

        return true;
    }

    private LogWork WaitForWork()
    {
        long waitMs;
        using (_latch.Acquire())
        {
            LogWork work = FindWork();
            if (work != LogWork.None)
            {
                return work;
            }

            // After an abort there is nothing to be on time for.
            bool isTimeless = (_running is null) || (_abort is not null);
            waitMs = isTimeless ? -1 : MsLeft(_running!);
            _isTimed = !isTimeless;
        }

        _ = _work.WaitUntil(this, static self => self.HasWork(), waitMs);
        using (_latch.Acquire())
        {
            return FindWork();
        }
    }

    private bool HasWork()
    {
        using (_latch.Acquire())
        {
            bool isTimeNews = !_isTimed && (_running is not null) && (_abort is null);
            return isTimeNews || (FindWork() != LogWork.None);
        }
    }

    private long MsLeft(LogTransaction running)
    {
        long left = running.StartMs + Options.CommitIntervalMs - Options.Clock.MonotonicMs;
        bool isHeldOpen = running.IsEmpty && (left <= 0);
        return isHeldOpen ? Options.CommitIntervalMs : Math.Max(0, left);
    }

    // Under the latch.
    private LogWork FindWork()
    {
        if (Volatile.Read(ref _isStopping))
        {
            return LogWork.Stop;
        }

        if (_abort is not null)
        {
            return _wasAbortReported ? LogWork.None : LogWork.ReportAbort;
        }

        bool isEmptyWanted = _emptiesWanted > _emptiesDone;
        bool isEmptyReady = _running is null || _running.IsEmpty || _running.Id.IsAfter(_emptyTarget);
        if (isEmptyWanted && isEmptyReady)
        {
            return LogWork.Empty;
        }

        // A commit that has something to commit comes before room, and room before a commit that has nothing: either
        // way round, starters that ask again and again would keep the thread from what helps them.
        bool isCommitWanted = _running is { IsCommitWanted: true };
        if (isCommitWanted && !_running!.IsEmpty)
        {
            return LogWork.Commit;
        }

        if (IsRoomWanted)
        {
            return LogWork.MakeRoom;
        }

        return isCommitWanted || isEmptyWanted ? LogWork.Commit : FindWorkOfItsOwn();
    }

    // Under the latch: what nobody waits for.
    private LogWork FindWorkOfItsOwn()
    {
        if (_running is not null)
        {
            bool isDue = Options.Clock.MonotonicMs - _running.StartMs >= Options.CommitIntervalMs;
            if (isDue && !_running.IsEmpty)
            {
                return LogWork.Commit;
            }

            if (isDue && (_running.HandleCount == 0))
            {
                return LogWork.Retire;
            }
        }

        return WantsRoom() ? LogWork.MakeRoom : LogWork.None;
    }

    private void ReportAbort()
    {
        _wasAbortReported = true;
        FsError error = AbortError!.Value;
        OnAborted(error);
        Listener?.Aborted(error);
    }

    private void CommitRunning()
    {
        LogTransaction transaction = LockRunning();
        _idle.WaitUntil((Log: this, Transaction: transaction), static wait => wait.Log.IsDrained(wait.Transaction));
        if (transaction.State != TransactionState.Switching)
        {
            return; // aborted or stopping
        }

        if (transaction.IsEmpty)
        {
            Reopen(transaction);
            return;
        }

        Scheduler.SyncPoint("log.switching");
        using (MetadataHandle last = LogHandle.TakeForSeal(this, transaction, SealCredits))
        {
            Listener?.Seal(last);
        }

        using (_latch.Acquire())
        {
            transaction.State = TransactionState.Committing;
            _committing = transaction;
            _running = null;
            MoveRoom();
        }

        _starters.WakeAll();
        _idle.WakeAll();
        Scheduler.SyncPoint("log.switched");
        BlockVersion[] versions = transaction.SortedVersions();
        foreach (BlockVersion version in versions)
        {
            version.Seal().ThrowIfError();
        }

        ThrowIfAborted();
        Write(transaction, versions);
        Volatile.Write(ref _durable, transaction.Id.Value);
        Listener?.Durable(transaction.Id);
        using (_latch.Acquire())
        {
            _committing = null;
            Volatile.Write(ref _settled, transaction.Id.Value);
        }

        _waiters.WakeAll();
        _starters.WakeAll();
    }

    private LogTransaction LockRunning()
    {
        using (_latch.Acquire())
        {
            LogTransaction transaction = _running!;
            transaction.State = TransactionState.Locked;
            return transaction;
        }
    }

    // Once no handle is open nobody can join: the look and the change are one.
    private bool IsDrained(LogTransaction transaction)
    {
        using (_latch.Acquire())
        {
            if (Volatile.Read(ref _isStopping) || (_abort is not null))
            {
                return true;
            }

            if (transaction.HandleCount > 0)
            {
                return false;
            }

            transaction.State = TransactionState.Switching;
            return true;
        }
    }

    private void Reopen(LogTransaction transaction)
    {
        using (_latch.Acquire())
        {
            transaction.State = TransactionState.Running;
            transaction.IsCommitWanted = false;
        }

        _starters.WakeAll();
        _idle.WakeAll();
    }

    private void RetireRunning()
    {
        using (_latch.Acquire())
        {
            if (_running is { IsEmpty: true, HandleCount: 0 })
            {
                _next = _running.Id;
                _running = null;
                ReturnRoom();
            }
        }

        _starters.WakeAll();
    }

    private void MakeRoomForStarters()
    {
        MakeRoom();
        using (_latch.Acquire())
        {
            IsRoomWanted = false;
        }

        _starters.WakeAll();
    }

    private void EmptyForWaiters()
    {
        ulong ticket;
        using (_latch.Acquire())
        {
            ticket = _emptiesWanted;
        }

        Empty();
        using (_latch.Acquire())
        {
            _emptiesDone = ticket;
        }

        _waiters.WakeAll();
        _starters.WakeAll();
    }
}
