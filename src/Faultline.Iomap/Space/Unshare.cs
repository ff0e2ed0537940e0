// FALLOC_FL_UNSHARE_RANGE: blocks that a file shares with others become its own.

using System;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Space;

/// <summary>Unsharing.</summary>
public static class Unshare
{
    /// <summary>Copies what is shared in a range, and writes the copies.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range; clipped to the size.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC; EIO and damage reading or writing.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: Invalidate over the range, folio, block map.</locks>
    /// <source>fallocate(2)</source>
    public static Result Run(IIomapFile file, long start, long end)
    {
        file.AssertInodeLocked(exclusive: true);
        end = Math.Min(end, file.SizeBytes);
        if (start >= end || file.Mapping.IsStorage)
        {
            return Result.Ok;
        }

        using InvalidateGuard guard = SpaceRange.Invalidate(file, start, end);
        long at = start;
        while (at < end)
        {
            Result begun = IomapWalk.Begin(file.Writer, at, end - at, IomapIntent.Report, out Iomap iomap);
            if (!begun.IsOk)
            {
                return begun;
            }

            file.Writer.End(iomap, 0);
            long stop = Math.Min(iomap.End, end);
            Result copied = (iomap.Flags & IomapFlags.Shared) != 0 ? Copy(file, at, stop) : Result.Ok;
            if (!copied.IsOk)
            {
                return copied;
            }

            at = stop;
        }

        return WritePages.Run(file, WritebackControl.OfBytes(start, end));
    }

    private static Result Copy(IIomapFile file, long start, long end)
    {
        long at = start;
        while (at < end)
        {
            Result<Folio> read = file.Mapping.ReadFolio(at >> Folio.PageShift);
            if (!read.TryGet(out Folio? folio, out FsError error))
            {
                return error;
            }

            folio.Lock();
            if (!ReferenceEquals(folio.Mapping, file.Mapping))
            {
                // Reclaim was quicker.
                folio.Unlock();
                folio.Put();
                continue;
            }

            folio.WaitWriteback();
            long stop = Math.Min(end, folio.Position + folio.SizeBytes);
            Result reserved = Result.Ok;
            while (at < stop && reserved.IsOk)
            {
                reserved = IomapWalk.Begin(file.Writer, at, stop - at, IomapIntent.Write, out Iomap iomap);
                if (reserved.IsOk)
                {
                    long next = Math.Min(iomap.End, stop);
                    file.Mapping.MarkDirty(folio, (int)(at - folio.Position), (int)(next - at));
                    file.Writer.End(iomap, next - at);
                    at = next;
                }
            }

            folio.Unlock();
            folio.Put();
            if (!reserved.IsOk)
            {
                return reserved;
            }
        }

        return Result.Ok;
    }
}
