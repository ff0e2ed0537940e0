// Writing through the page cache.
//
//   reserve (Begin)
//   --> for each folio: make the caller's memory present, lock, check the map's cookie, make edge blocks valid,
//   copy without faulting, valid, dirty, size, unlock --> give back what was reserved and not made dirty
//
// Invariants
//   - User memory is touched under no folio lock but by a copy that cannot fault (R10).
//   - A map sampled before the folio lock is checked under it (R7); a stale one is sampled again.
//   - A block becomes valid only when all its bytes are: a short copy into a block that was not valid counts as
//   nothing.
//   - The size grows after the bytes, under the folio lock.
// Locks: the caller holds the inode lock, exclusive. Takes: folio (400), block map (440) in Begin. Invalidate
// only to give a
// reservation back.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;

namespace Faultline.Iomap.Writing;

/// <summary>Buffered writes.</summary>
public static class BufferedWrite
{
    private const int RetriesMax = 1000;

    /// <summary>Writes bytes at a position; the file grows as needed.</summary>
    /// <typeparam name="TSource">Kind of the source.</typeparam>
    /// <param name="file">The file.</param>
    /// <param name="position">File offset, not negative; position + length is at most the largest size.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="lengthMax">How many of them at most.</param>
    /// <returns>Bytes written: fewer than asked only when an error came after the first byte.</returns>
    /// <errors>ENOSPC, EDQUOT no space; EFAULT the source is not there; ENOMEM; EIO and damage (as
    /// <see cref="FsException"/>)
    /// reading the rest of a block.</errors>
    /// <locks>Caller: inode lock exclusive; nothing deeper.</locks>
    public static Result<int> Write<TSource>(
        IIomapFile file, long position, scoped in TSource source, int lengthMax = int.MaxValue)
        where TSource : IWriteSource, allows ref struct
    {
        file.AssertInodeLocked(exclusive: true);
        if (position > file.SizeBytes)
        {
            Result zeroed = ZeroBytes.EndOfFile(file, position);
            if (!zeroed.IsOk)
            {
                return zeroed.Error;
            }
        }

        int done = 0;
        int length = Math.Min(source.Length, lengthMax);
        try
        {
            while (done < length)
            {
                Result<int> written = WriteMap(file, position + done, source, done, length);
                if (!written.TryGet(out int count, out FsError error))
                {
                    return done > 0 ? done : error;
                }

                done += count;
            }
        }
        catch (FsException) when (done > 0)
        {
            // OK: because what was written counts; the next write meets the damage.
            return done;
        }

        return done;
    }

    // Writes what one map covers. The answer is 0 when the map was stale.
    private static Result<int> WriteMap<TSource>(
        IIomapFile file, long position, scoped in TSource source, int offset, int offsetEnd)
        where TSource : IWriteSource, allows ref struct
    {
        IIomapWriter writer = file.Writer;
        Result begun = IomapWalk.Begin(writer, position, offsetEnd - offset, IomapIntent.Write, out Iomap iomap);
        if (!begun.IsOk)
        {
            return begun.Error;
        }

        Scheduler.SyncPoint("write.begin_done");
        int length = (int)Math.Min(iomap.End - position, offsetEnd - offset);
        int done = 0;
        Result<int> outcome = 0;
        try
        {
            outcome = WriteFolios(file, iomap, position, source, offset, length, ref done);
        }
        catch (FsException) when (done > 0)
        {
            // OK: because what was written counts; what follows is tried again, and throws it then.
            outcome = done;
        }
        finally
        {
            writer.End(iomap, done);
            if ((iomap.Flags & IomapFlags.New) != 0 && done < length)
            {
                GiveBack(file, iomap, position + done, position + length);
            }
        }

        return outcome.IsOk || done > 0 ? done : outcome.Error;
    }

    private static Result<int> WriteFolios<TSource>(
        IIomapFile file,
        in Iomap iomap,
        long position,
        scoped in TSource source,
        int offset,
        int length,
        ref int done)
        where TSource : IWriteSource, allows ref struct
    {
        int retries = RetriesMax;
        while (done < length)
        {
            int present = source.Prefault(offset + done, length - done);
            if (present == 0 || retries == 0)
            {
                return IomapReasons.SourceFault;
            }

            Result<int> copied = WriteFolio(file, iomap, position + done, source, offset + done, present);
            if (!copied.TryGet(out int count, out FsError error))
            {
                return error;
            }

            if (count < 0)
            {
                break;
            }

            retries = count == 0 ? retries - 1 : RetriesMax;
            done += count;
        }

        return done;
    }

    // One folio. The answer is -1 when the map is stale, 0 when the source has gone meanwhile.
    private static Result<int> WriteFolio<TSource>(
        IIomapFile file, in Iomap iomap, long position, scoped in TSource source, int offset, int length)
        where TSource : IWriteSource, allows ref struct
    {
        Mapping mapping = file.Mapping;
        long last = (position + length - 1) >> Folio.PageShift;
        Result<Folio> found = mapping.GetForWrite(position >> Folio.PageShift, last);
        if (!found.TryGet(out Folio? folio, out FsError error))
        {
            return error;
        }

        Scheduler.SyncPoint("write.folio_locked");
        try
        {
            if (Protections.ValidityCookie && file.Writer.IsStale(iomap))
            {
                return -1;
            }

            return CopyIn(file, iomap, folio, position, source, offset, length);
        }
        finally
        {
            folio.Unlock();
            folio.Put();
        }
    }

    private static Result<int> CopyIn<TSource>(
        IIomapFile file,
        in Iomap iomap,
        Folio folio,
        long position,
        scoped in TSource source,
        int offset,
        int length)
        where TSource : IWriteSource, allows ref struct
    {
        int at = (int)(position - folio.Position);
        int count = Math.Min(length, folio.SizeBytes - at);
        int unit = file.Mapping.BlockSizeBytes;
        int firstBlock = (int)Bits.AlignDown(at, unit);
        int lastBlock = (int)Bits.AlignDown(at + count - 1, unit);
        if (at != firstBlock || (lastBlock == firstBlock && (at + count) % unit != 0))
        {
            EdgeBlock.MakeValid(file, iomap, folio, firstBlock);
        }

        if (lastBlock != firstBlock && (at + count) % unit != 0)
        {
            EdgeBlock.MakeValid(file, iomap, folio, lastBlock);
        }

        int copied = source.CopyTo(offset, folio.Bytes(at, count));
        Scheduler.SyncPoint("write.copied");
        if (copied < count)
        {
            copied = Usable(folio, at, copied, unit);
        }

        if (copied == 0)
        {
            return 0;
        }

        int end = (int)Bits.AlignUp(at + copied, unit);
        folio.MarkUptodate(firstBlock, end - firstBlock);
        file.Mapping.MarkDirty(folio, at, copied);
        if (position + copied > file.SizeBytes)
        {
            file.SetSize(position + copied);
        }

        return copied;
    }

    // Bytes of a short copy that count: the block it ends in must have been valid before.
    private static int Usable(Folio folio, int at, int copied, int unit)
    {
        int block = (int)Bits.AlignDown(at + copied, unit);
        if (block == at + copied || folio.AreUptodate(block, unit))
        {
            return copied;
        }

        return Math.Max(0, block - at);
    }

    // Under Invalidate, because a fault may be making a page of the reservation dirty (WB-02). And page by page under
    // the folio lock, with no writeback: between a transfer that failed giving its blocks back and its pages becoming
    // dirty again, they would look like pages that nobody made dirty.
    private static void GiveBack(IIomapFile file, in Iomap iomap, long from, long to)
    {
        int unit = file.Writer.BlockSizeBytes;
        // The block in which the write stopped may be one that nothing was written to.
        long start = Math.Max(Bits.AlignDown(from, unit), iomap.Position);
        long end = Math.Min(Bits.AlignUp(to, unit), iomap.End);
        if (!Protections.ReservationRollBack || start >= end)
        {
            return;
        }

        Scheduler.SyncPoint("write.give_back");
        long last = (end - 1) >> Folio.PageShift;
        using InvalidateGuard guard = file.Mapping.InvalidateLock.Acquire(
            InvalidateMode.Invalidate, start >> Folio.PageShift, last);
        long at = start;
        while (at < end && file.Mapping.LockNextCached(at >> Folio.PageShift, last) is Folio folio)
        {
            try
            {
                GiveBackRange(file, at, Math.Max(at, folio.Position));
                at = Math.Max(at, folio.Position);
                at = GiveBackFolio(file, folio, at, Math.Min(folio.Position + folio.SizeBytes, end));
            }
            finally
            {
                folio.Unlock();
                folio.Put();
            }
        }

        GiveBackRange(file, at, end);
    }

    // What of one locked, stable folio is not dirty. Answers where to go on.
    private static long GiveBackFolio(IIomapFile file, Folio folio, long from, long to)
    {
        int unit = file.Writer.BlockSizeBytes;
        long clean = from;
        int offset = (int)(from - folio.Position);
        while (folio.NextDirtyRun(ref offset, out int length) && folio.Position + offset < to)
        {
            GiveBackRange(file, clean, Bits.AlignDown(folio.Position + offset, unit));
            offset += length;
            clean = Bits.AlignUp(folio.Position + offset, unit);
        }

        GiveBackRange(file, clean, to);
        return to;
    }

    private static void GiveBackRange(IIomapFile file, long from, long to)
    {
        if (from < to)
        {
            file.Writer.ReleaseReservation(from, to);
        }
    }
}
