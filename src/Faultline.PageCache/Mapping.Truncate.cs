// Taking pages out of the cache.
//
// TruncatePages is for whoever removes or moves data: it asserts the Invalidate mode over its range, so that no fill
// can bring a page back between the drop and the change of the block map (R1). DropClean is advice, drops only what
// nobody uses, and needs no mode: the data on the device stay what they were.

using System;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.PageCache;

public sealed partial class Mapping
{
    /// <summary>Removes every page wholly inside a byte range and zeroes the rest of the range in
    /// the folios at its edges.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range; <see cref="long.MaxValue"/> for everything after.</param>
    /// <locks>Caller: invalidate in mode Invalidate over the pages of the range. Takes: folio,
    /// cache tree. Waits for folio locks.</locks>
    public void TruncatePages(long start, long end)
    {
        Check.That(start >= 0);
        Check.That(start < end);
        long first = start >> Folio.PageShift;
        long last = (end - 1) >> Folio.PageShift;
        InvalidateLock.AssertHeld(InvalidateMode.Invalidate, first, last);
        TruncatePass(start, end, first, last, waits: false);
        TruncatePass(start, end, first, last, waits: true);
    }

    /// <summary>Removes every folio that touches a range, whole: what the device holds there is
    /// about to change, or has.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <locks>Caller: invalidate in mode Invalidate over the range; a folio that reaches beyond it
    /// may go, too. Takes: folio, cache tree. Waits for folio locks.</locks>
    public void RemovePages(long first, long last)
    {
        InvalidateLock.AssertHeld(InvalidateMode.Invalidate, first, last);
        for (long index = first; index <= last;)
        {
            Folio? folio = FirstFolio(index, last);
            if (folio is null)
            {
                return;
            }

            index = Math.Max(folio.Index + folio.PageCount, index + 1);
            folio.Lock();
            folio.WaitWriteback();
            if (ReferenceEquals(folio.Mapping, this))
            {
                bool isInside = folio.Index >= first && folio.Index + folio.PageCount - 1 <= last;
                Check.That(isInside || !folio.IsDirty);
                Remove(folio);
            }

            folio.Unlock();
            folio.Put();
        }
    }

    /// <summary>Removes every folio that touches a range, unless it is dirty: the device changed under the cache (a
    /// direct write).</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <returns>False when a dirty folio was met, and left: its owner and the direct writer raced.</returns>
    /// <locks>Caller: no folio lock. Takes: folio; waits for folio locks and writeback.</locks>
    public bool RemoveClean(long first, long last)
    {
        bool isAllClean = true;
        for (long index = first; index <= last;)
        {
            Folio? folio = FirstFolio(index, last);
            if (folio is null)
            {
                break;
            }

            index = Math.Max(folio.Index + folio.PageCount, index + 1);
            folio.Lock();
            folio.WaitWriteback();
            if (ReferenceEquals(folio.Mapping, this))
            {
                if (folio.IsDirty)
                {
                    isAllClean = false;
                }
                else
                {
                    Remove(folio);
                }
            }

            folio.Unlock();
            folio.Put();
        }

        return isAllClean;
    }

    /// <summary>Drops clean, unused pages wholly inside a range (DONTNEED). Never waits.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <returns>Pages dropped.</returns>
    /// <locks>Takes: folio by trylock.</locks>
    public long DropClean(long first, long last)
    {
        long dropped = 0;
        long index = first;
        while (index <= last)
        {
            Folio? folio = FirstFolio(index, last);
            if (folio is null)
            {
                break;
            }

            long count = folio.PageCount;
            long next = folio.Index + count;
            bool inside = folio.Index >= first && next - 1 <= last;
            if (!inside)
            {
                folio.Put();
            }
            else if (TryDrop(folio))
            {
                dropped += count;
            }

            index = Math.Max(next, index + 1);
        }

        return dropped;
    }

    /// <summary>The file leaves memory: removes all pages and lets nothing in any more. Waits for
    /// fills in flight.</summary>
    /// <locks>Takes: invalidate (Invalidate) over everything, folio.</locks>
    public void Close()
    {
        using InvalidateGuard guard = InvalidateLock.Acquire(InvalidateMode.Invalidate, 0, long.MaxValue);
        _closed = true;
        TruncatePages(0, long.MaxValue);
        Check.That(CachedPages == 0);
    }

    // Two passes: the first takes what it can get without waiting, so that the second waits for few folios, and with
    // most of the range gone.
    private void TruncatePass(long start, long end, long first, long last, bool waits)
    {
        long index = first;
        while (index <= last)
        {
            Folio? folio = FirstFolio(index, last);
            if (folio is null)
            {
                return;
            }

            long next = Math.Max(folio.Index + folio.PageCount, index + 1);
            bool locked = folio.TryLock();
            if (!locked && waits)
            {
                folio.Lock();
                locked = true;
            }

            if (locked && waits)
            {
                folio.WaitWriteback();
            }

            bool isStable = locked && !folio.IsWriteback;
            if (isStable && TruncateFolio(folio, start, end))
            {
                // Split: lock and reference are used up, and its parts stand in its place.
                continue;
            }

            if (locked)
            {
                folio.Unlock();
            }

            folio.Put();
            index = next;
        }
    }

    // Takes a locked, stable folio out of the cache; the caller holds a reference of its own.
    private void Remove(Folio folio)
    {
        if (folio.IsDirty)
        {
            Account(-folio.ClearDirtyBits(0, folio.SizeBytes));
        }

        RemoveFromIndex(folio);
        Pool.Uncached(folio);
        folio.Put();
    }

    // True when the folio was split: the caller's lock and reference are gone.
    private bool TruncateFolio(Folio folio, long start, long end)
    {
        if (!ReferenceEquals(folio.Mapping, this))
        {
            return false;
        }

        long folioEnd = folio.Position + folio.SizeBytes;
        if (start <= folio.Position && (end >= folioEnd || end >= Host.SizeBytes))
        {
            Remove(folio);
            return false;
        }

        bool holdsWholePage = Bits.AlignUp(Math.Max(start, folio.Position), Folio.PageSize)
            < Bits.AlignDown(Math.Min(end, folioEnd), Folio.PageSize);
        if (holdsWholePage && TrySplit(folio, Bits.AlignUp(start, Folio.PageSize), Math.Min(end, folioEnd)))
        {
            return true;
        }

        // What is left of the folio in the range reads as zeros. Blocks wholly inside are nobody's any more, so
        // they are
        // clean; the edges were made dirty by whoever zeroed them on the device's behalf.
        int from = (int)(Math.Max(start, folio.Position) - folio.Position);
        int to = (int)(Math.Min(end, folioEnd) - folio.Position);
        folio.Bytes(from, to - from).Clear();
        MarkClean(folio, from, to - from);
        int firstBlock = (int)Bits.AlignUp(from, BlockSizeBytes);
        int endBlock = (int)Bits.AlignDown(to, BlockSizeBytes);
        if (firstBlock < endBlock)
        {
            folio.MarkUptodate(firstBlock, endBlock - firstBlock);
        }

        return false;
    }
}
