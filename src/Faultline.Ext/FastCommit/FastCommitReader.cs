// Reads the fast-commit area: finds the complete fast commits that follow the last full one and
// shows their tags.
//
// A fast commit starts at a block and ends with a tail, whose checksum covers everything from its
// start; the next one starts at the next block. The area ends at the first block that does not go
// on like that: an incomplete or foreign fast commit is not damage. Bound: the area's blocks.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Journal;

namespace Faultline.Ext.FastCommit;

/// <summary>Reads the fast-commit area of a journal.</summary>
/// <param name="journal">The journal.</param>
/// <param name="transaction">The transaction that the fast commits must belong to.</param>
internal sealed class FastCommitReader(ExtJournal journal, TransactionId transaction)
{
    private const int TagCountMax = 500_000; // thousands of times what a real area holds

    private readonly List<FastCommitTag> _pending = [];
    private uint _crc;
    private bool _isHeadSeen;

    /// <summary>Complete fast commits.</summary>
    internal int CommitCount { get; private set; }

    /// <summary>Tags of the complete fast commits, in order.</summary>
    internal List<FastCommitTag> Tags { get; } = [];

    /// <summary>Reads the area.</summary>
    internal void Read()
    {
        byte[] block = new byte[journal.Location.BlockSize];
        // The kernel leaves the first block of the area alone; images show it.
        for (uint index = 1; index < journal.Super.FastCommitBlockCount; index++)
        {
            journal.Location.Read(journal.Super.LogEnd + index, block);
            if (!ReadBlock(block))
            {
                return;
            }
        }
    }

    // False when the area ends in this block.
    private bool ReadBlock(ReadOnlySpan<byte> block)
    {
        int offset = 0;
        while (block.Length - offset >= TagHeadDisk.SizeBytes)
        {
            ref readonly TagHeadDisk head = ref Disk.View<TagHeadDisk>(block, offset);
            int length = head.Length;
            if (length > block.Length - offset - TagHeadDisk.SizeBytes)
            {
                return false;
            }

            FastCommitTagKind kind = (FastCommitTagKind)head.Kind.Value;
            ReadOnlySpan<byte> whole = block.Slice(offset, TagHeadDisk.SizeBytes + length);
            ReadOnlySpan<byte> value = whole.Slice(TagHeadDisk.SizeBytes);
            if (kind == FastCommitTagKind.Tail)
            {
                return TakeTail(whole, value);
            }

            if (!TakeTag(kind, whole, value))
            {
                return false;
            }

            offset += whole.Length;
        }

        return true;
    }

    private bool TakeTag(
        FastCommitTagKind kind, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> value)
    {
        _crc = Crc32c.Update(_crc, whole);
        switch (kind)
        {
            case FastCommitTagKind.Head:
                bool isOurs = (value.Length >= EndTagDisk.SizeBytes)
                    && (Disk.View<EndTagDisk>(value).First == 0)
                    && (Disk.View<EndTagDisk>(value).Second == transaction.Value);
                _isHeadSeen |= isOurs;
                return isOurs;

            case FastCommitTagKind.Pad:
                return _isHeadSeen;

            case FastCommitTagKind.AddRange:
            case FastCommitTagKind.DeleteRange:
            case FastCommitTagKind.Create:
            case FastCommitTagKind.Link:
            case FastCommitTagKind.Unlink:
            case FastCommitTagKind.Inode:
                if (_pending.Count <= TagCountMax)
                {
                    _pending.Add(new FastCommitTag(kind, value.ToArray()));
                }

                return _isHeadSeen;

            case FastCommitTagKind.Tail:
            default:
                return false;
        }
    }

    private bool TakeTail(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> value)
    {
        if (!_isHeadSeen || (value.Length < EndTagDisk.SizeBytes))
        {
            return false;
        }

        ref readonly EndTagDisk tail = ref Disk.View<EndTagDisk>(value);
        uint crc = Crc32c.Update(_crc, whole.Slice(0, TagHeadDisk.SizeBytes + sizeof(uint)));
        if ((tail.First != transaction.Value) || (tail.Second != crc))
        {
            return false;
        }

        if (Tags.Count + _pending.Count > TagCountMax)
        {
            throw new FsException(ExtReasons.FastCommitSize.With($"more than {TagCountMax} changes"));
        }

        Tags.AddRange(_pending);
        _pending.Clear();
        _crc = 0;
        CommitCount++;
        return true;
    }
}
