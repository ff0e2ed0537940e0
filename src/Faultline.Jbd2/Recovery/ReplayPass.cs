// Third pass: puts the journaled blocks where they belong.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Writes the journaled blocks to the volume.</summary>
/// <param name="location">Where the journal lies.</param>
/// <param name="super">Its superblock.</param>
/// <param name="target">The volume, or an overlay over it.</param>
/// <param name="revoked">What must not be restored.</param>
internal sealed class ReplayPass(
    JournalLocation location, JournalSuperBlock super, IBlockDevice target, RevokePass revoked)
    : ILogPass
{
    private readonly byte[] _data = new byte[location.BlockSize];
    private readonly byte[] _old = new byte[location.BlockSize];
    private readonly ulong _targetBlockCount = (ulong)(target.SizeBytes / location.BlockSize);
    private readonly HashSet<ulong> _changed = [];
    private readonly HashSet<ulong> _written = [];

    /// <summary>Journaled blocks written, repeats counted.</summary>
    internal int WriteCount { get; private set; }

    /// <summary>Journaled blocks skipped because they were revoked.</summary>
    internal int RevokedCount { get; private set; }

    /// <summary>The blocks written, ascending.</summary>
    internal IReadOnlyList<BlockNumber> WrittenBlocks => Sorted(_written);

    /// <summary>The blocks whose contents a write changed, ascending.</summary>
    internal IReadOnlyList<BlockNumber> ChangedBlocks => Sorted(_changed);

    /// <inheritdoc/>
    public void OnDescriptor(ReadOnlySpan<byte> block)
    {
    }

    /// <inheritdoc/>
    public void OnData(TransactionId sequence, in JournalTag tag, uint logBlock)
    {
        if (revoked.IsRevoked(tag.Target, sequence))
        {
            RevokedCount++;
            return;
        }

        if (tag.Target.Value >= _targetBlockCount)
        {
            throw new FsException(Jbd2Reasons.TargetOutOfRange.At(
                InodeNumber.None, tag.Target, $"transaction {sequence}, journal block {logBlock}"));
        }

        location.Read(logBlock, _data);
        CheckData(sequence, tag, logBlock);
        if ((tag.Flags & TagFlags.Escaped) != 0)
        {
            Disk.Overlay<BeUInt32>(_data) = JournalBlockHeaderDisk.ExpectedMagic;
        }

        long offset = (long)tag.Target.Value * location.BlockSize;
        target.Read(offset, _old);
        WriteCount++;
        _ = _written.Add(tag.Target.Value);
        if (!_old.AsSpan().SequenceEqual(_data))
        {
            _ = _changed.Add(tag.Target.Value);
            target.Write(offset, _data);
        }
    }

    /// <inheritdoc/>
    public void OnRevoke(TransactionId sequence, ReadOnlySpan<byte> block)
    {
    }

    /// <inheritdoc/>
    public bool OnCommit(TransactionId sequence, ReadOnlySpan<byte> block) => true;

    private static List<BlockNumber> Sorted(HashSet<ulong> blocks)
    {
        List<ulong> numbers = [.. blocks];
        numbers.Sort();
        return numbers.ConvertAll(static number => new BlockNumber(number));
    }

    private void CheckData(TransactionId sequence, in JournalTag tag, uint logBlock)
    {
        if (!super.HasBlockChecksums)
        {
            return;
        }

        Span<byte> number = stackalloc byte[sizeof(uint)];
        Disk.Overlay<BeUInt32>(number) = sequence.Value;
        uint crc = Crc32c.Update(Crc32c.Update(super.ChecksumSeed, number), _data);
        uint kept = super.ChecksumVersion == 3 ? crc : crc & 0xFFFF;
        if (kept != tag.Checksum)
        {
            throw new FsException(Jbd2Reasons.TagChecksum.At(
                InodeNumber.None, tag.Target, $"transaction {sequence}, journal block {logBlock}"));
        }
    }
}
