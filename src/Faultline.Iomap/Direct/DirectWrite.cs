// Writing past the page cache, straight from the caller's memory.
//
//   write out what is dirty in the range --> Modify --> drop the cache --> map (allocating in memory) --> device -->
//   I/O end (the map, the size)
//   --> drop the cache again: a reader may have filled it from what was there before (WB-04)
//
// Locks: the caller holds the inode lock: shared is enough to overwrite what is mapped inside the size,
// exclusive for the rest.
// Takes: direct-I/O drain shared; Modify over the range, from before the map is looked up until the transfer is done.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Direct;

/// <summary>Direct writes (O_DIRECT).</summary>
public static class DirectWrite
{
    /// <summary>Whether a direct write may run under a shared inode lock: it overwrites whole, mapped blocks.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">File offset.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>True when nothing is allocated, converted or extended. The caller asks under the lock it then
    /// keeps.</returns>
    /// <locks>Caller: inode lock, at least shared.</locks>
    public static bool IsPureOverwrite(IIomapFile file, long position, int length)
    {
        long end = position + length;
        int unit = file.Writer.BlockSizeBytes;
        if (end > file.SizeBytes || ((position | end) & (unit - 1)) != 0)
        {
            return false;
        }

        long at = position;
        while (at < end)
        {
            Result begun = IomapWalk.Begin(file.Writer, at, end - at, IomapIntent.Report, out Iomap iomap);
            if (!begun.IsOk)
            {
                return false;
            }

            file.Writer.End(iomap, 0);
            if (iomap.Type != IomapType.Mapped || (iomap.Flags & IomapFlags.Shared) != 0)
            {
                return false;
            }

            at = iomap.End;
        }

        return true;
    }

    /// <summary>Whether a direct write can be made as it is: to be asked before anything else changes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">File offset.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL not aligned to the device's logical blocks.</errors>
    public static Result IsAligned(IIomapFile file, long position, int length)
    {
        long mask = file.Writer.Device.LogicalBlockSize - 1;
        return ((position | (long)length) & mask) != 0 ? IomapReasons.UnalignedWrite : Result.Ok;
    }

    /// <summary>Writes file bytes to the device.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">File offset, a multiple of the device's logical block size.</param>
    /// <param name="source">The bytes; length a multiple of the device's logical block size.</param>
    /// <returns>Bytes written: fewer than asked only when an error came after the first.</returns>
    /// <errors>EINVAL not aligned; ENOTBLK pages of the range are in use, or the file lives in its cache: write through
    /// it; ENOSPC; EIO, ... from the device, damage as <see cref="FsException"/>, when nothing was written
    /// before.</errors>
    /// <locks>Caller: inode lock, exclusive unless <see cref="IsPureOverwrite"/>. Takes: see above.</locks>
    public static Result<int> Write(IIomapFile file, long position, ReadOnlySpan<byte> source)
    {
        if (file.Mapping.IsStorage)
        {
            return IomapReasons.DirectStorage;
        }

        Result aligned = IsAligned(file, position, source.Length);
        if (!aligned.IsOk)
        {
            return aligned.Error;
        }

        if (source.IsEmpty)
        {
            return 0;
        }

        long end = position + source.Length;
        if (position > file.SizeBytes)
        {
            Result zeroed = ZeroBytes.EndOfFileOnDisk(file, position);
            if (!zeroed.IsOk)
            {
                return zeroed.Error;
            }
        }

        using DirectIoGuard inFlight = file.DirectIo.Enter(position, end);
        Result flushed = WritePages.Run(file, WritebackControl.OfBytes(position, end));
        return flushed.IsOk ? Transfer(file, position, source) : flushed.Error;
    }

    private static Result<int> Transfer(IIomapFile file, long position, ReadOnlySpan<byte> source)
    {
        long first = position >> Folio.PageShift;
        long last = (position + source.Length - 1) >> Folio.PageShift;
        using InvalidateGuard guard = file.Mapping.InvalidateLock.Acquire(InvalidateMode.Modify, first, last);
        if (!file.Mapping.RemoveClean(first, last))
        {
            return IomapReasons.DirectBusy;
        }

        Scheduler.SyncPoint("dio.cache_dropped");
        int done = 0;
        try
        {
            while (done < source.Length)
            {
                Result<int> written = WriteMap(file, position + done, source.Slice(done));
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
        finally
        {
            Scheduler.SyncPoint("dio.written");
            bool isClean = !Protections.DirectWriteInvalidation || file.Mapping.RemoveClean(first, last);
            if (!isClean)
            {
                file.Mapping.Errors.Record(Errno.EIO);
            }
        }

        return done;
    }

    private static Result<int> WriteMap(IIomapFile file, long position, ReadOnlySpan<byte> source)
    {
        IIomapWriter writer = file.Writer;
        Result begun = IomapWalk.Begin(writer, position, source.Length, IomapIntent.DirectWrite, out Iomap iomap);
        if (!begun.IsOk)
        {
            return begun.Error;
        }

        Scheduler.SyncPoint("dio.mapped");
        int length = (int)Math.Min(iomap.End - position, source.Length);
        long end = position + length;
        bool isFresh = iomap.Type == IomapType.Unwritten || (iomap.Flags & IomapFlags.New) != 0;
        Result settled = isFresh ? Result.Ok : writer.SettleMap();
        if (!settled.IsOk)
        {
            writer.End(iomap, 0);
            return settled.Error;
        }

        bool isDone = false;
        try
        {
            long address = iomap.Address + (position - iomap.Position);
            if (isFresh)
            {
                FillBlocks(writer, iomap, position, end);
            }

            writer.Device.Write(address, source.Slice(0, length));
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                Abandon(writer, position, end);
            }

            writer.End(iomap, isDone ? length : 0);
        }

        Result completed = Complete(file, position, end, isFresh);
        return completed.IsOk ? length : completed.Error;
    }

    // Blocks that hold nothing yet are written whole: what the caller does not write becomes zeros, or, of a
    // shared block,
    // a copy.
    private static void FillBlocks(IIomapWriter writer, in Iomap iomap, long position, long end)
    {
        int unit = writer.BlockSizeBytes;
        long firstBlock = Bits.AlignDown(position, unit);
        long endBlock = Bits.AlignUp(end, unit);
        FillPart(writer, iomap, firstBlock, position);
        FillPart(writer, iomap, end, endBlock);
    }

    private static void FillPart(IIomapWriter writer, in Iomap iomap, long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        long address = iomap.Address + (from - iomap.Position);
        if (iomap.SourceAddress == Iomap.NoSource || (iomap.Flags & IomapFlags.Shared) == 0)
        {
            writer.Device.WriteZeroes(address, to - from);
            return;
        }

        byte[] copy = new byte[to - from];
        writer.Device.Read(iomap.SourceAddress + (from - iomap.Position), copy);
        writer.Device.Write(address, copy);
    }

    private static Result Complete(IIomapFile file, long position, long end, bool isFresh)
    {
        IIomapWriter writer = file.Writer;
        if (isFresh)
        {
            Result completed = CompleteFresh(file, position, end);
            if (!completed.IsOk)
            {
                return completed;
            }
        }
        else
        {
            writer.NoteOverwrite();
        }

        // After the map: a reader that sees the size must not see what was there before (IOM-07).
        if (end > file.SizeBytes)
        {
            file.SetSize(end);
        }

        return end > writer.DiskSizeBytes ? writer.SetDiskSize(Math.Max(end, writer.DiskSizeBytes)) : Result.Ok;
    }

    // The blocks enter the map, or go back.
    private static Result CompleteFresh(IIomapFile file, long position, long end)
    {
        IIomapWriter writer = file.Writer;
        bool isComplete = false;
        try
        {
            Result completed = writer.CompleteWrite(position, Math.Max(end, Math.Min(
                Bits.AlignUp(end, writer.BlockSizeBytes), file.SizeBytes)));
            isComplete = completed.IsOk;
            return completed;
        }
        finally
        {
            if (!isComplete)
            {
                Abandon(writer, position, end);
            }
        }
    }

    private static void Abandon(IIomapWriter writer, long position, long end)
    {
        int unit = writer.BlockSizeBytes;
        writer.AbandonWrite(Bits.AlignDown(position, unit), Bits.AlignUp(end, unit));
    }
}
