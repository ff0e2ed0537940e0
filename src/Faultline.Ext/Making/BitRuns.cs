// Sets runs of bits of a bitmap.

using System;

namespace Faultline.Ext.Making;

/// <summary>Sets runs of bits.</summary>
internal static class BitRuns
{
    /// <summary>Sets bits.</summary>
    /// <param name="bits">The bitmap; bit 0 is the lowest of byte 0.</param>
    /// <param name="first">First bit.</param>
    /// <param name="end">End of the bits.</param>
    internal static void Set(Span<byte> bits, long first, long end)
    {
        long bit = first;
        while (bit < end && (bit % 8) != 0)
        {
            bits[(int)(bit / 8)] |= (byte)(1 << (int)(bit % 8));
            bit++;
        }

        if (end - bit >= 8)
        {
            bits.Slice((int)(bit / 8), (int)((end - bit) / 8)).Fill(0xFF);
            bit += (end - bit) / 8 * 8;
        }

        while (bit < end)
        {
            bits[(int)(bit / 8)] |= (byte)(1 << (int)(bit % 8));
            bit++;
        }
    }
}
