// Replays a journal into a volume: scan for the end of the log, collect the revocations, put the
// blocks in place. For a volume that is only read the place is an overlay, and the journal is not written; for one that
// is written it is the volume itself, and afterwards the journal says that there is nothing to replay.
//
// Invariants: nothing of an incomplete transaction is written; nothing is written outside the
// target; the work is bounded by three walks over the log. Locks: none; the caller owns journal and
// target.

using Faultline.Base;
using Faultline.Block;
using Faultline.Jbd2.Writing;

namespace Faultline.Jbd2.Recovery;

/// <summary>Replays journals.</summary>
public static class JournalRecovery
{
    /// <summary>Replays a journal.</summary>
    /// <param name="location">Where it lies.</param>
    /// <param name="super">Its superblock.</param>
    /// <param name="target">The volume, or an overlay over it, in the journal's block size.</param>
    /// <returns>What was done.</returns>
    /// <errors>FsException EUCLEAN: a tag beyond the device or a block that does not match its
    /// checksum, with transaction and block; device errors.</errors>
    public static RecoverySummary Replay(
        JournalLocation location, JournalSuperBlock super, IBlockDevice target)
    {
        Check.That(location.BlockSize == super.BlockSize);
        Check.That(super.BlockCount <= location.BlockCount);
        if (!super.IsDirty)
        {
            return new RecoverySummary
            {
                WasDirty = false,
                FirstSequence = super.Sequence,
                NextSequence = super.Sequence,
            };
        }

        LogWalker walker = new(location, super);
        ScanPass scan = new(location, super);
        LogStop stop = walker.Walk(scan, end: null);
        TransactionId end = walker.NextSequence;
        uint stopBlock = walker.Position;

        ulong targetBlockCount = (ulong)(target.SizeBytes / location.BlockSize);
        RevokePass revoke = new(super, targetBlockCount);
        LogStop revokeStop = walker.Walk(revoke, end);
        ReplayPass replay = new(location, super, target, revoke);
        LogStop replayStop = walker.Walk(replay, end);
        // A full log ends each walk at its bound instead of at the transaction.
        Check.That(revokeStop is LogStop.Reached or LogStop.LogFull);
        Check.That(replayStop == revokeStop);
        return new RecoverySummary
        {
            WasDirty = true,
            FirstSequence = super.Sequence,
            NextSequence = end,
            TransactionCount = scan.TransactionCount,
            LastCommitTime = scan.LastCommitTime,
            Stop = stop,
            StopBlock = stopBlock,
            WriteCount = replay.WriteCount,
            WrittenBlocks = replay.WrittenBlocks,
            ChangedBlocks = replay.ChangedBlocks,
            RevokeRecordCount = revoke.RecordCount,
            RevokedCount = replay.RevokedCount,
        };
    }

    /// <summary>Replays a journal into the volume itself, and marks it empty. Fast commits are the caller's business:
    /// they are after the log, and lost with it.</summary>
    /// <param name="location">Where it lies.</param>
    /// <param name="super">Its superblock.</param>
    /// <param name="target">The volume, writable.</param>
    /// <returns>What was done.</returns>
    /// <errors>As <see cref="Replay"/>; a second attempt after an error is as good as the first.</errors>
    public static RecoverySummary ReplayInPlace(
        JournalLocation location, JournalSuperBlock super, IBlockDevice target)
    {
        RecoverySummary summary = Replay(location, super, target);
        if (!summary.WasDirty)
        {
            return summary;
        }

        target.Flush();
        // Not the next transaction but the one after: blocks of an incomplete one may lie where the next one would go.
        JournalSuperStore.Read(location).WriteTail(0, summary.NextSequence.Next());
        location.Device.Flush();
        return summary;
    }
}
