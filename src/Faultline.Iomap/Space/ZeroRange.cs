// FALLOC_FL_ZERO_RANGE.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;

namespace Faultline.Iomap.Space;

/// <summary>Zeroing a range while keeping its space.</summary>
public static class ZeroRange
{
    /// <summary>Makes a range read as zeros: whole blocks become unwritten and stay allocated, parts of blocks are
    /// zeroed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range.</param>
    /// <param name="keepSize">Whether the file keeps its size when the range ends behind it.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP no unwritten extents; EFBIG; ENOSPC: the range reads as zeros all the same; EIO and
    /// damage.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: direct-I/O drain; Invalidate over the range, and to the end when
    /// the file grows; folio; block map.</locks>
    /// <source>fallocate(2)</source>
    public static Result Run(IIomapFile file, long start, long end, bool keepSize)
    {
        file.AssertInodeLocked(exclusive: true);
        if (!file.Writer.HasUnwrittenExtents)
        {
            return IomapReasons.NoUnwrittenToZero;
        }

        long size = file.SizeBytes;
        bool grows = end > size && !keepSize;
        if (end > file.Writer.SizeBytesMax)
        {
            return IomapReasons.ZeroTooLarge;
        }

        if (Protections.DirectIoDrain)
        {
            file.DirectIo.Wait(start, end);
        }

        long from = grows ? Math.Min(start, size) : start;
        using InvalidateGuard guard = grows
            ? file.Mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, from >> Folio.PageShift, long.MaxValue)
            : SpaceRange.Invalidate(file, start, end);
        Result raised = SpaceRange.RaiseDiskSize(file, start, end);
        if (!raised.IsOk)
        {
            return raised;
        }

        Result dropped = SpaceRange.Drop(file, start, end, out long firstBlock, out long endBlock);
        if (!dropped.IsOk)
        {
            return dropped;
        }

        Result made = Allocate(file, start, end, firstBlock, endBlock);
        Scheduler.SyncPoint("inval.done");
        if (!made.IsOk || !grows)
        {
            return made;
        }

        return Truncate.GrowLocked(file, end);
    }

    private static Result Allocate(IIomapFile file, long start, long end, long firstBlock, long endBlock)
    {
        if (firstBlock < endBlock)
        {
            Result made = file.Writer.MakeUnwritten(firstBlock, endBlock);
            if (!made.IsOk)
            {
                return made;
            }
        }

        // The edges may lie in holes: fallocate promises space for every byte of the range.
        return file.Writer.AllocateRange(start, end);
    }
}
