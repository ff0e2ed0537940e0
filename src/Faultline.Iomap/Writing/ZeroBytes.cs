// Zeroing a part of a file through the cache: what a hole, or the growth of a file, leaves of the blocks at its edges.
//
// A block that reads as zeros already (hole, unwritten) is left alone unless the cache holds something newer.
// What is mapped
// is read, zeroed and made dirty: the device must have the zeros, too.
// Locks: the caller holds the inode lock, exclusive. Takes: folio, block map.

using System;
using Faultline.Base;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Writing;

/// <summary>Zeroing through the cache.</summary>
public static class ZeroBytes
{
    /// <summary>Zeroes a range.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC copying a shared block; ENOMEM; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock exclusive; Invalidate over the range is allowed.</locks>
    public static Result Range(IIomapFile file, long start, long end)
    {
        file.AssertInodeLocked(exclusive: true);
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
            bool needsDevice = iomap.Type is IomapType.Mapped or IomapType.Inline
                || (iomap.Type == IomapType.Delalloc && iomap.SourceAddress != Iomap.NoSource);
            Result zeroed = needsDevice ? ZeroMapped(file, at, stop) : Result.Ok;
            if (!zeroed.IsOk)
            {
                return zeroed;
            }

            bool isDone = needsDevice || TryZeroCached(file, iomap, at, stop);
            at = isDone ? stop : at;
        }

        return Result.Ok;
    }

    /// <summary>Zeroes what the block at the end of the file holds beyond the size, before the size grows past it: a
    /// store through a memory map may have left something there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="newEnd">Where the file will reach, at most.</param>
    /// <returns>Success, or why not.</returns>
    /// <locks>Caller: inode lock exclusive.</locks>
    internal static Result EndOfFile(IIomapFile file, long newEnd)
    {
        // To the end of the page, which is what a memory map shows, or of the block.
        long size = file.SizeBytes;
        long end = Math.Min(newEnd, Bits.AlignUp(size, Math.Max(Folio.PageSize, file.Writer.BlockSizeBytes)));
        return Protections.PartialPageZeroing && size < end ? Range(file, size, end) : Result.Ok;
    }

    /// <summary>As <see cref="EndOfFile"/>, and waits until the zeros are on the device, so that the size on disk may
    /// pass them (DESIGN 2, rule 2).</summary>
    internal static Result EndOfFileOnDisk(IIomapFile file, long newEnd)
    {
        long size = file.SizeBytes;
        Result zeroed = EndOfFile(file, newEnd);
        long end = Bits.AlignUp(size, file.Writer.BlockSizeBytes);
        if (!zeroed.IsOk || size >= end || file.Mapping.IsStorage)
        {
            return zeroed;
        }

        return WritePages.Run(file, WritebackControl.OfBytes(Bits.AlignDown(size, file.Writer.BlockSizeBytes), end));
    }

    /// <summary>Does all of zeroing a part of one block that can fail, and changes nothing that can be seen:
    /// reserves space,
    /// reads the block.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range, in the same block.</param>
    /// <returns>Success, or why zeroing would fail.</returns>
    /// <locks>Caller: inode lock exclusive, Invalidate over the block.</locks>
    internal static Result Prepare(IIomapFile file, long start, long end)
    {
        while (true)
        {
            Result begun = IomapWalk.Begin(file.Writer, start, end - start, IomapIntent.Report, out Iomap iomap);
            if (!begun.IsOk)
            {
                return begun;
            }

            file.Writer.End(iomap, 0);
            bool needsDevice = iomap.Type is IomapType.Mapped or IomapType.Inline
                || (iomap.Type == IomapType.Delalloc && iomap.SourceAddress != Iomap.NoSource);
            if (!needsDevice)
            {
                return Result.Ok;
            }

            Result reserved = IomapWalk.Begin(file.Writer, start, end - start, IomapIntent.Write, out iomap);
            if (!reserved.IsOk)
            {
                return reserved;
            }

            Result<long> read = ChangeFolio(file, iomap, start, end, clears: false);
            file.Writer.End(iomap, 0);
            if (!read.TryGet(out long stop, out FsError error))
            {
                return error;
            }

            if (stop > start)
            {
                return Result.Ok;
            }
        }
    }

    // What the cache holds of a range that reads as zeros on the device. False when writeback converted some of
    // it meanwhile:
    // what was in the cache may be on the device now, and nowhere else.
    private static bool TryZeroCached(IIomapFile file, in Iomap iomap, long start, long end)
    {
        Mapping mapping = file.Mapping;
        long at = start;
        while (at < end)
        {
            Folio? folio = mapping.LockNextCached(at >> Folio.PageShift, (end - 1) >> Folio.PageShift);
            if (folio is null)
            {
                break;
            }

            long from = Math.Max(at, folio.Position);
            long to = Math.Min(end, folio.Position + folio.SizeBytes);
            if (from < to)
            {
                // Bytes that are not valid will be read as zeros; those that are dirty stay so.
                folio.Bytes((int)(from - folio.Position), (int)(to - from)).Clear();
            }

            at = folio.Position + folio.SizeBytes;
            folio.Unlock();
            folio.Put();
        }

        return !file.Writer.IsStale(iomap);
    }

    private static Result ZeroMapped(IIomapFile file, long start, long end)
    {
        long at = start;
        while (at < end)
        {
            Result begun = IomapWalk.Begin(file.Writer, at, end - at, IomapIntent.Write, out Iomap iomap);
            if (!begun.IsOk)
            {
                return begun;
            }

            long stop = Math.Min(iomap.End, end);
            Result<long> next = ChangeFolio(file, iomap, at, stop, clears: true);
            file.Writer.End(iomap, next.IsOk ? next.Value - at : 0);
            if (!next.TryGet(out at, out FsError error))
            {
                return error;
            }
        }

        return Result.Ok;
    }

    // Answers where it stopped; the start itself when the map was stale.
    private static Result<long> ChangeFolio(IIomapFile file, in Iomap iomap, long start, long end, bool clears)
    {
        Mapping mapping = file.Mapping;
        Result<Folio> found = mapping.GetForWrite(start >> Folio.PageShift, start >> Folio.PageShift);
        if (!found.TryGet(out Folio? folio, out FsError error))
        {
            return error;
        }

        try
        {
            if (file.Writer.IsStale(iomap))
            {
                return start;
            }

            int unit = mapping.BlockSizeBytes;
            long stop = Math.Min(end, folio.Position + folio.SizeBytes);
            int from = (int)(start - folio.Position);
            int to = (int)(stop - folio.Position);
            for (int block = (int)Bits.AlignDown(from, unit); block < to; block += unit)
            {
                EdgeBlock.MakeValid(file, iomap, folio, block);
            }

            if (clears)
            {
                folio.Bytes(from, to - from).Clear();
                mapping.MarkDirty(folio, from, to - from);
            }

            return stop;
        }
        finally
        {
            folio.Unlock();
            folio.Put();
        }
    }
}
