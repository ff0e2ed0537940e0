// A transaction that is in the log and not yet in its place.

using Faultline.Base;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Writing;

/// <summary>A transaction that is in the log.</summary>
/// <param name="id">Its number.</param>
/// <param name="firstBlock">Its first block of the log.</param>
/// <param name="blockCount">Its blocks of the log.</param>
/// <param name="versions">What it changed, ascending; those without an owner need not be brought to their
/// place.</param>
internal sealed class CommittedTransaction(
    TransactionId id, uint firstBlock, int blockCount, BlockVersion[] versions)
{
    /// <summary>Its number.</summary>
    internal TransactionId Id { get; } = id;

    /// <summary>Its first block of the log.</summary>
    internal uint FirstBlock { get; } = firstBlock;

    /// <summary>Its blocks of the log.</summary>
    internal int BlockCount { get; } = blockCount;

    /// <summary>What it changed, ascending.</summary>
    internal BlockVersion[] Versions { get; } = versions;

    /// <summary>Versions written to their place, not yet known to be durable there.</summary>
    internal int WrittenCount { get; set; }
}
