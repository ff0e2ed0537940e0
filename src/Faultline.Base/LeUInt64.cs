// A 64-bit unsigned field of an on-disk structure, little-endian. The byte order is in the type, so
// that mixing is impossible.

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Faultline.Base;

/// <summary>64 bits, unsigned, little-endian on disk. Converts both ways implicitly; may lie at an
/// odd address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 8)]
public readonly struct LeUInt64
{
    private readonly ulong _raw;

    private LeUInt64(ulong raw) => _raw = raw;

    /// <summary>The value in host order.</summary>
    public ulong Value => Swap(_raw);

    /// <summary>Reads the field.</summary>
    /// <param name="field">The field.</param>
    public static implicit operator ulong(LeUInt64 field) => field.Value;

    /// <summary>Makes the field from a value.</summary>
    /// <param name="value">Value in host order.</param>
    public static implicit operator LeUInt64(ulong value) => new(Swap(value));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ulong Swap(ulong value) => HostOrder.IsLittle ? value : BinaryPrimitives.ReverseEndianness(value);
}
