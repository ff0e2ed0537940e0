// FALLOC_FL_COLLAPSE_RANGE and FALLOC_FL_INSERT_RANGE: what follows an offset moves.
//
// One critical section under Invalidate from the offset on: write out what is dirty (under the lock, or a store
// through a memory
// map between the two would be lost, FL-09), drop the cache, move the map, set the size.
// Locks: the caller holds the inode lock, exclusive.

using System;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Space;

/// <summary>Collapsing and inserting ranges.</summary>
public static class ShiftRange
{
    /// <summary>Removes a range; what follows moves down and the file shrinks.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size, below the size.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL not aligned, or the range reaches the end; EOPNOTSUPP; EIO writing out: nothing has
    /// changed.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: direct-I/O drain; Invalidate from the start on; folio; block
    /// map.</locks>
    /// <source>fallocate(2)</source>
    public static Result Collapse(IIomapFile file, long start, long end)
    {
        file.AssertInodeLocked(exclusive: true);
        if (!file.Writer.CanShift)
        {
            return IomapReasons.NoCollapse;
        }

        if (!IsAligned(file, start, end))
        {
            return IomapReasons.ShiftUnaligned;
        }

        long size = file.SizeBytes;
        if (end >= size)
        {
            return IomapReasons.CollapsePastEnd;
        }

        return Shift(file, start, start - end, writer => writer.CollapseRange(start, end));
    }

    /// <summary>Inserts a hole; what followed its start moves up and the file grows.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte, a multiple of the block size, below the size.</param>
    /// <param name="end">First byte after the hole, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL not aligned, or at or after the end; EFBIG; EOPNOTSUPP; EIO writing out: nothing has
    /// changed.</errors>
    /// <locks>As <see cref="Collapse"/>.</locks>
    /// <source>fallocate(2)</source>
    public static Result Insert(IIomapFile file, long start, long end)
    {
        file.AssertInodeLocked(exclusive: true);
        if (!file.Writer.CanShift)
        {
            return IomapReasons.NoInsert;
        }

        if (!IsAligned(file, start, end))
        {
            return IomapReasons.InsertUnaligned;
        }

        long size = file.SizeBytes;
        long length = end - start;
        if (size > file.Writer.SizeBytesMax - length)
        {
            return IomapReasons.InsertTooLarge;
        }

        if (start >= size)
        {
            return IomapReasons.InsertPastEnd;
        }

        return Shift(file, start, length, writer => writer.InsertRange(start, end));
    }

    // The one critical section: write out, drop the cache, move the map, set the size.
    private static Result Shift(IIomapFile file, long start, long growth, Func<IIomapWriter, Result> move)
    {
        FlushEarly(file, start);
        using InvalidateGuard guard = Enter(file, start);
        Result emptied = WriteAndDrop(file, start);
        Result moved = emptied.IsOk ? move(file.Writer) : emptied;
        if (!moved.IsOk)
        {
            return moved;
        }

        file.SetSize(file.SizeBytes + growth);
        Result sized = file.Writer.SetDiskSize(file.SizeBytes);
        Scheduler.SyncPoint("inval.done");
        return sized;
    }

    private static bool IsAligned(IIomapFile file, long start, long end) =>
        ((start | end) & (file.Writer.BlockSizeBytes - 1)) == 0;

    private static InvalidateGuard Enter(IIomapFile file, long start)
    {
        if (Protections.DirectIoDrain)
        {
            file.DirectIo.Wait(start, long.MaxValue);
        }

        // From the start of the largest folio that may reach over the offset: it goes as a whole.
        return file.Mapping.InvalidateLock.Acquire(
            InvalidateMode.Invalidate,
            Bits.AlignDown(start, (long)Folio.PageSize << Folio.OrderMax) >> Folio.PageShift,
            long.MaxValue);
    }

    // The historical mistake, for the tests that show what it costs: written out before the lock, and not under it.
    private static void FlushEarly(IIomapFile file, long start)
    {
        if (!Protections.FlushUnderInvalidate)
        {
            long first = start >> Folio.PageShift;
            _ = WritePages.Run(file, new WritebackControl(WritebackReason.Sync, first, long.MaxValue));
        }
    }

    private static Result WriteAndDrop(IIomapFile file, long start)
    {
        long first = start >> Folio.PageShift;
        if (Protections.FlushUnderInvalidate)
        {
            Result written = WritePages.Run(file, new WritebackControl(WritebackReason.Sync, first, long.MaxValue));
            if (!written.IsOk)
            {
                return written;
            }
        }

        Result raised = file.Writer.DiskSizeBytes < file.SizeBytes && !file.Mapping.IsStorage
            ? file.Writer.SetDiskSize(file.SizeBytes)
            : Result.Ok;
        if (!raised.IsOk)
        {
            return raised;
        }

        file.Mapping.RemovePages(first, long.MaxValue);
        Scheduler.SyncPoint("inval.cache_dropped");
        return Result.Ok;
    }
}
