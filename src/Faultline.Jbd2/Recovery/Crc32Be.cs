// CRC-32 with polynomial 0x04C11DB7, most significant bit first, which commit checksums of version
// 1 use.

using System;

namespace Faultline.Jbd2.Recovery;

/// <summary>CRC-32, not reflected, explicit running value, no final inversion.</summary>
internal static class Crc32Be
{
    private static readonly uint[] s_table = MakeTable();

    /// <summary>Continues a checksum over more bytes.</summary>
    /// <param name="crc">Running value: 0xFFFFFFFF to start.</param>
    /// <param name="data">Bytes to add.</param>
    /// <returns>The new running value.</returns>
    internal static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = (crc << 8) ^ s_table[(crc >> 24) ^ value];
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint value = index << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 0x8000_0000U) != 0 ? (value << 1) ^ 0x04C1_1DB7U : value << 1;
            }

            table[index] = value;
        }

        return table;
    }
}
