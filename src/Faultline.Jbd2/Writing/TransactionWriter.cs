// Turns a transaction into blocks of the log: revocations, then descriptors with the blocks they name, then the commit
// record, in every form a journal can have.
//
// Locks: none; used by the log's thread.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Jbd2.Format;
using Faultline.Jbd2.Recovery;

namespace Faultline.Jbd2.Writing;

/// <summary>Writes transactions to the log.</summary>
/// <param name="appender">Where the blocks go.</param>
/// <param name="super">The journal.</param>
/// <source>docs/format/jbd2.md; Linux Documentation/filesystems/ext4/journal.rst</source>
internal sealed class TransactionWriter(LogAppender appender, JournalSuperBlock super)
{
    private const int TailBytes = 4;
    private const int UuidBytes = 16;

    private readonly int _tagBytes = TagReader.TagBytes(super);
    private readonly byte[] _descriptor = new byte[super.BlockSize];
    private uint _transactionCrc;

    private int UsableBytes => super.BlockSize - (super.HasBlockChecksums ? TailBytes : 0);

    private int TagsPerBlock => (UsableBytes - JournalBlockHeaderDisk.SizeBytes - UuidBytes) / _tagBytes;

    private int RevokeBytes => super.Is64Bit ? sizeof(ulong) : sizeof(uint);

    private int RevokesPerBlock => (UsableBytes - RevokeHeaderDisk.SizeBytes) / RevokeBytes;

    /// <summary>Most blocks of the log that a transaction takes.</summary>
    /// <param name="count">Blocks it changes and frees.</param>
    /// <returns>Blocks of the log.</returns>
    internal int LogBlocksFor(int count) => count
        + (int)Bits.DivideRoundUp((long)count, TagsPerBlock)
        + (int)Bits.DivideRoundUp((long)count, RevokesPerBlock)
        + 1;

    /// <summary>Writes everything but the commit record.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="versions">The blocks it changed, sealed.</param>
    /// <param name="revoked">The blocks it freed.</param>
    internal void WriteBlocks(TransactionId id, ReadOnlySpan<BlockVersion> versions, IEnumerable<ulong> revoked)
    {
        _transactionCrc = uint.MaxValue;
        WriteRevokes(id, Protections.RevokeRecords ? [.. revoked] : []);
        while (!versions.IsEmpty)
        {
            int count = Math.Min(TagsPerBlock, versions.Length);
            WriteDescriptor(id, versions.Slice(0, count));
            versions = versions.Slice(count);
        }

        appender.WriteOut();
    }

    /// <summary>Writes the commit record. Whatever must be durable before it is.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="time">Now.</param>
    internal void WriteCommit(TransactionId id, UnixTime time)
    {
        Span<byte> block = appender.Next();
        Begin(block, JournalBlockType.Commit, id);
        ref CommitBlockDisk commit = ref Disk.Overlay<CommitBlockDisk>(block);
        commit.CommitSeconds = unchecked((ulong)time.Seconds); // OK: the field is the clock's 64 bits
        commit.CommitNanoseconds = time.Nanoseconds;
        if (super.HasBlockChecksums)
        {
            commit.Checksum = Crc32c.Update(super.ChecksumSeed, block);
        }
        else if (super.HasCommitChecksum)
        {
            commit.ChecksumType = CommitBlockDisk.ChecksumTypeCrc32;
            commit.ChecksumSize = sizeof(uint);
            commit.Checksum = _transactionCrc;
        }

        appender.WriteOut();
    }

    private static void Begin(Span<byte> block, JournalBlockType type, TransactionId id)
    {
        block.Clear();
        ref JournalBlockHeaderDisk header = ref Disk.Overlay<JournalBlockHeaderDisk>(block);
        header.Magic = JournalBlockHeaderDisk.ExpectedMagic;
        header.BlockType = (uint)type;
        header.Sequence = id.Value;
    }

    private static bool NeedsEscape(ReadOnlySpan<byte> bytes) =>
        Disk.View<BeUInt32>(bytes) == JournalBlockHeaderDisk.ExpectedMagic;

    private void WriteRevokes(TransactionId id, ulong[] revoked)
    {
        Array.Sort(revoked);
        for (int first = 0; first < revoked.Length; first += RevokesPerBlock)
        {
            int count = Math.Min(RevokesPerBlock, revoked.Length - first);
            Span<byte> block = appender.Next();
            Begin(block, JournalBlockType.Revoke, id);
            Disk.Overlay<RevokeHeaderDisk>(block).UsedBytes =
                (uint)(RevokeHeaderDisk.SizeBytes + (count * RevokeBytes));
            for (int index = 0; index < count; index++)
            {
                int at = RevokeHeaderDisk.SizeBytes + (index * RevokeBytes);
                ulong number = revoked[first + index];
                if (super.Is64Bit)
                {
                    Disk.Overlay<BeUInt64>(block, at) = number;
                }
                else
                {
                    Disk.Overlay<BeUInt32>(block, at) = (uint)number;
                }
            }

            SealTail(block);
        }
    }

    private void WriteDescriptor(TransactionId id, ReadOnlySpan<BlockVersion> versions)
    {
        Begin(_descriptor, JournalBlockType.Descriptor, id);
        int at = JournalBlockHeaderDisk.SizeBytes;
        for (int index = 0; index < versions.Length; index++)
        {
            bool isFirst = index == 0;
            TagFlags flags = isFirst ? TagFlags.None : TagFlags.SameUuid;
            flags |= index == versions.Length - 1 ? TagFlags.LastTag : TagFlags.None;
            flags |= NeedsEscape(versions[index].Bytes) ? TagFlags.Escaped : TagFlags.None;
            uint checksum = super.HasBlockChecksums ? DataChecksum(id, versions[index].Bytes) : 0;
            WriteTag(at, versions[index].Block.Value, flags, checksum);
            at += _tagBytes + (isFirst ? UuidBytes : 0);
        }

        SealTail(_descriptor);
        Append(_descriptor, isData: false);
        foreach (BlockVersion version in versions)
        {
            Append(version.Bytes, isData: true);
        }
    }

    private void WriteTag(int at, ulong block, TagFlags flags, uint checksum)
    {
        if (super.ChecksumVersion == 3)
        {
            ref Tag3Disk tag = ref Disk.Overlay<Tag3Disk>(_descriptor, at);
            tag.BlockLow = (uint)(block & uint.MaxValue);
            tag.BlockHigh = (uint)(block >> 32);
            tag.Flags = (uint)flags;
            tag.Checksum = checksum;
            return;
        }

        ref TagDisk classic = ref Disk.Overlay<TagDisk>(_descriptor, at);
        classic.BlockLow = (uint)(block & uint.MaxValue);
        classic.Checksum = (ushort)(checksum & 0xFFFF);
        classic.Flags = (ushort)flags;
        if (super.Is64Bit)
        {
            Disk.Overlay<BeUInt32>(_descriptor, at + TagDisk.SizeBytes) = (uint)(block >> 32);
        }
    }

    // The checksum is that of the block as it is in the journal: escaped.
    private uint DataChecksum(TransactionId id, ReadOnlySpan<byte> bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        Disk.Overlay<BeUInt32>(number) = id.Value;
        uint crc = Crc32c.Update(super.ChecksumSeed, number);
        if (!NeedsEscape(bytes))
        {
            return Crc32c.Update(crc, bytes);
        }

        number.Clear();
        return Crc32c.Update(Crc32c.Update(crc, number), bytes.Slice(sizeof(uint)));
    }

    private void Append(ReadOnlySpan<byte> bytes, bool isData)
    {
        Span<byte> block = appender.Next();
        bytes.CopyTo(block);
        if (isData && NeedsEscape(block))
        {
            block.Slice(0, sizeof(uint)).Clear();
        }

        if (super.HasCommitChecksum)
        {
            _transactionCrc = Crc32Be.Update(_transactionCrc, block);
        }
    }

    private void SealTail(Span<byte> block)
    {
        if (super.HasBlockChecksums)
        {
            Disk.Overlay<BeUInt32>(block, block.Length - TailBytes) = Crc32c.Update(super.ChecksumSeed, block);
        }
    }
}
