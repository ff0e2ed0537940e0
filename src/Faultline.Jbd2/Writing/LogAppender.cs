// Writes blocks to the log, one after the other and round at its end. They are gathered, so that what lies side by
// side goes out in one transfer.
//
// Bound: the gathering buffer, borrowed while something is gathered: a volume that is mounted and not written has none.
// Locks: none; used by the log's thread.

using System;
using System.Buffers;

namespace Faultline.Jbd2.Writing;

/// <summary>Writes blocks to the log.</summary>
/// <param name="location">Where the journal lies.</param>
/// <param name="super">Its superblock.</param>
/// <param name="head">The next block to write.</param>
internal sealed class LogAppender(JournalLocation location, JournalSuperBlock super, uint head)
{
    private const int GatherBytes = 1 << 20;

    private byte[]? _gathered;
    private uint _first;
    private int _count;

    /// <summary>The next block to write.</summary>
    internal uint Head { get; private set; } = head;

    /// <summary>Blocks written so far, round and round.</summary>
    internal ulong WrittenCount { get; private set; }

    /// <summary>The next block, to be filled before the next call.</summary>
    /// <returns>Its bytes, of any contents.</returns>
    internal Span<byte> Next()
    {
        int blockSize = location.BlockSize;
        bool isNext = (_count == 0) || (Head == _first + (uint)_count);
        if (!isNext || (_gathered is not null && (_count + 1) * blockSize > _gathered.Length))
        {
            WriteOut();
        }

        _gathered ??= ArrayPool<byte>.Shared.Rent(Math.Max(GatherBytes, blockSize));

        if (_count == 0)
        {
            _first = Head;
        }

        Span<byte> block = _gathered.AsSpan(_count * blockSize, blockSize);
        _count++;
        WrittenCount++;
        Head++;
        if (Head >= super.LogEnd)
        {
            Head = super.FirstBlock;
        }

        return block;
    }

    /// <summary>Writes what was gathered.</summary>
    internal void WriteOut()
    {
        int count = _count;
        byte[]? gathered = _gathered;
        _count = 0;
        _gathered = null;
        if (gathered is not null)
        {
            location.Write(_first, gathered.AsSpan(0, count * location.BlockSize));
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }
}
