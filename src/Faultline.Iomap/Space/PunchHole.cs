// FALLOC_FL_PUNCH_HOLE.

using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Iomap.Space;

/// <summary>Punching holes.</summary>
public static class PunchHole
{
    /// <summary>Makes a range a hole: whole blocks are freed, parts of blocks zeroed. The size stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range; clipped to the size.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC copying a shared block at an edge; EIO and damage reading one: nothing has changed then.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: direct-I/O drain; Invalidate over the range; folio; block
    /// map.</locks>
    /// <source>fallocate(2)</source>
    public static Result Run(IIomapFile file, long start, long end)
    {
        file.AssertInodeLocked(exclusive: true);
        long size = file.SizeBytes;
        if (start >= size)
        {
            return Result.Ok;
        }

        // What lies behind the size in its block is zero already.
        end = end >= size ? Bits.AlignUp(size, file.Writer.BlockSizeBytes) : end;
        if (Protections.DirectIoDrain)
        {
            file.DirectIo.Wait(start, end);
        }

        using InvalidateGuard guard = SpaceRange.Invalidate(file, start, end);
        Result raised = SpaceRange.RaiseDiskSize(file, start, end);
        if (!raised.IsOk)
        {
            return raised;
        }

        Result dropped = SpaceRange.Drop(file, start, end, out long firstBlock, out long endBlock);
        if (!dropped.IsOk || firstBlock >= endBlock)
        {
            return dropped;
        }

        Result removed = file.Writer.RemoveRange(firstBlock, endBlock);
        Scheduler.SyncPoint("inval.done");
        return removed;
    }
}
