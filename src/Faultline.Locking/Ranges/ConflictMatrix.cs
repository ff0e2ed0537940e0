// Which modes of the invalidate lock exclude each other; the table stands in InvalidateMode.cs.

namespace Faultline.Locking.Ranges;

/// <summary>The four-by-four table.</summary>
internal static class ConflictMatrix
{
    // Bit (4 * held + wanted) set: conflict. Symmetric.
    //   Fill 1000, Modify 1100, Freeze 1010, Invalidate 1111 (bit 3 = Invalidate ... bit 0 = Fill)
    private const int Table = 0b1111_1010_1100_1000;

    public static bool Conflicts(InvalidateMode held, InvalidateMode wanted) =>
        ((Table >> ((4 * (int)held) + (int)wanted)) & 1) != 0;

    /// <summary>True when holding <paramref name="held"/> is as good as holding the
    /// other: it keeps away all that the other does. Every mode does for Fill.</summary>
    public static bool Satisfies(InvalidateMode held, InvalidateMode required) =>
        held == required || held == InvalidateMode.Invalidate || required == InvalidateMode.Fill;

    /// <summary>The weakest mode that satisfies both.</summary>
    public static InvalidateMode Join(InvalidateMode left, InvalidateMode right) =>
        Satisfies(left, right) ? left : Satisfies(right, left) ? right : InvalidateMode.Invalidate;
}
