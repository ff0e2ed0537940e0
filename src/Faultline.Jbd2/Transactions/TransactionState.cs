// The life of a transaction up to its commit.

namespace Faultline.Jbd2.Transactions;

/// <summary>The life of a transaction up to its commit.</summary>
internal enum TransactionState
{
    /// <summary>Takes handles.</summary>
    Running,

    /// <summary>Takes handles of I/O ends only; its commit waits for the open ones.</summary>
    Locked,

    /// <summary>Takes no handle; its last changes are being made.</summary>
    Switching,

    /// <summary>Changes no more.</summary>
    Committing,
}
