// The handle of every log. A stopped handle is kept by its thread and used again, so that starting one allocates
// nothing. A thread may have handles of several logs (an image inside an image); they form a chain.
//
// Locks: used by one thread; what it shares with others is in its transaction, under the log's state latch.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Transactions;

/// <summary>A handle.</summary>
internal sealed class LogHandle : MetadataHandle
{
    [ThreadStatic]
    private static LogHandle? t_open;

    [ThreadStatic]
    private static LogHandle? t_spare;

    private LogHandle? _outer;
    private int _depth;
    private bool _hasChanged; // since it joined

    private LogHandle()
    {
    }

    /// <inheritdoc/>
    public override TransactionId Transaction => OpenTransaction.Id;

    /// <inheritdoc/>
    public override int CreditsLeft => Credits;

    /// <summary>The log, while the handle is in use.</summary>
    internal TransactionLog? Log { get; private set; }

    /// <summary>Who asked.</summary>
    internal HandleKind Kind { get; private set; }

    /// <summary>Whether it makes the last changes of a transaction: it did not join and does not count.</summary>
    internal bool IsSeal { get; private set; }

    /// <summary>Credits left, or asked for while it joins. Guarded by the log's state latch.</summary>
    internal int Credits { get; set; }

    /// <summary>What it joined, or null. Guarded by the log's state latch.</summary>
    internal LogTransaction? Joined { get; set; }

    private LogTransaction OpenTransaction
    {
        get
        {
            LogTransaction? transaction = Joined;
            Check.That(transaction is not null);
            return transaction;
        }
    }

    /// <inheritdoc/>
    public override Span<byte> Change(MetadataBuffer buffer)
    {
        LogTransaction transaction = OpenTransaction;
        BlockVersion? version = buffer.Newest;
        _hasChanged = true;
        return (version is not null) && ReferenceEquals(version.Owner, transaction)
            ? version.Bytes
            : Log!.BeginVersion(this, transaction, buffer).Bytes;
    }

    /// <inheritdoc/>
    public override MetadataBuffer Create(BlockNumber block, BlockFormat format, in BlockContext context)
    {
        _hasChanged = true;
        return Log!.CreateVersion(this, OpenTransaction, block, format, context).Buffer;
    }

    /// <inheritdoc/>
    public override void Forget(BlockNumber block)
    {
        _hasChanged = true;
        Log!.Forget(this, OpenTransaction, block);
    }

    /// <inheritdoc/>
    public override bool TryExtend(int credits) => Log!.TryExtend(this, OpenTransaction, credits);

    /// <inheritdoc/>
    public override Result Restart(int credits)
    {
        Check.That(_depth == 1);
        Check.That(!IsSeal);
        TransactionLog log = Log!;
        log.Leave(this, OpenTransaction);
        _hasChanged = false;
        Credits = credits;
        return log.Join(this);
    }

    /// <inheritdoc/>
    public override void NoteChange() => _hasChanged = true;

    /// <inheritdoc/>
    public override bool AbortIfChanged(in FsError error)
    {
        if (_hasChanged)
        {
            Log!.Abort(error);
        }

        return false;
    }

    /// <inheritdoc/>
    public override void DependsOnData() => Log!.SetDependsOnData(OpenTransaction);

    /// <summary>The thread's open handle of a log.</summary>
    /// <param name="log">The log.</param>
    /// <returns>The handle, or null.</returns>
    internal static LogHandle? FindOpen(TransactionLog log)
    {
        LogHandle? handle = t_open;
        while ((handle is not null) && !ReferenceEquals(handle.Log, log))
        {
            handle = handle._outer;
        }

        return handle;
    }

    /// <summary>A handle that has joined nothing.</summary>
    /// <param name="log">The log.</param>
    /// <param name="kind">Who asks.</param>
    /// <param name="credits">How many credits.</param>
    /// <returns>The handle.</returns>
    internal static LogHandle Take(TransactionLog log, HandleKind kind, int credits)
    {
        LogHandle handle = t_spare ?? new LogHandle();
        t_spare = null;
        handle.Log = log;
        handle.Kind = kind;
        handle.Credits = credits;
        handle.IsSeal = false;
        handle._hasChanged = false;
        handle._depth = 1;
        return handle;
    }

    /// <summary>The handle for the last changes of a transaction that takes no others.</summary>
    /// <param name="log">The log.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="credits">Blocks that it may add.</param>
    /// <returns>The handle.</returns>
    internal static LogHandle TakeForSeal(TransactionLog log, LogTransaction transaction, int credits)
    {
        LogHandle handle = Take(log, HandleKind.Normal, credits);
        handle.IsSeal = true;
        handle.Joined = transaction;
        handle.Open();
        return handle;
    }

    /// <summary>The handle is the thread's now.</summary>
    internal void Open()
    {
        _outer = t_open;
        t_open = this;
    }

    /// <summary>Gives a handle back that joined nothing.</summary>
    internal void GiveBack()
    {
        Log = null;
        Joined = null;
        t_spare = this;
    }

    /// <summary>Enters a level of nesting.</summary>
    /// <param name="credits">What the inner level would like; the outer level answers for it.</param>
    internal void Nest(int credits)
    {
        _depth++;
        if ((Credits < credits) && (Joined is not null))
        {
            _ = TryExtend(credits);
        }
    }

    /// <inheritdoc/>
    protected override void Stop()
    {
        if (Log is null)
        {
            return; // stopped before
        }

        Check.That(_depth > 0);
        _depth--;
        if (_depth > 0)
        {
            return;
        }

        Check.That(ReferenceEquals(t_open, this)); // handles stop in the reverse order of their start
        t_open = _outer;
        _outer = null;
        if (IsSeal)
        {
            GiveBack();
            return;
        }

        // A restart that failed left the transaction already.
        if (Joined is not null)
        {
            Log.Leave(this, Joined);
        }

        GiveBack();
    }
}
