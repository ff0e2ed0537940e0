// Decides, for one open file, what to read ahead.
//
//        start                     start + size
//   -----[=========================)----------->  pages
//                     ^ mark: the first use of this page starts the next window, of twice the size
//
// A sequential reader thus always has the next window in flight while it consumes this one. A reader that jumps
// gets what it asked for and no more.
//
// Locks: none. Readers that share an open file race on these numbers; they are hints, and a lost update costs a
// window of the wrong size. Each field is read and written whole.

using System;
using System.Numerics;

namespace Faultline.PageCache.Reading;

/// <summary>Readahead state of one open file.</summary>
public sealed class ReadaheadState
{
    /// <summary>Largest window unless told otherwise: 4 MiB.</summary>
    public const long DefaultBytesMax = 4L << 20;

    private const int FirstWindowPages = 32;
    private const int FirstOrder = 2;
    private const int OrderStep = 2;
    private readonly long _pagesMax;
    private long _start;
    private long _size;
    private int _order = FirstOrder;

    /// <summary>Starts with no history.</summary>
    /// <param name="readaheadBytesMax">Largest window in bytes; 0 turns readahead off.</param>
    public ReadaheadState(long readaheadBytesMax = DefaultBytesMax) =>
        _pagesMax = readaheadBytesMax >> Folio.PageShift;

    /// <summary>The page of the last read, or -1.</summary>
    internal long PreviousIndex { get; set; } = -1;

    /// <summary>A page was not cached: what to read now.</summary>
    /// <param name="index">The page.</param>
    /// <param name="wantedPages">Pages the caller still wants, from <paramref name="index"/>.</param>
    /// <param name="filePages">Pages of the file.</param>
    /// <returns>The window, which starts at <paramref name="index"/>.</returns>
    internal ReadaheadWindow OnMiss(long index, long wantedPages, long filePages)
    {
        long wanted = Math.Min(wantedPages, filePages - index);
        bool continues = _size > 0 && index == _start + _size;
        bool sequential = index == 0 || continues || index - PreviousIndex is 0 or 1;
        if (_pagesMax == 0 || !sequential)
        {
            long last = index + Math.Min(wanted, Math.Max(_pagesMax, 1)) - 1;
            return new ReadaheadWindow(index, last, -1, FirstOrder);
        }

        long size = continues ? NextSize() : FirstSize(wanted);
        _order = continues ? Math.Min(_order + OrderStep, Folio.OrderMax) : FirstOrder;
        _start = index;
        _size = size;
        long mark = size > wanted ? index + wanted : index;
        return Clip(mark, filePages);
    }

    /// <summary>A marked page was used: what to read next, beside the reader.</summary>
    /// <param name="index">The page.</param>
    /// <param name="filePages">Pages of the file.</param>
    /// <returns>The window, or one with First &gt; Last when the file ends.</returns>
    internal ReadaheadWindow OnMarked(long index, long filePages)
    {
        bool inWindow = index >= _start && index < _start + _size;
        long start = inWindow ? _start + _size : index + 1;
        long size = inWindow ? NextSize() : FirstSize(1);
        _order = Math.Min(_order + OrderStep, Folio.OrderMax);
        _start = start;
        _size = size;
        return Clip(start, filePages);
    }

    private ReadaheadWindow Clip(long mark, long filePages)
    {
        long last = Math.Min(_start + _size, filePages) - 1;
        return new ReadaheadWindow(_start, last, mark, _order);
    }

    private long FirstSize(long wanted)
    {
        long rounded = (long)BitOperations.RoundUpToPowerOf2((ulong)wanted);
        return Math.Min(Math.Max(rounded * 2, FirstWindowPages), _pagesMax);
    }

    private long NextSize() => Math.Min(_size < _pagesMax / 16 ? _size * 4 : _size * 2, _pagesMax);
}
