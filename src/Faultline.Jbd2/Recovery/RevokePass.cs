// Second pass: collects the revocations. Bound: one entry a block of the volume, so that a hostile
// log of nothing but revocations costs no more memory than the volume has blocks.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Collects which blocks were revoked, and by which transaction last.</summary>
/// <param name="super">The journal.</param>
/// <param name="targetBlockCount">Blocks of the volume.</param>
internal sealed class RevokePass(JournalSuperBlock super, ulong targetBlockCount) : ILogPass
{
    private const int TailBytes = 4;

    private readonly Dictionary<ulong, TransactionId> _revoked = [];

    /// <summary>Revocation records so far.</summary>
    internal int RecordCount { get; private set; }

    /// <inheritdoc/>
    public void OnDescriptor(ReadOnlySpan<byte> block)
    {
    }

    /// <inheritdoc/>
    public void OnData(TransactionId sequence, in JournalTag tag, uint logBlock)
    {
    }

    /// <inheritdoc/>
    public void OnRevoke(TransactionId sequence, ReadOnlySpan<byte> block)
    {
        uint used = Disk.View<RevokeHeaderDisk>(block).UsedBytes;
        int limit = block.Length - (super.HasBlockChecksums ? TailBytes : 0);
        if ((used < RevokeHeaderDisk.SizeBytes) || (used > limit))
        {
            throw new FsException(Jbd2Reasons.RevokeCount.With(
                $"{used} bytes in transaction {sequence}"));
        }

        int entryBytes = super.Is64Bit ? 8 : 4;
        for (int at = RevokeHeaderDisk.SizeBytes; at + entryBytes <= used; at += entryBytes)
        {
            ulong target = super.Is64Bit
                ? Disk.View<BeUInt64>(block, at).Value
                : Disk.View<BeUInt32>(block, at).Value;
            RecordCount++;
            if (target < targetBlockCount)
            {
                // Walks go forward, so the last one seen is the latest.
                _revoked[target] = sequence;
            }
        }
    }

    /// <inheritdoc/>
    public bool OnCommit(TransactionId sequence, ReadOnlySpan<byte> block) => true;

    /// <summary>Whether a block of a transaction must not be restored.</summary>
    /// <param name="target">The block.</param>
    /// <param name="sequence">The transaction that journaled it.</param>
    /// <returns>True when that transaction or a later one revoked it.</returns>
    internal bool IsRevoked(BlockNumber target, TransactionId sequence) =>
        _revoked.TryGetValue(target.Value, out TransactionId revokedBy)
        && !sequence.IsAfter(revokedBy);
}
