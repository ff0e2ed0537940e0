// Reading data: through the page cache, or past it with O_DIRECT.

using System;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>Reads bytes at a position.</summary>
    /// <param name="position">File offset in bytes.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="mode">How far the read may go.</param>
    /// <returns>Bytes read: fewer than asked at the end of the file or before damage, 0 at the end.</returns>
    /// <errors>EBADF closed or not open for reading; EISDIR; EINVAL negative position or unaligned
    /// direct read; EAGAIN mode is not Blocking; ENOKEY encrypted; ENOMEM; damage throws
    /// <see cref="FsException"/> when nothing could be read before it.</errors>
    /// <locks>Caller: no lock of a file or deeper. Takes on a cache hit: none.</locks>
    public Result<int> Read(long position, Span<byte> destination, ReadMode mode = ReadMode.Blocking)
    {
        Result<int> readable = MayRead();
        if (!readable.IsOk)
        {
            return readable;
        }

        if (position < 0)
        {
            return VfsReasons.NegativePosition;
        }

        Scheduler.SyncPoint("read.checked");
        Result<int> read = Cache is Mapping mapping
            ? mapping.Read(position, destination, _readahead, mode)
            : ReadDirect(position, destination, mode);
        if (mode == ReadMode.Blocking)
        {
            TouchAccessed();
        }

        return read;
    }

    /// <summary>Whether the file is open and may be read.</summary>
    /// <returns>Success, or why not.</returns>
    internal Result<int> MayRead() => IsClosed ? VfsReasons.ReadClosed : _notReadable;

    private Result<int> ReadDirect(long position, Span<byte> destination, ReadMode mode)
    {
        if (mode != ReadMode.Blocking)
        {
            // A device always may block, and nothing is cached.
            return VfsReasons.DirectWouldBlock;
        }

        if (IsClosed || Inode.IomapOps is not IIomapOps ops)
        {
            return VfsReasons.NoData.At(Inode.Number);
        }

        long end = position + Math.Min(destination.Length, long.MaxValue - position);
        using SharedGuard guard = Inode.Lock.AcquireShared();
        if (Inode.ExistingMapping is Mapping cache && cache.DirtyBytes > 0 && !destination.IsEmpty)
        {
            Result flushed = WritePages.Run(Inode, WritebackControl.OfBytes(position, end));
            if (!flushed.IsOk)
            {
                return flushed.Error;
            }
        }

        using DirectIoGuard inFlight = Inode.DirectIo.Enter(position, end);
        return DirectRead.Read(ops, Inode.SizeBytes, position, destination);
    }
}
