// Walks the log from its start, transaction by transaction, and shows a pass what is there.
//
// Bound: every step consumes one block of the log, and a walk ends when it has consumed as many as
// the log has. Invariant: all blocks shown belong to the transaction expected; a block of another
// one ends the log.

using System;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Walks a log.</summary>
/// <param name="location">Where the journal lies.</param>
/// <param name="super">Its superblock.</param>
internal sealed class LogWalker(JournalLocation location, JournalSuperBlock super)
{
    private const int TailBytes = 4;

    private readonly byte[] _block = new byte[location.BlockSize];
    private uint _position;
    private uint _stepCount;

    /// <summary>The transaction that the last walk expected when it ended.</summary>
    internal TransactionId NextSequence { get; private set; }

    /// <summary>The journal block at which the last walk ended.</summary>
    internal uint Position => _position;

    /// <summary>Walks the log.</summary>
    /// <param name="pass">Sees what is there.</param>
    /// <param name="end">Transaction before which to end, or null for the end of the log.</param>
    /// <returns>Why the walk ended.</returns>
    internal LogStop Walk(ILogPass pass, TransactionId? end)
    {
        _position = super.Start;
        _stepCount = 0;
        NextSequence = super.Sequence;
        while (_stepCount < super.LogBlockCount)
        {
            if (NextSequence == end)
            {
                return LogStop.Reached;
            }

            LogStop? stop = WalkBlock(pass);
            if (stop is not null)
            {
                return stop.Value;
            }
        }

        return LogStop.LogFull;
    }

    private LogStop? WalkBlock(ILogPass pass)
    {
        location.Read(_position, _block);
        JournalBlockHeaderDisk header = Disk.View<JournalBlockHeaderDisk>(_block);
        if (header.Magic != JournalBlockHeaderDisk.ExpectedMagic)
        {
            return LogStop.NoMagic;
        }

        if (header.Sequence != NextSequence.Value)
        {
            return LogStop.OldSequence;
        }

        Advance();
        switch ((JournalBlockType)header.BlockType.Value)
        {
            case JournalBlockType.Descriptor:
                return WalkDescriptor(pass);

            case JournalBlockType.Revoke:
                if (!IsTailIntact())
                {
                    return LogStop.RevokeChecksum;
                }

                pass.OnRevoke(NextSequence, _block);
                return null;

            case JournalBlockType.Commit:
                if (!pass.OnCommit(NextSequence, _block))
                {
                    return LogStop.CommitChecksum;
                }

                NextSequence = NextSequence.Next();
                return null;

            default:
                return LogStop.UnknownBlock;
        }
    }

    private LogStop? WalkDescriptor(ILogPass pass)
    {
        if (!IsTailIntact())
        {
            return LogStop.DescriptorChecksum;
        }

        pass.OnDescriptor(_block);
        TagReader tags = new(_block, super);
        while (tags.TryRead(out JournalTag tag))
        {
            if (_stepCount >= super.LogBlockCount)
            {
                return LogStop.LogFull;
            }

            pass.OnData(NextSequence, tag, _position);
            Advance();
        }

        return null;
    }

    private void Advance()
    {
        _stepCount++;
        _position++;
        if (_position >= super.LogEnd)
        {
            _position = super.FirstBlock;
        }
    }

    private bool IsTailIntact()
    {
        if (!super.HasBlockChecksums)
        {
            return true;
        }

        ReadOnlySpan<byte> bytes = _block;
        uint crc = Crc32c.Update(super.ChecksumSeed, bytes.Slice(0, bytes.Length - TailBytes));
        crc = Crc32c.Update(crc, 0U);
        return crc == Disk.View<BeUInt32>(bytes, bytes.Length - TailBytes);
    }
}
