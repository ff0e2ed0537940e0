// First pass: finds the end of the log, checking what tells a complete transaction from a torn one.

using System;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Finds the last complete transaction.</summary>
/// <param name="location">Where the journal lies.</param>
/// <param name="super">Its superblock.</param>
internal sealed class ScanPass(JournalLocation location, JournalSuperBlock super) : ILogPass
{
    private readonly byte[] _data = new byte[location.BlockSize];
    private uint _transactionCrc = uint.MaxValue;
    private bool _wasChecksumSeen;

    /// <summary>Complete transactions so far.</summary>
    internal int TransactionCount { get; private set; }

    /// <summary>When the last one was committed.</summary>
    internal UnixTime? LastCommitTime { get; private set; }

    /// <inheritdoc/>
    public void OnDescriptor(ReadOnlySpan<byte> block)
    {
        if (super.HasCommitChecksum)
        {
            _transactionCrc = Crc32Be.Update(_transactionCrc, block);
        }
    }

    /// <inheritdoc/>
    public void OnData(TransactionId sequence, in JournalTag tag, uint logBlock)
    {
        if (super.HasCommitChecksum)
        {
            location.Read(logBlock, _data);
            _transactionCrc = Crc32Be.Update(_transactionCrc, _data);
        }
    }

    /// <inheritdoc/>
    public void OnRevoke(TransactionId sequence, ReadOnlySpan<byte> block)
    {
        // Revocation blocks are not part of a commit checksum.
    }

    /// <inheritdoc/>
    public bool OnCommit(TransactionId sequence, ReadOnlySpan<byte> block)
    {
        ref readonly CommitBlockDisk commit = ref Disk.View<CommitBlockDisk>(block);
        if (!IsIntact(commit, block))
        {
            return false;
        }

        _transactionCrc = uint.MaxValue;
        TransactionCount++;
        // OK: because the field is 64 bits of a clock; nonsense is shown as it is, not computed with.
        long seconds = unchecked((long)commit.CommitSeconds.Value);
        LastCommitTime = new UnixTime(seconds, commit.CommitNanoseconds % 1_000_000_000);
        return true;
    }

    private bool IsIntact(in CommitBlockDisk commit, ReadOnlySpan<byte> block)
    {
        if (super.HasBlockChecksums)
        {
            uint crc = Crc32c.Update(super.ChecksumSeed, block.Slice(0, 0x10));
            crc = Crc32c.Update(crc, 0U);
            return Crc32c.Update(crc, block.Slice(0x14)) == commit.Checksum;
        }

        if (!super.HasCommitChecksum)
        {
            return true;
        }

        bool isPlain = (commit.ChecksumType == 0) && (commit.ChecksumSize == 0)
            && (commit.Checksum == 0);
        if (isPlain)
        {
            // Transactions from before the feature was switched on carry none.
            return !_wasChecksumSeen;
        }

        _wasChecksumSeen = true;
        return (commit.ChecksumType == CommitBlockDisk.ChecksumTypeCrc32)
            && (commit.ChecksumSize == sizeof(uint))
            && (commit.Checksum == _transactionCrc);
    }
}
