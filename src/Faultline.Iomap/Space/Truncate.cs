// Changing the size of a file.
//
// Growing: the end-of-file block is zeroed beyond the old size, and the zeros are on the device, before the size
// passes them.
// Shrinking: wait for direct transfers; Invalidate from the new end on; then size, cache, blocks, in that order (R1).
// Locks: the caller holds the inode lock, exclusive.

using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;

namespace Faultline.Iomap.Space;

/// <summary>truncate(2).</summary>
public static class Truncate
{
    /// <summary>Whether the file may become so large: to be asked before anything else changes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sizeBytes">The new size.</param>
    /// <returns>Success.</returns>
    /// <errors>EFBIG larger than the format allows.</errors>
    public static Result MayRun(IIomapFile file, long sizeBytes) =>
        sizeBytes > file.Writer.SizeBytesMax ? IomapReasons.TooLarge : Result.Ok;

    /// <summary>Sets the size.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sizeBytes">The new size.</param>
    /// <returns>Success.</returns>
    /// <errors>EFBIG larger than the format allows; ENOSPC copying a shared block; EIO and damage reading or
    /// writing the block
    /// at the end: nothing has changed then.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: direct-I/O drain; Invalidate from the smaller end on; folio; block
    /// map.</locks>
    public static Result Run(IIomapFile file, long sizeBytes)
    {
        file.AssertInodeLocked(exclusive: true);
        Result may = MayRun(file, sizeBytes);
        if (!may.IsOk)
        {
            return may;
        }

        long old = file.SizeBytes;
        if (sizeBytes > old)
        {
            return Grow(file, sizeBytes);
        }

        return sizeBytes < old ? Shrink(file, sizeBytes) : Result.Ok;
    }

    /// <summary>Makes the file larger; the new part reads as zeros.</summary>
    internal static Result Grow(IIomapFile file, long sizeBytes)
    {
        long first = file.SizeBytes >> Folio.PageShift;
        using InvalidateGuard guard = file.Mapping.InvalidateLock.Acquire(
            InvalidateMode.Invalidate, first, long.MaxValue);
        return GrowLocked(file, sizeBytes);
    }

    /// <summary>As <see cref="Grow"/>, by whoever holds Invalidate from the old end on.</summary>
    internal static Result GrowLocked(IIomapFile file, long sizeBytes)
    {
        Result zeroed = ZeroBytes.EndOfFileOnDisk(file, sizeBytes);
        if (!zeroed.IsOk)
        {
            return zeroed;
        }

        file.SetSize(sizeBytes);
        Scheduler.SyncPoint("trunc.size_set");
        return file.Writer.SetDiskSize(sizeBytes);
    }

    private static Result Shrink(IIomapFile file, long sizeBytes)
    {
        if (Protections.DirectIoDrain)
        {
            file.DirectIo.Wait(sizeBytes, long.MaxValue);
        }

        int unit = file.Writer.BlockSizeBytes;
        long blockEnd = Bits.AlignUp(sizeBytes, unit);
        using InvalidateGuard guard = file.Mapping.InvalidateLock.Acquire(
            InvalidateMode.Invalidate, sizeBytes >> Folio.PageShift, long.MaxValue);
        if (sizeBytes < blockEnd && Protections.PartialPageZeroing)
        {
            Result prepared = ZeroBytes.Prepare(file, sizeBytes, blockEnd);
            if (!prepared.IsOk)
            {
                return prepared;
            }
        }

        file.SetSize(sizeBytes);
        Scheduler.SyncPoint("trunc.size_set");
        if (sizeBytes < blockEnd && Protections.PartialPageZeroing)
        {
            Result zeroed = ZeroBytes.Range(file, sizeBytes, blockEnd);
            if (!zeroed.IsOk)
            {
                return zeroed;
            }
        }

        file.Mapping.TruncatePages(sizeBytes, long.MaxValue);
        Scheduler.SyncPoint("inval.cache_dropped");
        Result sized = file.Writer.SetDiskSize(sizeBytes);
        Result removed = file.Writer.RemoveRange(blockEnd, long.MaxValue);
        Scheduler.SyncPoint("inval.done");
        return sized.IsOk ? removed : sized;
    }
}
