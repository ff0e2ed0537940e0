// Writing data: through the page cache, or past it with O_DIRECT.
//
// Order: throttle holding nothing; freeze level Write (90); inode lock (230), exclusive, but shared for a direct
// write that
// only overwrites; privileges and times, closed before the first folio; then the operations over maps.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Direct;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    private const OpenFlags DataSyncFlags = OpenFlags.O_DSYNC;
    private const OpenFlags FullSyncFlags = OpenFlags.O_SYNC;

    /// <summary>Writes bytes at a position; with O_APPEND at the end, wherever that is.</summary>
    /// <param name="position">File offset in bytes.</param>
    /// <param name="source">The bytes.</param>
    /// <returns>Bytes written: fewer than given when an error came after the first, or at the largest size.</returns>
    /// <errors>EBADF closed or not open for writing; EINVAL negative position or end, or unaligned with
    /// O_DIRECT; EFBIG beyond
    /// the largest size; ENOSPC, EDQUOT; EROFS; EIO also when too much is dirty and the device takes nothing;
    /// ENOMEM; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock, and what buffered and direct writes take.</locks>
    /// <source>pwrite(2)</source>
    public Result<int> Write(long position, ReadOnlySpan<byte> source) =>
        Write(position, new SpanSource(source), out _, source);

    /// <summary>As <see cref="Write(long, ReadOnlySpan{byte})"/>, from memory that may not be there.</summary>
    /// <typeparam name="TSource">Kind of the source.</typeparam>
    /// <param name="position">File offset in bytes.</param>
    /// <param name="source">The bytes.</param>
    /// <returns>As there.</returns>
    /// <errors>As there; EFAULT.</errors>
    /// <locks>As there.</locks>
    public Result<int> WriteFrom<TSource>(long position, scoped in TSource source)
        where TSource : IWriteSource, allows ref struct => Write(position, source, out _, default);

    private Result<int> Write<TSource>(
        long position, scoped in TSource source, out long end, ReadOnlySpan<byte> direct)
        where TSource : IWriteSource, allows ref struct
    {
        end = position;
        Result may = MayWrite(position, source.Length);
        if (!may.IsOk)
        {
            return may.Error;
        }

        if (source.Length == 0)
        {
            return 0;
        }

        Result throttled = Inode.SuperBlock.Writeback.Throttle();
        if (!throttled.IsOk)
        {
            return throttled.Error;
        }

        Result entered = Inode.SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered.Error;
        }

        using (freeze)
        {
            bool isDirect = (Flags & OpenFlags.O_DIRECT) != 0 && !direct.IsEmpty && !Inode.CacheIsStorage;
            Result<int> written = isDirect
                ? WriteDirect(position, direct, out end)
                : WriteBuffered(position, source, out end);
            return written.IsOk && written.Value > 0 ? AfterWrite(written.Value, end) : written;
        }
    }

    private Result MayWrite(long position, int length = 0)
    {
        if (IsClosed)
        {
            return VfsWriteReasons.WriteClosed;
        }

        if (!IsWritable)
        {
            return VfsWriteReasons.NotWritable;
        }

        if (!Inode.CanWriteData)
        {
            return VfsWriteReasons.WriteRefused.At(Inode.Number);
        }

        return position < 0 || position > long.MaxValue - length ? VfsWriteReasons.WritePosition : Result.Ok;
    }

    private Result<int> WriteBuffered<TSource>(long position, scoped in TSource source, out long end)
        where TSource : IWriteSource, allows ref struct
    {
        using ExclusiveGuard guard = Inode.Lock.AcquireExclusive();
        end = (Flags & OpenFlags.O_APPEND) != 0 ? Inode.SizeBytes : position;
        Result<int> prepared = PrepareWrite(end, source.Length);
        if (!prepared.TryGet(out int length, out FsError error))
        {
            return error;
        }

        Result<int> written = BufferedWrite.Write(Inode, end, source, length);
        end += written.IsOk ? written.Value : 0;
        return written;
    }

    private Result<int> WriteDirect(long position, ReadOnlySpan<byte> source, out long end)
    {
        end = position;
        if ((Flags & OpenFlags.O_APPEND) == 0 && !Inode.HasPrivileges)
        {
            using SharedGuard shared = Inode.Lock.AcquireShared();
            if (DirectWrite.IsPureOverwrite(Inode, position, source.Length))
            {
                _ = Inode.TouchModified(Inode.SuperBlock.Now);
                Result<int> overwritten = DirectWrite.Write(Inode, position, source);
                if (overwritten.IsOk || overwritten.Error.Errno != Errno.ENOTBLK)
                {
                    end += overwritten.IsOk ? overwritten.Value : 0;
                    return overwritten;
                }
            }
        }

        using ExclusiveGuard guard = Inode.Lock.AcquireExclusive();
        end = (Flags & OpenFlags.O_APPEND) != 0 ? Inode.SizeBytes : position;
        Result<int> prepared = PrepareWrite(end, source.Length, isDirect: true);
        if (!prepared.TryGet(out int length, out FsError error))
        {
            return error;
        }

        source = source.Slice(0, length);

        Result<int> written = DirectWrite.Write(Inode, end, source);
        if (!written.IsOk && written.Error.Errno == Errno.ENOTBLK)
        {
            written = WriteThrough(end, source);
        }

        end += written.IsOk ? written.Value : 0;
        return written;
    }

    // Pages of the range cannot be dropped: through the cache, and out of it, as far as they let themselves be.
    private Result<int> WriteThrough(long position, ReadOnlySpan<byte> source)
    {
        Result<int> written = BufferedWrite.Write(Inode, position, new SpanSource(source));
        if (!written.IsOk || written.Value == 0)
        {
            return written;
        }

        long end = position + written.Value;
        Result flushed = WritePages.Run(Inode, WritebackControl.OfBytes(position, end));
        _ = Inode.Mapping.DropClean(position >> Folio.PageShift, (end - 1) >> Folio.PageShift);
        return flushed.IsOk ? written : flushed.Error;
    }

    // Limits, and what a direct write must be; then privileges, times: what is refused changes nothing. Answers how
    // many bytes fit. Caller: inode lock exclusive.
    private Result<int> PrepareWrite(long position, int length, bool isDirect = false)
    {
        if (position >= Inode.Writer.SizeBytesMax)
        {
            return VfsWriteReasons.WriteTooLarge;
        }

        int fitting = (int)Math.Min(length, Inode.Writer.SizeBytesMax - position);
        Result removed = isDirect ? DirectWrite.IsAligned(Inode, position, fitting) : Result.Ok;
        removed = removed.IsOk ? Inode.RemovePrivilegesLocked(Credentials) : removed;
        if (!removed.IsOk)
        {
            return removed.Error;
        }

        _ = Inode.TouchModified(Inode.SuperBlock.Now);
        return fitting;
    }

    // O_SYNC, O_DSYNC, chattr +S, mount -o sync. The caller holds no inode lock any more.
    private Result<int> AfterWrite(int written, long end)
    {
        bool isFull = (Flags & FullSyncFlags) == FullSyncFlags
            || (Inode.Flags & InodeFlags.Synchronous) != 0
            || Inode.SuperBlock.Options.Synchronous;
        if (!isFull && (Flags & DataSyncFlags) == 0)
        {
            return written;
        }

        Result synced = Inode.SyncRange(WritebackControl.OfBytes(end - written, end), dataOnly: !isFull);
        return synced.IsOk ? written : synced.Error;
    }
}
