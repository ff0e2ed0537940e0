// CRC-16 with polynomial 0x8005 reflected (0xA001), as the group descriptors of ext4's uninit_bg use it.

using System;

namespace Faultline.Base;

/// <summary>CRC-16/ANSI, reflected, explicit running value, no final inversion.</summary>
public static class Crc16
{
    private static readonly ushort[] s_table = MakeTable();

    /// <summary>Continues a checksum over more bytes.</summary>
    /// <param name="crc">Running value; ext4 starts with 0xFFFF.</param>
    /// <param name="data">Bytes to add.</param>
    /// <returns>The new running value.</returns>
    public static ushort Update(ushort crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = (ushort)((crc >> 8) ^ s_table[(crc ^ value) & 0xFF]);
        }

        return crc;
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int index = 0; index < table.Length; index++)
        {
            int value = index;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xA001 : value >> 1;
            }

            table[index] = (ushort)value;
        }

        return table;
    }
}
