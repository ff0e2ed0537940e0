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

    private static readonly RemapKind s_clone = new(Remap.Clone, ChangesSource: false, ChangesTarget: true);
    private static readonly RemapKind s_dedupe = new(Remap.Dedupe, ChangesSource: false, ChangesTarget: false);
    private static readonly RemapKind s_exchange = new(Remap.Exchange, ChangesSource: true, ChangesTarget: true);

    private delegate Result RemapCall(Inode source, long start, Inode target, long targetStart, long length);

    // What a call does to the contents of both files; deduplication does nothing to either.
    private readonly record struct RemapKind(RemapCall Call, bool ChangesSource, bool ChangesTarget);

    /// <summary>Copies bytes of this file to another, without the caller's memory between.</summary>
    /// <param name="position">First byte here.</param>
    /// <param name="target">The other file; may be open on the same inode.</param>
    /// <param name="targetPosition">First byte there.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Bytes copied; fewer at the end of this file or before an error; 0 at its end.</returns>
    /// <errors>EBADF closed, not readable, not writable, or O_APPEND; EINVAL not regular files, a negative position or
    /// length, or ranges of one file that overlap as far as there is something to copy; EFBIG the copy would
    /// end beyond what a position can say; what reading and writing answer.</errors>
    /// <locks>Caller: nothing. Takes what reading and writing take, not both at once.</locks>
    /// <source>copy_file_range(2)</source>
    public Result<long> CopyTo(long position, OpenFile target, long targetPosition, long length)
    {
        Result<long> fitting = MayCopy(position, target, targetPosition, length);
        if (!fitting.TryGet(out length, out FsError error))
        {
            return error;
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
    /// <errors>EBADF closed, not readable, not writable, or O_APPEND; EXDEV another volume; EINVAL not regular files, a
    /// range that is negative or ends nowhere, or beginning behind the end; EINVAL, EOPNOTSUPP and others as
    /// <see cref="Remap.Clone"/>; EROFS; EPERM immutable or append-only.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write; both inode locks, by number; what sharing takes.</locks>
    /// <source>ioctl_ficlonerange(2)</source>
    public Result CloneTo(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length == 0 ? null : length, s_clone);

    /// <summary>Makes a range of another file share this file's blocks if both hold the same bytes.</summary>
    /// <param name="position">First byte here, a multiple of the block size.</param>
    /// <param name="target">The other file.</param>
    /// <param name="targetPosition">First byte there, a multiple of the block size.</param>
    /// <param name="length">Bytes; 0 does nothing.</param>
    /// <returns>Success. Contents, times and privileges stay.</returns>
    /// <errors>EBADE they differ; otherwise as <see cref="CloneTo"/>.</errors>
    /// <locks>As <see cref="CloneTo"/>.</locks>
    /// <source>ioctl_fideduperange(2)</source>
    public Result DedupeTo(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length, s_dedupe);

    /// <summary>Exchanges ranges of two files, both open for reading and writing.</summary>
    /// <param name="position">First byte here, a multiple of the block size.</param>
    /// <param name="target">The other file.</param>
    /// <param name="targetPosition">First byte there, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size; 0 does nothing.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="CloneTo"/>, for both files.</errors>
    /// <locks>As <see cref="CloneTo"/>.</locks>
    public Result ExchangeWith(long position, OpenFile target, long targetPosition, long length) =>
        RemapWith(position, target, targetPosition, length, s_exchange);

    private Result<long> CopyThrough(
        byte[] buffer, long position, OpenFile target, long targetPosition, long length)
    {
        long done = 0;
        while (done < length)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
            try
            {
                Result<int> copied = CopyPiece(piece, position + done, target, targetPosition + done);
                if (!copied.TryGet(out int count, out FsError error))
                {
                    return done > 0 ? done : error;
                }

                done += count;
                if (count < piece.Length)
                {
                    break;
                }
            }
            catch (FsException) when (done > 0)
            {
                // OK: because what was copied counts; the next call meets the damage.
                break;
            }
        }

        return done;
    }

    private Result<int> CopyPiece(Span<byte> piece, long position, OpenFile target, long targetPosition)
    {
        Result<int> read = Read(position, piece);
        return read.TryGet(out int count, out FsError error) && count > 0
            ? target.Write(targetPosition, piece.Slice(0, count))
            : read.IsOk ? 0 : error;
    }

    // Answers how much there is to copy.
    private Result<long> MayCopy(long position, OpenFile target, long targetPosition, long length)
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

        if (!Inode.IsRegular || !target.Inode.IsRegular || position < 0 || targetPosition < 0 || length < 0)
        {
            return VfsWriteReasons.CopyInvalid;
        }

        // What lies behind the end is not copied, and does not overlap either.
        long copied = Math.Min(length, Math.Max(0, Inode.SizeBytes - position));
        if (targetPosition > long.MaxValue - copied)
        {
            return VfsWriteReasons.CopyTooLarge;
        }

        bool overlaps = ReferenceEquals(Inode, target.Inode)
            && position < targetPosition + copied && targetPosition < position + copied;
        return overlaps ? VfsWriteReasons.CopyOverlap : copied;
    }

    private Result RemapWith(
        long position, OpenFile target, long targetPosition, long? length, in RemapKind kind)
    {
        bool isOpen = MayRead().IsOk
            && target.MayBeRemapped(kind.ChangesTarget)
            && (!kind.ChangesSource || (MayBeRemapped(changes: true) && target.MayRead().IsOk));
        if (!isOpen)
        {
            return VfsWriteReasons.RemapNotOpen;
        }

        if (!ReferenceEquals(Inode.SuperBlock, target.Inode.SuperBlock))
        {
            return VfsWriteReasons.RemapVolumes;
        }

        Result entered = Inode.SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            return RemapEntered(position, target.Inode, targetPosition, length, kind);
        }
    }

    private bool MayBeRemapped(bool changes) =>
        !IsClosed && IsWritable && (!changes || (Flags & OpenFlags.O_APPEND) == 0);

    private Result RemapEntered(
        long position, Inode target, long targetPosition, long? length, in RemapKind kind)
    {
        bool isSame = ReferenceEquals(Inode, target);
        bool isFirst = Inode.Number.Value <= target.Number.Value;
        using ExclusiveGuard outer = (isFirst ? Inode : target).Lock.AcquireExclusive();
        using ExclusiveGuard inner = isSame ? default : (isFirst ? target : Inode).Lock.AcquireExclusive(1);
        long count = length ?? (position < 0 ? -1 : Inode.SizeBytes - position);
        bool isRange = position >= 0 && targetPosition >= 0 && count >= 0
            && position <= long.MaxValue - count && targetPosition <= long.MaxValue - count;
        if (!isRange || !Inode.CanWriteData || !target.CanWriteData)
        {
            return VfsWriteReasons.RemapInvalid;
        }

        InodeFlags flags = (kind.ChangesTarget ? target.Flags : target.Flags & InodeFlags.Immutable)
            | (kind.ChangesSource ? Inode.Flags : InodeFlags.None);
        if ((flags & (InodeFlags.Immutable | InodeFlags.Append)) != 0)
        {
            return VfsWriteReasons.RemapFixed.At(target.Number);
        }

        return count == 0 ? Result.Ok : RemapLocked(position, target, targetPosition, count, kind);
    }

    private Result RemapLocked(long position, Inode target, long targetPosition, long length, in RemapKind kind)
    {
        Result removed = kind.ChangesTarget ? target.RemovePrivilegesLocked(Credentials) : Result.Ok;
        removed = removed.IsOk && kind.ChangesSource ? Inode.RemovePrivilegesLocked(Credentials) : removed;
        Result done = removed.IsOk ? kind.Call(Inode, position, target, targetPosition, length) : removed;
        if (!done.IsOk)
        {
            return done;
        }

        _ = kind.ChangesTarget && target.TouchModified(Inode.SuperBlock.Now);
        _ = kind.ChangesSource && Inode.TouchModified(Inode.SuperBlock.Now);
        return Result.Ok;
    }
}
