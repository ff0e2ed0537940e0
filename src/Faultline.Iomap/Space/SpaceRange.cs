// What punching and zeroing share: the edges through the cache, the middle out of the cache and out of the map.

using System;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Space;

/// <summary>A byte range whose data are to go.</summary>
internal static class SpaceRange
{
    /// <summary>Takes Invalidate over the pages of a range, rounded out to blocks.</summary>
    internal static InvalidateGuard Invalidate(IIomapFile file, long start, long end)
    {
        int unit = Math.Max(file.Writer.BlockSizeBytes, Folio.PageSize);
        long first = Bits.AlignDown(start, unit) >> Folio.PageShift;
        long last = (Bits.AlignUp(end, unit) - 1) >> Folio.PageShift;
        return file.Mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, first, last);
    }

    /// <summary>Zeroes the parts of blocks at the edges and takes the rest out of the cache.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range.</param>
    /// <param name="firstBlock">First byte of the first whole block.</param>
    /// <param name="endBlock">First byte after the last whole block; at most firstBlock when there is none.</param>
    /// <returns>Success.</returns>
    /// <locks>Caller: inode lock exclusive, Invalidate over the range.</locks>
    internal static Result Drop(IIomapFile file, long start, long end, out long firstBlock, out long endBlock)
    {
        int unit = file.Writer.BlockSizeBytes;
        firstBlock = Bits.AlignUp(start, unit);
        endBlock = Bits.AlignDown(end, unit);
        if (Protections.PartialPageZeroing)
        {
            Result head = start < firstBlock
                ? ZeroBytes.Range(file, start, Math.Min(firstBlock, end))
                : Result.Ok;
            if (!head.IsOk)
            {
                return head;
            }

            Result tail = endBlock < end && endBlock >= firstBlock
                ? ZeroBytes.Range(file, endBlock, end)
                : Result.Ok;
            if (!tail.IsOk)
            {
                return tail;
            }
        }

        if (firstBlock < endBlock)
        {
            file.Mapping.TruncatePages(firstBlock, endBlock);
        }

        Scheduler.SyncPoint("inval.cache_dropped");
        return Result.Ok;
    }

    /// <summary>Before dirty data that would have raised the size on disk are dropped: raises it (FL-11).</summary>
    /// <locks>Caller: inode lock exclusive, Invalidate over the range that is dropped.</locks>
    internal static Result RaiseDiskSize(IIomapFile file, long start, long end)
    {
        long diskSize = file.Writer.DiskSizeBytes;
        if (end <= diskSize || file.SizeBytes <= diskSize || file.Mapping.IsStorage)
        {
            return Result.Ok;
        }

        // The end-of-file block first: the size must not pass what it held on the device.
        long from = Bits.AlignDown(Math.Min(diskSize, start), file.Writer.BlockSizeBytes);
        if (from < start)
        {
            Result written = WritePages.Run(file, WritebackControl.OfBytes(from, start));
            if (!written.IsOk)
            {
                return written;
            }
        }

        return file.Writer.SetDiskSize(file.SizeBytes);
    }
}
