// What every log has: the running transaction, who may join it, and versions of blocks. How a transaction becomes
// durable is the derived class's; the thread that does it is in TransactionLog.Thread.cs.
//
//     none --first handle--> Running --commit wanted--> Locked --no handle open--> Switching --sealed--> Committing
//                               ^                          |
//                               +------nothing changed-----+
//
// Normal handles join Running only, I/O ends Locked too; nobody joins Switching. At most one transaction commits at a
// time. Room is taken when a transaction begins, so a commit never waits for any.
//
// Locks: JournalState (spin-like) around all of the fields that say so; the waits are outside of it. For the validator
// an open handle holds Transaction shared, and who waits for a commit takes it exclusive.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Locking;

namespace Faultline.Jbd2.Transactions;

/// <summary>A log of transactions; see <see cref="EpochLog"/>.</summary>
public abstract partial class TransactionLog : MetadataLog
{
    /// <summary>Credits that the last changes of a transaction have.</summary>
    private protected const int SealCredits = 8;

    private readonly SpinLatch _latch = new(LockClasses.JournalState.Key);
    private readonly FairMutex _barrier = new(LockClasses.JournalBarrier.Key);
    private readonly PseudoLock _handles = new(LockClasses.Transaction.Key);
    private readonly WaitQueue _starters = new("log: room for a handle");
    private readonly WaitQueue _idle = new("log: no open handle");
    private LogTransaction? _running; // guarded by _latch
    private TransactionId _next; // guarded by _latch: of the next transaction to begin
    private bool _isBarred; // guarded by _latch
    private AbortCause? _abort; // written once under _latch, read without
    private int _countMax; // of one transaction; set once

    private protected TransactionLog(BufferCache buffers, TransactionId first, LogOptions options)
    {
        Check.That(options.CommitIntervalMs > 0);
        Buffers = buffers;
        Options = options;
        _next = first;
        _durable = unchecked(first.Value - 1); // OK: identities wrap
        _settled = _durable;
    }

    /// <inheritdoc/>
    public override int CreditsMax => _countMax - IoEndReserve - SealCredits;

    /// <inheritdoc/>
    public override TransactionId Running
    {
        get
        {
            using (_latch.Acquire())
            {
                return _running is { State: TransactionState.Running } running ? running.Id : NextToJoin();
            }
        }
    }

    /// <inheritdoc/>
    public override FsError? AbortError => Volatile.Read(ref _abort)?.Error;

    /// <summary>The blocks.</summary>
    private protected BufferCache Buffers { get; }

    private protected LogOptions Options { get; }

    /// <summary>Blocks of a transaction that only I/O ends may use.</summary>
    private int IoEndReserve => _countMax / 4;

    /// <inheritdoc/>
    public override Result<MetadataHandle> Start(int credits, HandleKind kind = HandleKind.Normal)
    {
        Check.That(credits >= 0);
        LogHandle? own = LogHandle.FindOpen(this);
        if (own is not null)
        {
            own.Nest(credits);
            return own;
        }

        LogHandle handle = LogHandle.Take(this, kind, credits);
        Result joined = Join(handle);
        if (!joined.IsOk)
        {
            handle.GiveBack();
            return joined.Error;
        }

        handle.Open();
        return handle;
    }

    /// <inheritdoc/>
    public override Result WithoutHandles(Func<Result> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        using MutexGuard barrier = _barrier.Acquire();
        SetBarred(isBarred: true);
        try
        {
            _handles.MightWait();
            _idle.WaitUntil(this, static self => self.IsIdle());
            return body();
        }
        finally
        {
            SetBarred(isBarred: false);
            _starters.WakeAll();
        }
    }

    /// <inheritdoc/>
    public override void Abort(in FsError error)
    {
        using (_latch.Acquire())
        {
            if (_abort is not null)
            {
                return;
            }

            Volatile.Write(ref _abort, new AbortCause(error));
        }

        _starters.WakeAll();
        _idle.WakeAll();
        WakeThreadAndWaiters();
    }

    /// <summary>Joins the running transaction, waiting for one with room.</summary>
    /// <param name="handle">With the credits it wants.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS aborted; ENOSPC more than any transaction has.</errors>
    internal Result Join(LogHandle handle)
    {
        if (handle.Credits > CreditsMax)
        {
            return Jbd2Reasons.TooManyCredits.With($"{handle.Credits} of at most {CreditsMax}");
        }

        _handles.MightWait();
        _starters.WaitUntil(handle, static waiting => waiting.Log!.TryJoin(waiting));
        if (handle.Joined is null)
        {
            return Jbd2Reasons.Aborted.With(Volatile.Read(ref _abort)!.Error.ToString());
        }

        _handles.BeginHold(LockMode.Shared);
        return Result.Ok;
    }

    /// <summary>Stops a handle's part of a transaction.</summary>
    internal void Leave(LogHandle handle, LogTransaction transaction)
    {
        bool isLast;
        using (_latch.Acquire())
        {
            handle.Joined = null;
            transaction.OutstandingCount -= handle.Credits;
            transaction.HandleCount--;
            Check.That(transaction.OutstandingCount >= 0);
            Check.That(transaction.HandleCount >= 0);
            isLast = transaction.HandleCount == 0;
        }

        _handles.EndHold();
        if (isLast)
        {
            _idle.WakeAll();
        }
    }

    /// <summary>The first change of a block in a transaction.</summary>
    internal BlockVersion BeginVersion(LogHandle handle, LogTransaction transaction, MetadataBuffer buffer)
    {
        while (true)
        {
            MetadataBuffer current = Buffers.Current(buffer);
            // Bytes of an older transaction, or of none, which nobody changes. When another thread comes first, what
            // it does after its copy is not in ours: the latch decides who is first, and the loser's copy is dropped.
            byte[] copy = current.Bytes.ToArray();
            using (_latch.Acquire())
            {
                if (transaction.Versions.TryGetValue(buffer.Block.Value, out BlockVersion? known))
                {
                    Check.That(ReferenceEquals(known.Buffer.Newest, known));
                    return known;
                }

                BlockVersion? version = Buffers.TryBeginVersion(current, copy, transaction);
                if (version is not null)
                {
                    _ = transaction.Revoked.Remove(buffer.Block.Value);
                    transaction.Versions.Add(buffer.Block.Value, version);
                    Spend(handle, transaction);
                    return version;
                }
            }
        }
    }

    /// <summary>A block that becomes metadata.</summary>
    internal BlockVersion CreateVersion(LogHandle handle, LogTransaction transaction, BlockNumber block,
        BlockFormat format, in BlockContext context)
    {
        using (_latch.Acquire())
        {
            bool isKnown = transaction.Versions.Remove(block.Value, out BlockVersion? old);
            BlockVersion version = Buffers.CreateVersion(block, format, context, transaction);
            if (old is not null)
            {
                Buffers.Release(old);
            }

            isKnown |= transaction.Revoked.Remove(block.Value);
            transaction.Versions.Add(block.Value, version);
            if (!isKnown)
            {
                Spend(handle, transaction);
            }

            return version;
        }
    }

    /// <summary>A block that is metadata no more.</summary>
    internal void Forget(LogHandle handle, LogTransaction transaction, BlockNumber block)
    {
        using (_latch.Acquire())
        {
            bool isKnown = transaction.Versions.Remove(block.Value, out BlockVersion? old);
            Buffers.Drop(block);
            if (old is not null)
            {
                Buffers.Release(old);
            }

            if (transaction.Revoked.Add(block.Value) && !isKnown)
            {
                Spend(handle, transaction);
            }
        }
    }

    /// <summary>More credits without waiting.</summary>
    internal bool TryExtend(LogHandle handle, LogTransaction transaction, int credits)
    {
        using (_latch.Acquire())
        {
            int more = credits - handle.Credits;
            if (more <= 0)
            {
                return true;
            }

            int limit = LimitOf(transaction, handle.Kind);
            bool isOpen = transaction.State == TransactionState.Running;
            if (!isOpen || handle.IsSeal || !transaction.HasRoom(more, limit))
            {
                return false;
            }

            transaction.OutstandingCount += more;
            handle.Credits += more;
            return true;
        }
    }

    /// <summary>The transaction must follow its data.</summary>
    internal void SetDependsOnData(LogTransaction transaction)
    {
        using (_latch.Acquire())
        {
            transaction.DependsOnData = true;
        }
    }

    /// <summary>Sets the size of a transaction; called once by the derived class's constructor.</summary>
    private protected void SetCountMax(int countMax)
    {
        Check.That(countMax > 4 * SealCredits);
        _countMax = countMax;
    }

    /// <summary>Takes room for a transaction that begins. The latch is held.</summary>
    /// <param name="countMax">Blocks it may change and free.</param>
    /// <param name="kind">Who begins it.</param>
    /// <returns>False when there is none yet; the thread makes some.</returns>
    private protected abstract bool TryTakeRoom(int countMax, HandleKind kind);

    // Under the latch.
    private void Spend(LogHandle handle, LogTransaction transaction)
    {
        Check.That(handle.Credits > 0);
        handle.Credits--;
        if (!handle.IsSeal)
        {
            transaction.OutstandingCount--;
        }
    }

    // True when joined, or when the log was aborted and never will be.
    private bool TryJoin(LogHandle handle)
    {
        bool isFull = false;
        bool isFirst = false;
        bool isOver;
        using (_latch.Acquire())
        {
            if (_abort is not null)
            {
                return true;
            }

            isOver = TryJoinUnderLatch(handle, ref isFirst, ref isFull);
        }

        if (isFirst || isFull || !isOver)
        {
            WakeThread();
        }

        return isOver;
    }

    private bool TryJoinUnderLatch(LogHandle handle, ref bool isFirst, ref bool isFull)
    {
        if (_isBarred)
        {
            return false;
        }

        if (_running is null)
        {
            if (!TryBegin(handle.Kind))
            {
                return false;
            }

            isFirst = true;
        }

        LogTransaction running = _running!;
        bool isOpen = (running.State == TransactionState.Running)
            || ((running.State == TransactionState.Locked) && (handle.Kind == HandleKind.IoEnd));
        if (!isOpen)
        {
            return false;
        }

        bool isSmall = running.CountMax < _countMax;
        if (isSmall && TryTakeRoom(_countMax - running.CountMax, HandleKind.Normal))
        {
            running.CountMax = _countMax;
            isSmall = false;
        }

        if (!running.HasRoom(handle.Credits, LimitOf(running, handle.Kind)))
        {
            running.IsCommitWanted = true;
            IsRoomWanted |= isSmall;
            isFull = true;
            return false;
        }

        running.HandleCount++;
        running.OutstandingCount += handle.Credits;
        handle.Joined = running;
        return true;
    }

    // Under the latch. I/O ends make do with a small transaction when there is no room for a whole one.
    private bool TryBegin(HandleKind kind)
    {
        int countMax = _countMax;
        if (!TryTakeRoom(countMax, HandleKind.Normal))
        {
            countMax = IoEndReserve + SealCredits;
            if ((kind != HandleKind.IoEnd) || !TryTakeRoom(countMax, kind))
            {
                IsRoomWanted = true;
                return false;
            }
        }

        _running = new LogTransaction(_next, countMax, Options.Clock.MonotonicMs);
        _next = _next.Next();
        return true;
    }

    private int LimitOf(LogTransaction transaction, HandleKind kind)
    {
        int forAll = transaction.CountMax - SealCredits;
        return kind == HandleKind.IoEnd ? forAll : Math.Max(0, forAll - IoEndReserve);
    }

    // Under the latch.
    private TransactionId NextToJoin() => _next;

    private bool IsIdle()
    {
        using (_latch.Acquire())
        {
            return (_abort is not null) || (_running is null)
                || ((_running.HandleCount == 0) && (_running.State == TransactionState.Running));
        }
    }

    private void SetBarred(bool isBarred)
    {
        using (_latch.Acquire())
        {
            _isBarred = isBarred;
        }
    }

    private sealed record AbortCause(FsError Error);
}
