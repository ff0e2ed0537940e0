// What a recovery did.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Jbd2.Recovery;

/// <summary>What a recovery did. Immutable.</summary>
public sealed record RecoverySummary
{
    /// <summary>Whether there was a log to replay.</summary>
    public required bool WasDirty { get; init; }

    /// <summary>First transaction of the log.</summary>
    public required TransactionId FirstSequence { get; init; }

    /// <summary>Transaction after the last complete one; fast commits build on it.</summary>
    public required TransactionId NextSequence { get; init; }

    /// <summary>Complete transactions, all replayed.</summary>
    public int TransactionCount { get; init; }

    /// <summary>When the last of them was committed.</summary>
    public UnixTime? LastCommitTime { get; init; }

    /// <summary>Why the log ended where it did.</summary>
    public LogStop Stop { get; init; }

    /// <summary>Journal block at which it ended.</summary>
    public uint StopBlock { get; init; }

    /// <summary>Journaled blocks written, repeats counted.</summary>
    public int WriteCount { get; init; }

    /// <summary>The blocks written, ascending.</summary>
    public IReadOnlyList<BlockNumber> WrittenBlocks { get; init; } = [];

    /// <summary>Those of them whose contents the replay changed.</summary>
    public IReadOnlyList<BlockNumber> ChangedBlocks { get; init; } = [];

    /// <summary>Revocation records in the log.</summary>
    public int RevokeRecordCount { get; init; }

    /// <summary>Journaled blocks not written because they were revoked.</summary>
    public int RevokedCount { get; init; }
}
