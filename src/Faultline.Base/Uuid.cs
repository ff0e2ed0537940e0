// A UUID as the formats store it: sixteen bytes in the order in which they print, unlike System.Guid.

using System;

namespace Faultline.Base;

/// <summary>Sixteen bytes in print order.</summary>
/// <param name="High">Bytes 0..7, big-endian.</param>
/// <param name="Low">Bytes 8..15, big-endian.</param>
public readonly record struct Uuid(ulong High, ulong Low)
{
    /// <summary>All zero.</summary>
    public static Uuid Nil => default;

    /// <summary>Reads a UUID.</summary>
    /// <param name="bytes">Exactly 16 bytes.</param>
    /// <returns>The UUID.</returns>
    public static Uuid Read(ReadOnlySpan<byte> bytes)
    {
        Check.That(bytes.Length == 16);
        return new Uuid(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(8)));
    }

    /// <summary>Writes the UUID.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    public void Write(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination.Slice(8), Low);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string hex = $"{High:x16}{Low:x16}";
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
