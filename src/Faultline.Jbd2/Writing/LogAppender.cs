// Writes blocks to the log, one after the other and round at its end. They are gathered, so that what lies side by
// side goes out in one transfer.
//
// Bound: the gathering buffer. Locks: none; used by the log's thread.

using System;

namespace Faultline.Jbd2.Writing;

/// <summary>Writes blocks to the log.</summary>
/// <param name="location">Where the journal lies.</param>
/// <param name="super">Its superblock.</param>
/// <param name="head">The next block to write.</param>
internal sealed class LogAppender(JournalLocation location, JournalSuperBlock super, uint head)
{
    private const int GatherBytes = 1 << 20;

    private readonly byte[] _gathered = new byte[Math.Max(GatherBytes, location.BlockSize)];
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
        if (!isNext || ((_count + 1) * blockSize > _gathered.Length))
        {
            WriteOut();
        }

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
        _count = 0;
        if (count > 0)
        {
            location.Write(_first, _gathered.AsSpan(0, count * location.BlockSize));
        }
    }
}
