// What a writeback pass is asked to do.

namespace Faultline.PageCache.Writing;

/// <summary>What a writeback pass is asked to do.</summary>
/// <param name="Reason">How hard it tries.</param>
/// <param name="First">First page.</param>
/// <param name="Last">Last page; <see cref="long.MaxValue"/> for all.</param>
public readonly record struct WritebackControl(WritebackReason Reason, long First, long Last)
{
    /// <summary>Everything that is dirty now, and until it is on the device.</summary>
    public static WritebackControl Everything => new(WritebackReason.Sync, 0, long.MaxValue);

    /// <summary>The pages of a byte range that are dirty now, and until they are on the device.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range; <see cref="long.MaxValue"/> for everything after.</param>
    /// <returns>The control.</returns>
    public static WritebackControl OfBytes(long start, long end) => new(
        WritebackReason.Sync,
        start >> Folio.PageShift,
        end == long.MaxValue ? long.MaxValue : (end - 1) >> Folio.PageShift);
}
