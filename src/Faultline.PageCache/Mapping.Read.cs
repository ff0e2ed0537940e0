// Reading through the page cache.
//
// A hit: look up, reference, check that the bytes are valid, then the size, then copy. No lock, no allocation.
// The order matters: validity (acquire) before size, size before copying, so that a reader that sees bytes beyond an
// old size has also seen the size that covers them.

using System;
using System.Runtime.CompilerServices;
using Faultline.Base;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache;

public sealed partial class Mapping
{
    /// <summary>Reads file bytes.</summary>
    /// <param name="position">File offset in bytes, not negative.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="readahead">The open file's readahead state.</param>
    /// <param name="mode">How far the read may go.</param>
    /// <returns>Bytes read: fewer than asked at the end of the file, or before a failure; 0 at the end.</returns>
    /// <errors>EAGAIN mode is not Blocking and nothing could be read without waiting; ENOMEM;
    /// ENOKEY encrypted; damage throws <see cref="FsException"/> when nothing could be read before
    /// it.</errors>
    /// <locks>Caller: none at rank 340 or deeper. Takes on a miss: invalidate (Fill), folio; on a hit nothing.</locks>
    public Result<int> Read(long position, Span<byte> destination, ReadaheadState readahead, ReadMode mode)
    {
        int done = 0;
        while (done < destination.Length)
        {
            long at = position + done;
            long index = at >> Folio.PageShift;
            Folio? folio = GetFolio(index);
            if (folio is null || !HasBytes(folio, at, destination.Length - done))
            {
                folio?.Put();
                Result<int> outcome = done == 0
                    ? ReadMissed(at, destination.Length, readahead, mode, out folio)
                    : ReadMissedBehind(at, destination.Length - done, readahead, mode, out folio);
                if (folio is null)
                {
                    return done > 0 ? done : outcome;
                }
            }

            int copied = CopyOut(folio, at, destination.Slice(done));
            NoteUse(folio, index, readahead, mode);
            folio.Put();
            if (copied == 0)
            {
                break;
            }

            done += copied;
        }

        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasBytes(Folio folio, long at, int length)
    {
        if (folio.IsUptodate)
        {
            return true;
        }

        int offset = (int)(at - folio.Position);
        return folio.AreUptodate(offset, Math.Min(length, folio.SizeBytes - offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CopyOut(Folio folio, long at, Span<byte> destination)
    {
        long size = Host.SizeBytes;
        if (at >= size)
        {
            return 0;
        }

        int offset = (int)(at - folio.Position);
        int length = (int)Math.Min(Math.Min(destination.Length, folio.SizeBytes - offset), size - at);
        folio.Bytes(offset, length).CopyTo(destination);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteUse(Folio folio, long index, ReadaheadState readahead, ReadMode mode)
    {
        if (folio.IsReadaheadMarked && mode != ReadMode.CacheOnly)
        {
            StartReadahead(folio, index, readahead);
        }

        // A sequential reader uses a folio once, however many calls it takes; that keeps scans out of the main queue.
        long step = index - readahead.PreviousIndex;
        if (step is not (0 or 1) || index == folio.Index)
        {
            folio.MarkUsed();
        }

        readahead.PreviousIndex = index;
    }

    // As the next one, behind bytes that count already: damage ends the read, and the next one throws it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<int> ReadMissedBehind(
        long at, int length, ReadaheadState readahead, ReadMode mode, out Folio? folio)
    {
        try
        {
            return ReadMissed(at, length, readahead, mode, out folio);
        }
        catch (FsException damage)
        {
            folio = null;
            return damage.Error;
        }
    }

    // Called out of line: the caller's bytes are not valid in the cache. On success the folio is returned with a
    // reference; otherwise null, and the result says why (0 bytes at the end of the file, or an error).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<int> ReadMissed(
        long at, int length, ReadaheadState readahead, ReadMode mode, out Folio? folio)
    {
        folio = null;
        long size = Host.SizeBytes;
        if (at >= size)
        {
            return 0;
        }

        if (mode != ReadMode.Blocking)
        {
            return PageCacheReasons.WouldBlock;
        }

        long index = at >> Folio.PageShift;
        long filePages = Bits.DivideRoundUp(size, Folio.PageSize);
        if (_index.Lookup(index) is null)
        {
            long wanted = ((at + length - 1) >> Folio.PageShift) - index + 1;
            FillWindow(readahead.OnMiss(index, wanted, filePages));
        }

        while (true)
        {
            // Again each time: the file may have been cut while we waited.
            folio = null;
            if (at >= Host.SizeBytes)
            {
                return 0;
            }

            folio = GetFolio(index);
            Result<bool> ready = folio is null ? FillOne(index, out folio) : MakeUptodate(folio, at, length);
            if (!ready.TryGet(out bool valid, out FsError error))
            {
                folio?.Put();
                folio = null;
                return error;
            }

            if (valid)
            {
                Check.That(folio is not null);
                return 0;
            }

            // The folio left the cache while we waited for it: look again.
            folio?.Put();
        }
    }
}
