// Arithmetic on sizes, halves and alignments, each with its rounding in its name.

using System.Numerics;

namespace Faultline.Base;

/// <summary>Bit and rounding helpers.</summary>
public static class Bits
{
    /// <summary>Joins the high and low halves of a 64-bit number that a format stores apart.</summary>
    /// <param name="high">Bits 32..63.</param>
    /// <param name="low">Bits 0..31.</param>
    /// <returns>The whole number.</returns>
    // OK: because the shift is on ulong. C# masks the count of a 32-bit shift, so that 1u << 32 is 1.
    public static ulong Join(uint high, uint low) => ((ulong)high << 32) | low;

    /// <summary>Joins 16-bit high and 32-bit low parts.</summary>
    /// <param name="high">Bits 32..47.</param>
    /// <param name="low">Bits 0..31.</param>
    /// <returns>The whole number.</returns>
    public static ulong Join(ushort high, uint low) => Join((uint)high, low);

    /// <summary>Joins 16-bit halves of a 32-bit number.</summary>
    /// <param name="high">Bits 16..31.</param>
    /// <param name="low">Bits 0..15.</param>
    /// <returns>The whole number.</returns>
    public static uint Join(ushort high, ushort low) => ((uint)high << 16) | low;

    /// <summary>Quotient rounded up.</summary>
    /// <param name="dividend">Not negative.</param>
    /// <param name="divisor">Positive.</param>
    /// <returns>The smallest n with n × divisor ≥ dividend.</returns>
    public static ulong DivideRoundUp(ulong dividend, ulong divisor) =>
        (dividend / divisor) + (dividend % divisor == 0 ? 0UL : 1UL);

    /// <summary>Quotient rounded up.</summary>
    /// <param name="dividend">Not negative.</param>
    /// <param name="divisor">Positive.</param>
    /// <returns>The smallest n with n × divisor ≥ dividend.</returns>
    public static long DivideRoundUp(long dividend, long divisor) =>
        (dividend / divisor) + (dividend % divisor == 0 ? 0L : 1L);

    /// <summary>Quotient of numbers that must divide evenly.</summary>
    /// <param name="dividend">Not negative.</param>
    /// <param name="divisor">Positive divisor of it.</param>
    /// <returns>The quotient.</returns>
    public static long DivideExact(long dividend, long divisor)
    {
        Check.That(dividend % divisor == 0);
        return dividend / divisor;
    }

    /// <summary>Rounds down to a multiple of a power of two.</summary>
    /// <param name="value">Not negative.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>The largest multiple ≤ value.</returns>
    public static long AlignDown(long value, long alignment) => value & ~(alignment - 1);

    /// <summary>Rounds up to a multiple of a power of two.</summary>
    /// <param name="value">Not negative.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>The smallest multiple ≥ value.</returns>
    public static long AlignUp(long value, long alignment) => (value + (alignment - 1)) & ~(alignment - 1);

    /// <summary>Whether exactly one bit is set.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>True for powers of two.</returns>
    public static bool IsPowerOfTwo(long value) => BitOperations.IsPow2(value);

    /// <summary>Exponent of a power of two.</summary>
    /// <param name="value">A power of two.</param>
    /// <returns>Its base-2 logarithm.</returns>
    public static int Log2Exact(long value)
    {
        Check.That(BitOperations.IsPow2(value));
        return BitOperations.TrailingZeroCount(value);
    }
}
