// A mode and an exact range in one word, so that one interlocked operation publishes both.
//
//   63      62..22        21..2            1     0
//   unused  first (41)    length - 1 (20)  mode  1
//
// Only Fill and Modify are published, so one bit is enough for the mode. Ranges that do not fit
// (2^41 folios are 8 EiB; longer than 2^20 folios, 4 GiB) take the slow path.

using System.Runtime.CompilerServices;

namespace Faultline.Locking.Ranges;

/// <summary>Packs a published range.</summary>
internal static class SlotWord
{
    private const int FirstShift = 22;
    private const int LengthShift = 2;
    private const long FirstLimit = 1L << 41;
    private const long LengthLimit = 1L << 20;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPack(InvalidateMode mode, long first, long last, out long word)
    {
        unchecked
        {
            // OK: unchecked because both ends are checked to be non-negative by the caller.
            long extra = last - first;
            word = (first << FirstShift) | (extra << LengthShift) | ((long)mode << 1) | 1;
            return first < FirstLimit && extra < LengthLimit && mode <= InvalidateMode.Modify;
        }
    }

    public static InvalidateMode ModeOf(long word) => (InvalidateMode)((word >> 1) & 1);

    public static long FirstOf(long word) => word >> FirstShift;

    public static long LastOf(long word) =>
        FirstOf(word) + ((word >> LengthShift) & (LengthLimit - 1));
}
