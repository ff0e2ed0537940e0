// What the changes of a volume's metadata go through: a journal, or without one the epochs of an ordered write-out.
// A driver sees only this: it starts a handle, changes buffers through it, and stops it; what one handle changed
// reaches the device all or nothing (with a journal), and after the data it depends on.
//
// A handle belongs to the thread that started it; starting again on the same thread nests. Starting may wait for a
// commit and for space in the log, so a caller holds nothing of rank 420 or deeper. Extending never waits.

using System;
using Faultline.Base;

namespace Faultline.Jbd2.Transactions;

/// <summary>Where the changes of a volume's metadata go.</summary>
public abstract class MetadataLog : IDisposable
{
    /// <summary>Most credits one handle may ask for.</summary>
    public abstract int CreditsMax { get; }

    /// <summary>The transaction that a handle started now would join.</summary>
    public abstract TransactionId Running { get; }

    /// <summary>Why the log was aborted, or null. Nothing is written after an abort.</summary>
    public abstract FsError? AbortError { get; }

    /// <summary>Whom the log tells about its transactions; set once, before the first handle.</summary>
    public ITransactionListener? Listener { get; set; }

    /// <summary>Starts a handle, or nests in the thread's own.</summary>
    /// <param name="credits">Most metadata blocks that will be changed, revoked ones included.</param>
    /// <param name="kind">Who asks.</param>
    /// <returns>The handle; disposing it stops it.</returns>
    /// <errors>EROFS the log was aborted; ENOSPC more credits than any transaction has.</errors>
    /// <locks>Caller: nothing of rank 420 or deeper, unless nesting. Takes: transaction, shared, until stopped.</locks>
    public abstract Result<MetadataHandle> Start(int credits, HandleKind kind = HandleKind.Normal);

    /// <summary>Waits until a transaction is durable; starts its commit if it is still running.</summary>
    /// <param name="transaction">What <see cref="MetadataHandle.Transaction"/> was.</param>
    /// <param name="needsFlush">Whether data written before the call must be durable on return too.</param>
    /// <returns>Success.</returns>
    /// <errors>EIO and others: the log was aborted.</errors>
    /// <locks>Caller: nothing of rank 420 or deeper. Waits on: transaction, exclusive.</locks>
    public abstract Result WaitDurable(TransactionId transaction, bool needsFlush);

    /// <summary>Asks for the commit of a transaction and does not wait.</summary>
    /// <param name="transaction">The transaction.</param>
    public abstract void RequestCommit(TransactionId transaction);

    /// <summary>Whether a transaction is durable.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <returns>True when its commit record, and the flush that orders it, are done.</returns>
    public abstract bool IsDurable(TransactionId transaction);

    /// <summary>Commits what runs, waits, and brings every block to its place: the log is empty afterwards.</summary>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="WaitDurable"/>.</errors>
    /// <locks>As <see cref="WaitDurable"/>.</locks>
    public abstract Result Checkpoint();

    /// <summary>Runs something while no handle is open and none can start: a freeze, a change of mode.</summary>
    /// <param name="body">May call <see cref="Checkpoint"/>; starts no handle, waits for no writeback.</param>
    /// <returns>What the body returned.</returns>
    /// <locks>Caller: nothing of rank 418 or deeper. Takes: journal barrier. Waits on: transaction,
    /// exclusive.</locks>
    public abstract Result WithoutHandles(Func<Result> body);

    /// <summary>Gives up: nothing more is written, waiters wake with the error, new handles are refused.</summary>
    /// <param name="error">Why.</param>
    public abstract void Abort(in FsError error);

    /// <summary>Ends the log's thread. What is not durable by then is lost; callers checkpoint first.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the log.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
