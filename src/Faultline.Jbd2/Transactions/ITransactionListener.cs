// What a driver hears of its log's transactions.

using Faultline.Base;

namespace Faultline.Jbd2.Transactions;

/// <summary>What a driver hears of its log's transactions. Called by the thread that commits.</summary>
public interface ITransactionListener
{
    /// <summary>No handle is open and none can start: the last changes of a transaction, checksums and
    /// counters.</summary>
    /// <param name="handle">Changes only blocks that the transaction changed already, and the superblock.</param>
    /// <locks>Caller: the switch from the running transaction. May take: rank 460 and deeper.</locks>
    void Seal(MetadataHandle handle);

    /// <summary>A transaction is durable: what it freed may be used again and discarded.</summary>
    /// <param name="transaction">The transaction; they come in order.</param>
    /// <locks>Caller: nothing. May take: rank 440 and deeper.</locks>
    void Durable(TransactionId transaction);

    /// <summary>The log was aborted; nothing more becomes durable.</summary>
    /// <param name="error">Why.</param>
    void Aborted(in FsError error);
}
