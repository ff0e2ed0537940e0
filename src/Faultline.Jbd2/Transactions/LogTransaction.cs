// One transaction: which blocks it changed, which it freed, how much it may still take.
//
// Invariant: UsedCount + OutstandingCount <= CountMax, so whatever its handles still do fits. Locks: everything is
// guarded by the log's state latch until the transaction is committing; from then on it belongs to the log's thread.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Transactions;

/// <summary>One transaction.</summary>
/// <param name="id">Its number.</param>
/// <param name="countMax">Most blocks changed and freed.</param>
/// <param name="startMs">When it began.</param>
internal sealed class LogTransaction(TransactionId id, int countMax, long startMs)
{
    /// <summary>Its number.</summary>
    internal TransactionId Id { get; } = id;

    /// <summary>When it began, on the monotonic clock.</summary>
    internal long StartMs { get; } = startMs;

    /// <summary>Most blocks changed and freed; grows only.</summary>
    internal int CountMax { get; set; } = countMax;

    /// <summary>Where in its life it is.</summary>
    internal TransactionState State { get; set; }

    /// <summary>Open handles.</summary>
    internal int HandleCount { get; set; }

    /// <summary>Credits of the open handles.</summary>
    internal int OutstandingCount { get; set; }

    /// <summary>Whether somebody waits for its commit.</summary>
    internal bool IsCommitWanted { get; set; }

    /// <summary>Whether data it refers to must be durable before it.</summary>
    internal bool DependsOnData { get; set; }

    /// <summary>The blocks it changed.</summary>
    internal Dictionary<ulong, BlockVersion> Versions { get; } = [];

    /// <summary>The blocks it freed.</summary>
    internal HashSet<ulong> Revoked { get; } = [];

    /// <summary>Blocks changed and freed.</summary>
    internal int UsedCount => Versions.Count + Revoked.Count;

    /// <summary>Whether it changed nothing.</summary>
    internal bool IsEmpty => UsedCount == 0;

    /// <summary>Whether more fit.</summary>
    /// <param name="credits">How many.</param>
    /// <param name="limit">Of how many in all.</param>
    /// <returns>True when they fit.</returns>
    internal bool HasRoom(int credits, int limit) => UsedCount + OutstandingCount + credits <= limit;

    /// <summary>The versions, ascending by block.</summary>
    /// <returns>A new array.</returns>
    internal BlockVersion[] SortedVersions()
    {
        BlockVersion[] versions = [.. Versions.Values];
        System.Array.Sort(versions, static (left, right) => left.Block.Value.CompareTo(right.Block.Value));
        return versions;
    }
}
