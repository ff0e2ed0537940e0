// A 64-bit unsigned field of an on-disk structure, big-endian. The byte order is in the type, so
// that mixing is impossible.

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Faultline.Base;

/// <summary>64 bits, unsigned, big-endian on disk. Converts both ways implicitly; may lie at an odd address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 8)]
public readonly struct BeUInt64
{
    private readonly ulong _raw;

    private BeUInt64(ulong raw) => _raw = raw;

    /// <summary>The value in host order.</summary>
    public ulong Value => Swap(_raw);

    /// <summary>Reads the field.</summary>
    /// <param name="field">The field.</param>
    public static implicit operator ulong(BeUInt64 field) => field.Value;

    /// <summary>Makes the field from a value.</summary>
    /// <param name="value">Value in host order.</param>
    public static implicit operator BeUInt64(ulong value) => new(Swap(value));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ulong Swap(ulong value) => HostOrder.IsLittle ? BinaryPrimitives.ReverseEndianness(value) : value;
}
