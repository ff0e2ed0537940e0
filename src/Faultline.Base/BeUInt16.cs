// A 16-bit unsigned field of an on-disk structure, big-endian. The byte order is in the type, so
// that mixing is impossible.

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Faultline.Base;

/// <summary>16 bits, unsigned, big-endian on disk. Converts both ways implicitly; may lie at an odd address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 2)]
public readonly struct BeUInt16
{
    private readonly ushort _raw;

    private BeUInt16(ushort raw) => _raw = raw;

    /// <summary>The value in host order.</summary>
    public ushort Value => Swap(_raw);

    /// <summary>Reads the field.</summary>
    /// <param name="field">The field.</param>
    public static implicit operator ushort(BeUInt16 field) => field.Value;

    /// <summary>Makes the field from a value.</summary>
    /// <param name="value">Value in host order.</param>
    public static implicit operator BeUInt16(ushort value) => new(Swap(value));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ushort Swap(ushort value) => HostOrder.IsLittle ? BinaryPrimitives.ReverseEndianness(value) : value;
}
