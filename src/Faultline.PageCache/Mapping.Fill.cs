// Bringing pages into the cache.
//
// Locked entry points: FillWindow and FillOne and MakeUptodate take the invalidate lock in Fill mode, for the pages
// they bring in and no more, from before a folio is inserted until the read is complete (R2).
// Internal: ReadFolio requires the caller to hold a mode (R5), and asserts it.
//
// No task sleeps on another task's folio lock while it holds the invalidate lock: it lets go first, waits, looks again.

using System;
using System.Numerics;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache;

public sealed partial class Mapping
{
    /// <summary>Most folios locked at once by one fill.</summary>
    private const int RunFoliosMax = 32;

    /// <summary>Readahead by request (WILLNEED): reads a range into the cache, waiting for locks
    /// and the device.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page; clipped to the file.</param>
    /// <locks>Takes: invalidate (Fill) for 2 MiB at a time, folio.</locks>
    public void WillNeed(long first, long last)
    {
        long end = Math.Min(last, Bits.DivideRoundUp(Host.SizeBytes, Folio.PageSize) - 1);
        const long Step = 1L << Folio.OrderMax;
        for (long index = first; index <= end; index += Step)
        {
            long stop = Math.Min(end, index + Step - 1);
            FillWindow(new ReadaheadWindow(index, stop, -1, Folio.OrderMax));
        }
    }

    /// <summary>Reads one page by whoever already keeps invalidation away: the level below the
    /// locked entry points.</summary>
    /// <param name="index">Page number.</param>
    /// <returns>A folio with a reference, whole and uptodate.</returns>
    /// <errors>EFAULT the page lies beyond the end of the file; ENOMEM; ENOKEY; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: the invalidate lock, any mode, over the page. Takes: folio.</locks>
    public Result<Folio> ReadFolio(long index)
    {
        InvalidateLock.AssertHeld(InvalidateMode.Fill, index, index);
        while (true)
        {
            if (Host.SizeBytes <= index << Folio.PageShift)
            {
                return PageCacheReasons.BeyondEnd;
            }

            Folio? folio = GetFolio(index);
            Result<bool> ready = folio is null ? InsertAndFill(index, out folio) : FillLocked(folio);
            if (!ready.TryGet(out bool valid, out FsError error))
            {
                folio?.Put();
                return error;
            }

            if (valid)
            {
                Check.That(folio is not null);
                return folio;
            }

            folio?.Put();
        }
    }

    /// <summary>Reads a window, as far as locks and memory allow at once. Errors are left for the
    /// reader to meet.</summary>
    internal void FillWindow(in ReadaheadWindow window)
    {
        long index = window.First;
        while (index <= window.Last)
        {
            long last = window.Last;
            if (!InvalidateLock.TryAcquirePrefix(InvalidateMode.Fill, index, ref last, out InvalidateGuard guard))
            {
                return;
            }

            using (guard)
            {
                long next = _closed ? -1 : FillRun(index, last, window);
                if (next < 0)
                {
                    return;
                }

                index = next;
            }
        }
    }

    private void StartReadahead(Folio folio, long index, ReadaheadState readahead)
    {
        if (!folio.TakeReadahead())
        {
            return;
        }

        long filePages = Bits.DivideRoundUp(Host.SizeBytes, Folio.PageSize);
        ReadaheadWindow window = readahead.OnMarked(index, filePages);
        if (window.First <= window.Last)
        {
            Pool.Workers.Submit(this, window);
        }
    }

    // Inserts and reads one run of absent pages. Returns the page to go on with, or -1 to stop.
    private long FillRun(long first, long last, in ReadaheadWindow window)
    {
        FolioRun run = default;
        int count = 0;
        long index = first;
        while (index <= last && count < RunFoliosMax)
        {
            Folio? folio = InsertLocked(index, last, window.Order);
            if (folio is null)
            {
                break;
            }

            run[count] = folio;
            count++;
            index += folio.PageCount;
            if (window.MarkIndex >= folio.Index && window.MarkIndex < index)
            {
                folio.SetReadahead();
            }
        }

        if (count == 0)
        {
            Folio? present = _index.Lookup(index);
            return present is null ? -1 : Math.Max(index + 1, present.Index + present.PageCount);
        }

        Scheduler.SyncPoint("fill.inserted");
        Span<Folio?> folios = ((Span<Folio?>)run).Slice(0, count);
        try
        {
            Result result = Host.Fill(new FillRequest(folios!));
            return result.IsOk ? index : -1;
        }
        catch (FsException)
        {
            // OK: because the folios that failed stay not uptodate, and whoever needs them reads them alone and
            // gets the error. A readahead has nobody to tell.
            return -1;
        }
        finally
        {
            ReleaseRun(folios);
        }
    }

    private static void ReleaseRun(Span<Folio?> folios)
    {
        foreach (Folio? folio in folios)
        {
            folio!.Unlock();
            folio.Put();
        }
    }

    // A new folio at a page, inserted and locked, as large as the window, the alignment, the neighbours and memory
    // allow; null when the page is taken or there is no memory.
    private Folio? InsertLocked(long index, long last, int orderMax)
    {
        int fits = BitOperations.Log2((ulong)(last - index + 1));
        int aligned = index == 0 ? Folio.OrderMax : BitOperations.TrailingZeroCount(index);
        int order = Math.Min(Math.Min(orderMax, fits), Math.Min(aligned, Folio.OrderMax));
        while (_index.Lookup(index) is null)
        {
            Folio? folio = Pool.TryAllocate(this, index, order);
            if (folio is not null)
            {
                Check.That(folio.TryLock());
                if (TryInsert(folio))
                {
                    return folio;
                }

                folio.Unlock();
                folio.Put();
            }

            if (order == 0)
            {
                return null;
            }

            order = Math.Max(0, order - 2);
        }

        return null;
    }

    // The single page a reader cannot do without: waits for the invalidate lock. The answer is true with a valid
    // folio, or false when the caller should look again.
    private Result<bool> FillOne(long index, out Folio? folio)
    {
        using InvalidateGuard guard = InvalidateLock.Acquire(InvalidateMode.Fill, index, index);
        return InsertAndFill(index, out folio);
    }

    private Result<bool> InsertAndFill(long index, out Folio? folio)
    {
        folio = null;
        if (_closed)
        {
            return PageCacheReasons.Closed;
        }

        if (Host.SizeBytes <= index << Folio.PageShift)
        {
            return false;
        }

        folio = InsertLocked(index, index, orderMax: 0);
        if (folio is null)
        {
            return _index.Lookup(index) is null ? PageCacheReasons.NoMemory : false;
        }

        try
        {
            Result result = Host.Fill(new FillRequest(new ReadOnlySpan<Folio>(in folio)));
            return result.IsOk ? true : result.Error;
        }
        catch (FsException)
        {
            folio.Unlock();
            folio.Put();
            folio = null;
            throw;
        }
        finally
        {
            folio?.Unlock();
        }
    }

    // A folio is in the cache but the bytes wanted are not valid: somebody is reading it, or a read failed.
    private Result<bool> MakeUptodate(Folio folio, long at, int length)
    {
        while (true)
        {
            if (folio.IsLocked)
            {
                folio.WaitUnlocked();
            }

            if (!ReferenceEquals(folio.Mapping, this))
            {
                return false;
            }

            if (HasBytes(folio, at, length))
            {
                return true;
            }

            using InvalidateGuard guard = InvalidateLock.Acquire(
                InvalidateMode.Fill, folio.Index, folio.Index + folio.PageCount - 1);
            if (folio.TryLock())
            {
                return FillAndUnlock(folio, at, length);
            }
        }
    }

    private Result<bool> FillLocked(Folio folio)
    {
        folio.Lock();
        return FillAndUnlock(folio, folio.Position, folio.SizeBytes);
    }

    // Reads a locked folio once more. Bytes that were wanted decide, not the rest of the folio.
    private Result<bool> FillAndUnlock(Folio folio, long at, int length)
    {
        try
        {
            if (!ReferenceEquals(folio.Mapping, this))
            {
                return false;
            }

            if (HasBytes(folio, at, length))
            {
                return true;
            }

            Result result = Host.Fill(new FillRequest(new ReadOnlySpan<Folio>(in folio)));
            return result.IsOk || HasBytes(folio, at, length) ? true : result.Error;
        }
        catch (FsException) when (HasBytes(folio, at, length))
        {
            // OK: because the damage lies elsewhere in the folio; its own readers will meet it.
            return true;
        }
        catch (FsException)
        {
            // The caller's reference: the exception passes the frames that would give it back. The folio is locked
            // and in the index, so that this is not the last one.
            folio.Put();
            throw;
        }
        finally
        {
            folio.Unlock();
        }
    }
}
