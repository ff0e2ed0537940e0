// Why an operation over maps refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Reasons of the operations over maps.</summary>
public static class IomapReasons
{
    /// <summary>A driver answered a map that does not cover what was asked.</summary>
    public static readonly Reason MapOutside =
        new("Iomap.MapOutside", Errno.EUCLEAN, "block map does not cover the position asked for");

    /// <summary>A direct read that is not aligned.</summary>
    public static readonly Reason Unaligned =
        new("Iomap.Unaligned", Errno.EINVAL, "direct I/O must be aligned to the device's logical block size");

    /// <summary>A seek at or past the end.</summary>
    public static readonly Reason SeekPastEnd =
        new("Iomap.SeekPastEnd", Errno.ENXIO, "no data or hole at or after this offset");

    /// <summary>A seek that found no more data.</summary>
    public static readonly Reason NoMoreData =
        new("Iomap.NoMoreData", Errno.ENXIO, "no data after this offset");

    /// <summary>The bytes to write are not there.</summary>
    public static readonly Reason SourceFault =
        new("Iomap.SourceFault", Errno.EFAULT, "the memory to write from is not accessible");

    /// <summary>A direct write that is not aligned.</summary>
    public static readonly Reason UnalignedWrite =
        new("Iomap.UnalignedWrite", Errno.EINVAL, "direct I/O must be aligned to the device's logical block size");

    /// <summary>Pages of a direct write's range stay dirty: the caller writes through the cache instead.</summary>
    public static readonly Reason DirectBusy =
        new("Iomap.DirectBusy", Errno.ENOTBLK, "pages of the range are in use; write through the page cache");

    /// <summary>A size beyond what the format can hold.</summary>
    public static readonly Reason TooLarge =
        new("Iomap.TooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>Preallocation on a format without unwritten extents.</summary>
    public static readonly Reason NoUnwritten =
        new("Iomap.NoUnwritten", Errno.EOPNOTSUPP, "the file cannot hold allocated blocks that are not written");

    /// <summary>Collapse or insert at an offset that is no block border.</summary>
    public static readonly Reason ShiftUnaligned =
        new("Iomap.ShiftUnaligned", Errno.EINVAL, "the range to collapse or insert must be aligned to blocks");

    /// <summary>A collapse that reaches the end.</summary>
    public static readonly Reason CollapsePastEnd =
        new("Iomap.CollapsePastEnd", Errno.EINVAL, "a range that reaches the end of the file cannot be collapsed; truncate it");

    /// <summary>An insertion at or after the end.</summary>
    public static readonly Reason InsertPastEnd =
        new("Iomap.InsertPastEnd", Errno.EINVAL, "nothing can be inserted at or after the end of the file");

    /// <summary>An insertion that makes the file too large.</summary>
    public static readonly Reason InsertTooLarge =
        new("Iomap.InsertTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>A page that was truncated away before it could be made writable.</summary>
    public static readonly Reason PageGone =
        new("Iomap.PageGone", Errno.EFAULT, "the page lies beyond the end of the file");

    /// <summary>Dedupe of ranges that differ.</summary>
    public static readonly Reason RangesDiffer =
        new("Iomap.RangesDiffer", Errno.EBADE, "the ranges do not hold the same bytes");

    /// <summary>A driver that cannot share blocks.</summary>
    public static readonly Reason NoRemap =
        new("Iomap.NoRemap", Errno.EOPNOTSUPP, "the file system cannot share or exchange blocks between files");

    /// <summary>Dirty pages could not be written.</summary>
    public static readonly Reason WritebackFailed =
        new("Iomap.WritebackFailed", Errno.EIO, "dirty pages could not be written to the device");

    /// <summary>Zeroing on a format without unwritten extents.</summary>
    public static readonly Reason NoUnwrittenToZero =
        new("Iomap.NoUnwrittenToZero", Errno.EOPNOTSUPP, "the file cannot hold allocated blocks that are not written");

    /// <summary>Zeroing beyond the largest size.</summary>
    public static readonly Reason ZeroTooLarge =
        new("Iomap.ZeroTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>Preallocation beyond the largest size.</summary>
    public static readonly Reason AllocateTooLarge =
        new("Iomap.AllocateTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>Insertion at an offset that is no block border.</summary>
    public static readonly Reason InsertUnaligned =
        new("Iomap.InsertUnaligned", Errno.EINVAL, "the hole to insert must be aligned to blocks");

    /// <summary>A file system that cannot collapse ranges.</summary>
    public static readonly Reason NoCollapse =
        new("Iomap.NoCollapse", Errno.EOPNOTSUPP, "ranges of this file cannot be collapsed");

    /// <summary>A file system that cannot insert ranges.</summary>
    public static readonly Reason NoInsert =
        new("Iomap.NoInsert", Errno.EOPNOTSUPP, "nothing can be inserted into this file");

    /// <summary>A direct write to a file that lives in its cache.</summary>
    public static readonly Reason DirectStorage =
        new("Iomap.DirectStorage", Errno.ENOTBLK, "the file has no storage but its page cache");

    /// <summary>Dedupe of a range that the target does not reach.</summary>
    public static readonly Reason DedupePastEnd =
        new("Iomap.DedupePastEnd", Errno.EINVAL, "the target of a dedupe must reach to the end of the range");

    /// <summary>An exchange of a range that one file does not reach.</summary>
    public static readonly Reason ExchangePastEnd =
        new("Iomap.ExchangePastEnd", Errno.EINVAL, "both files of an exchange must reach to the end of the range, in whole blocks");

    /// <summary>Ranges that cannot be shared.</summary>
    public static readonly Reason RemapRange =
        new("Iomap.RemapRange", Errno.EINVAL, "ranges to be shared must be aligned to blocks, inside the source, and not overlap");

    /// <summary>Sharing beyond the largest size.</summary>
    public static readonly Reason RemapTooLarge =
        new("Iomap.RemapTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");
}
