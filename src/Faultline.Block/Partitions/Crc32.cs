// CRC-32 of IEEE 802.3, reflected, as the GUID partition table uses it.

using System;

namespace Faultline.Block.Partitions;

/// <summary>CRC-32, polynomial 0xEDB88320 reflected, with the usual inversions.</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = MakeTable();

    /// <summary>Checksum of some bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The checksum.</returns>
    internal static uint Of(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc = (crc >> 8) ^ s_table[(crc ^ value) & 0xFF];
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB8_8320U : value >> 1;
            }

            table[index] = value;
        }

        return table;
    }
}
