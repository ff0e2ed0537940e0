// What one walk over the log does with what it finds.

using System;
using Faultline.Base;

namespace Faultline.Jbd2.Recovery;

/// <summary>One pass of the recovery over the log.</summary>
internal interface ILogPass
{
    /// <summary>A descriptor block begins.</summary>
    /// <param name="block">The block.</param>
    void OnDescriptor(ReadOnlySpan<byte> block);

    /// <summary>A journaled block.</summary>
    /// <param name="sequence">Its transaction.</param>
    /// <param name="tag">Where it belongs.</param>
    /// <param name="logBlock">Where it is in the journal.</param>
    void OnData(TransactionId sequence, in JournalTag tag, uint logBlock);

    /// <summary>A revocation block.</summary>
    /// <param name="sequence">Its transaction.</param>
    /// <param name="block">The block.</param>
    void OnRevoke(TransactionId sequence, ReadOnlySpan<byte> block);

    /// <summary>A commit block.</summary>
    /// <param name="sequence">Its transaction.</param>
    /// <param name="block">The block.</param>
    /// <returns>False when the transaction is not complete: the log ends before it.</returns>
    bool OnCommit(TransactionId sequence, ReadOnlySpan<byte> block);
}
