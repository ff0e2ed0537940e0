// From one open file to another: copy_file_range(2), FICLONERANGE, FIDEDUPERANGE, exchange.

using System;
using System.Buffers;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    private const int CopyBytes = 256 << 10;

    private delegate Result RemapCall(Inode source, long start, Inode target, long targetStart, long length);

    /// <summary>Copies bytes of this file to another, without the caller's memory between.</summary>
    /// <param name="position">First byte here.</param>
    /// <param name="target">The other file; may be open on the same inode.</param>
    /// <param name="targetPosition">First byte there.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Bytes copied; fewer at the end of this file or before an error; 0 at its end.</returns>
    /// <errors>EBADF closed, not readable, not writable, or O_APPEND; EINVAL not regular files, or ranges of one
    /// file that
    /// overlap; what reading and writing answer.</errors>
    /// <locks>Caller: nothing. Takes what reading and writing take, not both at once.</locks>
    /// <source>copy_file_range(2)</source>
    public Result<long> CopyTo(long position, OpenFile target, long targetPosition, long length)
    {
        Result valid = MayCopy(position, target, targetPosition, length);
        if (!valid.IsOk)
        {
            return valid.Error;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(CopyBytes, Math.Max(1, length)));
        try
        {
            return CopyThrough(buffer, position, target, targetPosition, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes a range of another file share this file's blocks.</summary>
    /// <param name="position">First byte here, a multiple of the block size.</param>
    /// <param name="target">The other file.</param>
    /// <param name="targetPosition">First byte there, a multiple of the block size.</param>
    /// <param name="length">Bytes; 0 means to the end of this file.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADF; EXDEV another volume; EINVAL, EOPNOTSUPP and others as <see cref="Remap.Clone"/>; EROFS; EPERM
    /// immutable.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write; both inode locks, by number; what sharing takes.</locks>
    /// <source>ioctl_ficlonerange(2)</source>
    public Result CloneTo(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length, Remap.Clone);

    /// <summary>Makes a range of another file share this file's blocks if both hold the same bytes.</summary>
    /// <param name="position">First byte here, a multiple of the block size.</param>
    /// <param name="target">The other file.</param>
    /// <param name="targetPosition">First byte there, a multiple of the block size.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADE they differ; otherwise as <see cref="CloneTo"/>.</errors>
    /// <locks>As <see cref="CloneTo"/>.</locks>
    /// <source>ioctl_fideduperange(2)</source>
    public Result DedupeTo(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length, Remap.Dedupe);

    /// <summary>Exchanges ranges of two files.</summary>
    /// <param name="position">First byte here, a multiple of the block size.</param>
    /// <param name="target">The other file.</param>
    /// <param name="targetPosition">First byte there, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="CloneTo"/>.</errors>
    /// <locks>As <see cref="CloneTo"/>.</locks>
    public Result ExchangeWith(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length, Remap.Exchange);

    private Result<long> CopyThrough(
        byte[] buffer, long position, OpenFile target, long targetPosition, long length)
    {
        long done = 0;
        while (done < length)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
            Result<int> read = Read(position + done, piece);
            if (!read.TryGet(out int got, out FsError error))
            {
                return done > 0 ? done : error;
            }

            if (got == 0)
            {
                break;
            }

            Result<int> written = target.Write(targetPosition + done, piece.Slice(0, got));
            if (!written.TryGet(out int put, out error))
            {
                return done > 0 ? done : error;
            }

            done += put;
            if (put < got)
            {
                break;
            }
        }

        return done;
    }

    private Result MayCopy(long position, OpenFile target, long targetPosition, long length)
    {
        Result<int> readable = MayRead();
        if (!readable.IsOk)
        {
            return readable.Error;
        }

        bool isClosed = target.IsClosed || !target.IsWritable || (target.Flags & OpenFlags.O_APPEND) != 0;
        if (isClosed)
        {
            return VfsWriteReasons.CopyNotWritable;
        }

        bool isInvalid = !Inode.IsRegular || !target.Inode.IsRegular
            || position < 0 || targetPosition < 0 || length < 0
            || position > long.MaxValue - length || targetPosition > long.MaxValue - length;
        bool overlaps = ReferenceEquals(Inode, target.Inode)
            && position < targetPosition + length && targetPosition < position + length;
        return isInvalid || overlaps ? VfsWriteReasons.CopyInvalid : Result.Ok;
    }

    private Result RemapWith(
        long position, OpenFile target, long targetPosition, long length, RemapCall call)
    {
        Result<int> readable = MayRead();
        if (!readable.IsOk || target.IsClosed || !target.IsWritable)
        {
            return VfsWriteReasons.RemapNotOpen;
        }

        if (!ReferenceEquals(Inode.SuperBlock, target.Inode.SuperBlock))
        {
            return VfsWriteReasons.RemapVolumes;
        }

        if (!Inode.CanWriteData || !target.Inode.CanWriteData || position < 0 || targetPosition < 0 || length < 0)
        {
            return VfsWriteReasons.RemapInvalid;
        }

        Result entered = Inode.SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            return RemapEntered(position, target.Inode, targetPosition, length, call);
        }
    }

    private Result RemapEntered(long position, Inode target, long targetPosition, long length, RemapCall call)
    {
        bool isSame = ReferenceEquals(Inode, target);
        bool isFirst = Inode.Number.Value <= target.Number.Value;
        using ExclusiveGuard outer = (isFirst ? Inode : target).Lock.AcquireExclusive();
        using ExclusiveGuard inner = isSame ? default : (isFirst ? target : Inode).Lock.AcquireExclusive(1);
        length = length == 0 ? Math.Max(0, Inode.SizeBytes - position) : length;
        if (length == 0)
        {
            return Result.Ok;
        }

        Result removed = target.RemovePrivilegesLocked(Credentials);
        Result done = removed.IsOk ? call(Inode, position, target, targetPosition, length) : removed;
        if (done.IsOk)
        {
            _ = target.TouchModified(Inode.SuperBlock.Now);
        }

        return done;
    }
}
