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
}
