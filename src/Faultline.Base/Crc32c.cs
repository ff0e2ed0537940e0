// CRC-32C (Castagnoli), as ext4, jbd2 and XFS use it: reflected, hardware-accelerated by the runtime where it can.

using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Faultline.Base;

/// <summary>CRC-32C with an explicit running value and no final inversion, which is the formats' convention.</summary>
public static class Crc32c
{
    /// <summary>Continues a checksum over more bytes.</summary>
    /// <param name="crc">Running value: 0xFFFFFFFF to start, or a seed.</param>
    /// <param name="data">Bytes to add.</param>
    /// <returns>The new running value, not inverted.</returns>
    public static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data.Slice(sizeof(ulong));
        }

        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }

    /// <summary>Continues a checksum over a little-endian 32-bit number.</summary>
    /// <param name="crc">Running value.</param>
    /// <param name="value">The number.</param>
    /// <returns>The new running value.</returns>
    public static uint Update(uint crc, uint value) => BitOperations.Crc32C(crc, value);
}
