// Sharing and exchanging blocks between files: reflink, dedupe, swap.
//
// Locks: both inode locks, taken by the caller in instance order; then both ranges in one ordered acquisition.
// The target of
// sharing, and both sides of an exchange, are invalidated; a source is frozen: its contents hold still while its
// cache may fill.
// Freeze comes first, and what is dirty is written out under it; only then do contents hold still.

using System;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Space;

/// <summary>Operations on ranges of two files.</summary>
public static class Remap
{
    /// <summary>Makes a range of a target share the blocks of a source (FICLONERANGE).</summary>
    /// <param name="source">The source.</param>
    /// <param name="start">First byte of the source, a multiple of the block size.</param>
    /// <param name="target">The target; may be the source.</param>
    /// <param name="targetStart">First byte of the target, a multiple of the block size.</param>
    /// <param name="length">Bytes; a multiple of the block size, unless it reaches the source's end.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP; EINVAL not aligned, overlapping, or beyond the source's end; EFBIG; EIO writing
    /// out.</errors>
    /// <locks>Caller: both inode locks exclusive. Takes: drains, Freeze and Invalidate, folio, block maps.</locks>
    /// <source>ioctl_ficlonerange(2)</source>
    public static Result Clone(IIomapFile source, long start, IIomapFile target, long targetStart, long length)
    {
        Result valid = Validate(source, start, target, targetStart, length, out IIomapRemapper? remapper);
        if (!valid.IsOk)
        {
            return valid;
        }

        long targetEnd = targetStart + length;
        if (targetStart > target.SizeBytes)
        {
            Result zeroed = ZeroBytes.EndOfFileOnDisk(target, targetStart);
            if (!zeroed.IsOk)
            {
                return zeroed;
            }
        }

        Drain(source, start, target, targetStart, length);
        using InvalidatePairGuard guard = Lock(source, start, InvalidateMode.Freeze, target, targetStart, length);
        Result still = HoldStill(source, start, length);
        Result emptied = still.IsOk ? Empty(target, targetStart, length) : still;
        if (!emptied.IsOk)
        {
            return emptied;
        }

        long whole = Bits.AlignUp(length, source.Writer.BlockSizeBytes);
        Result shared = remapper!.ShareRange(start, whole, target.Writer, targetStart);
        if (!shared.IsOk || targetEnd <= target.SizeBytes)
        {
            return shared;
        }

        target.SetSize(targetEnd);
        return target.Writer.SetDiskSize(targetEnd);
    }

    /// <summary>Shares the blocks of two ranges if they hold the same bytes (FIDEDUPERANGE).</summary>
    /// <param name="source">The source.</param>
    /// <param name="start">First byte of the source, a multiple of the block size.</param>
    /// <param name="target">The target; may be the source.</param>
    /// <param name="targetStart">First byte of the target, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADE the ranges differ; otherwise as <see cref="Clone"/>; EINVAL also when the target does not
    /// reach that
    /// far.</errors>
    /// <locks>As <see cref="Clone"/>.</locks>
    /// <source>ioctl_fideduperange(2)</source>
    public static Result Dedupe(IIomapFile source, long start, IIomapFile target, long targetStart, long length)
    {
        Result valid = Validate(source, start, target, targetStart, length, out IIomapRemapper? remapper);
        if (!valid.IsOk)
        {
            return valid;
        }

        if (targetStart + length > target.SizeBytes)
        {
            return IomapReasons.DedupePastEnd;
        }

        Drain(source, start, target, targetStart, length);
        using InvalidatePairGuard guard = Lock(source, start, InvalidateMode.Freeze, target, targetStart, length);
        Result still = HoldStill(source, start, length);
        still = still.IsOk ? HoldStill(target, targetStart, length) : still;
        if (!still.IsOk)
        {
            return still;
        }

        Result<bool> same = Compare(source, start, target, targetStart, length);
        if (!same.TryGet(out bool isSame, out FsError error))
        {
            return error;
        }

        Scheduler.SyncPoint("dedupe.compared");
        if (!isSame)
        {
            return IomapReasons.RangesDiffer;
        }

        Result emptied = Empty(target, targetStart, length);
        long whole = Bits.AlignUp(length, source.Writer.BlockSizeBytes);
        return emptied.IsOk ? remapper!.ShareRange(start, whole, target.Writer, targetStart) : emptied;
    }

    /// <summary>Exchanges the contents of two ranges of the same length.</summary>
    /// <param name="left">One file.</param>
    /// <param name="leftStart">Its first byte, a multiple of the block size.</param>
    /// <param name="right">The other file; may be the same.</param>
    /// <param name="rightStart">Its first byte, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size; both files reach that far.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP; EINVAL not aligned, overlapping, or past an end; EIO writing out.</errors>
    /// <locks>Caller: both inode locks exclusive. Takes: drains, Invalidate over both, folio, block maps.</locks>
    public static Result Exchange(IIomapFile left, long leftStart, IIomapFile right, long rightStart, long length)
    {
        Result valid = Validate(left, leftStart, right, rightStart, length, out IIomapRemapper? remapper);
        if (!valid.IsOk)
        {
            return valid;
        }

        int unit = left.Writer.BlockSizeBytes;
        if (rightStart + length > right.SizeBytes || length % unit != 0)
        {
            return IomapReasons.ExchangePastEnd;
        }

        Drain(left, leftStart, right, rightStart, length);
        using InvalidatePairGuard guard = Lock(
            left, leftStart, InvalidateMode.Invalidate, right, rightStart, length);
        Result emptied = HoldStill(left, leftStart, length);
        emptied = emptied.IsOk ? HoldStill(right, rightStart, length) : emptied;
        emptied = emptied.IsOk ? Empty(left, leftStart, length) : emptied;
        emptied = emptied.IsOk ? Empty(right, rightStart, length) : emptied;
        Scheduler.SyncPoint("inval.cache_dropped");
        return emptied.IsOk
            ? remapper!.ExchangeRange(leftStart, length, right.Writer, rightStart)
            : emptied;
    }

    private static Result Validate(
        IIomapFile source, long start, IIomapFile target, long targetStart, long length, out IIomapRemapper? remapper)
    {
        source.AssertInodeLocked(exclusive: true);
        target.AssertInodeLocked(exclusive: true);
        remapper = source.Writer as IIomapRemapper;
        if (remapper is null || target.Writer is not IIomapRemapper || source.Mapping.IsStorage)
        {
            return IomapReasons.NoRemap;
        }

        long mask = source.Writer.BlockSizeBytes - 1;
        bool reachesEnd = start + length == source.SizeBytes && targetStart + length >= target.SizeBytes;
        bool isAligned = ((start | targetStart) & mask) == 0 && ((length & mask) == 0 || reachesEnd);
        bool overlaps = ReferenceEquals(source, target) && start < targetStart + length && targetStart < start + length;
        if (!isAligned || overlaps || length <= 0 || start + length > source.SizeBytes)
        {
            return IomapReasons.RemapRange;
        }

        return targetStart + length > target.Writer.SizeBytesMax ? IomapReasons.RemapTooLarge : Result.Ok;
    }

    private static void Drain(IIomapFile source, long start, IIomapFile target, long targetStart, long length)
    {
        if (Protections.DirectIoDrain)
        {
            source.DirectIo.Wait(start, start + length);
            target.DirectIo.Wait(targetStart, targetStart + length);
        }
    }

    // Rounded out to whole folios of the largest size on the side whose folios go: one that reaches over an edge
    // goes as a
    // whole.
    private static InvalidatePairGuard Lock(
        IIomapFile source, long start, InvalidateMode sourceMode, IIomapFile target, long targetStart, long length) =>
        InvalidateLock.AcquirePair(
            Request(source, start, length, sourceMode),
            Request(target, targetStart, length, InvalidateMode.Invalidate));

    private static InvalidateRequest Request(IIomapFile file, long start, long length, InvalidateMode mode)
    {
        const long Unit = (long)Folio.PageSize << Folio.OrderMax;
        return new InvalidateRequest(
            file.Mapping.InvalidateLock,
            mode,
            Bits.AlignDown(start, Unit) >> Folio.PageShift,
            (Bits.AlignUp(start + length, Unit) - 1) >> Folio.PageShift);
    }

    private static Result HoldStill(IIomapFile file, long start, long length) =>
        WritePages.Run(file, Covering(start, length));

    // The folios that touch the range are clean, and nobody can make them dirty.
    private static Result Empty(IIomapFile file, long start, long length)
    {
        Result written = WritePages.Run(file, Covering(start, length));
        if (written.IsOk)
        {
            file.Mapping.RemovePages(start >> Folio.PageShift, (start + length - 1) >> Folio.PageShift);
        }

        return written;
    }

    private static WritebackControl Covering(long start, long length) =>
        WritebackControl.OfBytes(start, start + length);

    private static Result<bool> Compare(
        IIomapFile source, long start, IIomapFile target, long targetStart, long length)
    {
        long done = 0;
        while (done < length)
        {
            Result<Folio> left = source.Mapping.ReadFolio((start + done) >> Folio.PageShift);
            if (!left.TryGet(out Folio? leftFolio, out FsError error))
            {
                return error;
            }

            Result<Folio> right = target.Mapping.ReadFolio((targetStart + done) >> Folio.PageShift);
            if (!right.TryGet(out Folio? rightFolio, out error))
            {
                leftFolio.Put();
                return error;
            }

            int leftAt = (int)(start + done - leftFolio.Position);
            int rightAt = (int)(targetStart + done - rightFolio.Position);
            int count = (int)Math.Min(
                length - done, Math.Min(leftFolio.SizeBytes - leftAt, rightFolio.SizeBytes - rightAt));
            bool isSame = leftFolio.Bytes(leftAt, count).SequenceEqual(rightFolio.Bytes(rightAt, count));
            leftFolio.Put();
            rightFolio.Put();
            if (!isSame)
            {
                return false;
            }

            done += count;
        }

        return true;
    }
}
