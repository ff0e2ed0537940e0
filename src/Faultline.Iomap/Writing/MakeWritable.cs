// page_mkwrite: before a memory map lets somebody store in a page, its blocks are reserved and the page is dirty.
//
// Locks: takes Modify over the page alone (it conflicts with all that Fill conflicts with), then the folio lock,
// then the block
// map in Begin; waits for writeback under the folio lock.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;

namespace Faultline.Iomap.Writing;

/// <summary>Makes pages writable for memory maps.</summary>
public static class MakeWritable
{
    /// <summary>Makes the page at an index valid, reserved and dirty.</summary>
    /// <param name="file">The file.</param>
    /// <param name="index">Page number.</param>
    /// <returns>The folio that covers it, locked and referenced: the caller stores or maps, then unlocks and
    /// puts.</returns>
    /// <errors>EFAULT the page lies beyond the end of the file; ENOSPC, EDQUOT; ENOMEM; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing at rank 340 or deeper; freeze level PageFault entered. Takes: see above; on
    /// success the folio
    /// lock is held on return.</locks>
    public static Result<Folio> Run(IIomapFile file, long index)
    {
        Mapping mapping = file.Mapping;
        using InvalidateGuard guard = mapping.InvalidateLock.Acquire(InvalidateMode.Modify, index, index);
        while (true)
        {
            if (index << Folio.PageShift >= file.SizeBytes)
            {
                return IomapReasons.PageGone;
            }

            Result<Folio> read = mapping.ReadFolio(index);
            if (!read.TryGet(out Folio? folio, out FsError error))
            {
                return error;
            }

            folio.Lock();
            Scheduler.SyncPoint("mkwrite.folio_locked");
            if (!ReferenceEquals(folio.Mapping, mapping) || index << Folio.PageShift >= file.SizeBytes)
            {
                folio.Unlock();
                folio.Put();
                continue;
            }

            folio.WaitWriteback();
            Result reserved = Reserve(file, folio, index);
            if (reserved.IsOk)
            {
                return folio;
            }

            folio.Unlock();
            folio.Put();
            return reserved.Error;
        }
    }

    private static Result Reserve(IIomapFile file, Folio folio, long index)
    {
        long start = index << Folio.PageShift;
        long end = Math.Min(start + Folio.PageSize, Bits.AlignUp(file.SizeBytes, file.Writer.BlockSizeBytes));
        long at = start;
        while (at < end)
        {
            Result begun = IomapWalk.Begin(file.Writer, at, end - at, IomapIntent.Write, out Iomap iomap);
            if (!begun.IsOk)
            {
                return begun;
            }

            // Sampled under the folio lock: it cannot be stale.
            long stop = Math.Min(iomap.End, end);
            file.Mapping.MarkDirty(folio, (int)(at - folio.Position), (int)(stop - at));
            file.Writer.End(iomap, stop - at);
            at = stop;
        }

        return Result.Ok;
    }
}
