// A 32-bit unsigned field of an on-disk structure, little-endian. The byte order is in the type, so
// that mixing is impossible.

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Faultline.Base;

/// <summary>32 bits, unsigned, little-endian on disk. Converts both ways implicitly; may lie at an
/// odd address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 4)]
public readonly struct LeUInt32
{
    private readonly uint _raw;

    private LeUInt32(uint raw) => _raw = raw;

    /// <summary>The value in host order.</summary>
    public uint Value => Swap(_raw);

    /// <summary>Reads the field.</summary>
    /// <param name="field">The field.</param>
    public static implicit operator uint(LeUInt32 field) => field.Value;

    /// <summary>Makes the field from a value.</summary>
    /// <param name="value">Value in host order.</param>
    public static implicit operator LeUInt32(uint value) => new(Swap(value));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static uint Swap(uint value) => HostOrder.IsLittle ? value : BinaryPrimitives.ReverseEndianness(value);
}
