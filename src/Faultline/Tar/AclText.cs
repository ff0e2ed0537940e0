// ACLs as archives have them, text: entries between commas or lines, "user:1000:r-x", perhaps with the number behind.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;

namespace Faultline.Tar;

/// <summary>Reads ACLs that are text.</summary>
/// <source>acl(5), acl_from_text(3), star(5)</source>
internal static class AclText
{
    private const int HeadBytes = 4;
    private const int EntryBytes = 8;
    private const uint Version = 2;
    private const uint NoId = uint.MaxValue;

    /// <summary>Converts an ACL to the value of its extended attribute.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">Numbers of names.</param>
    /// <returns>The value; null when the text is none, or names somebody who is not known.</returns>
    internal static byte[]? Parse(string text, OwnerNames names)
    {
        List<(ushort Tag, uint Id, ushort Bits)> entries = [];
        foreach (string line in text.Split([',', '\n'], StringSplitOptions.TrimEntries))
        {
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            string entry = (comment < 0 ? line : line[..comment]).Trim();
            if (entry.Length == 0)
            {
                continue;
            }

            if (ParseEntry(entry.Split(':'), names) is not (ushort tag, uint id, ushort bits))
            {
                return null;
            }

            entries.Add((tag, id, bits));
        }

        entries.Sort();
        byte[] value = new byte[HeadBytes + (entries.Count * EntryBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, Version);
        for (int index = 0; index < entries.Count; index++)
        {
            Span<byte> at = value.AsSpan(HeadBytes + (index * EntryBytes));
            BinaryPrimitives.WriteUInt16LittleEndian(at, entries[index].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(at.Slice(2), entries[index].Bits);
            BinaryPrimitives.WriteUInt32LittleEndian(at.Slice(4), entries[index].Id);
        }

        return value;
    }

    private static (ushort Tag, uint Id, ushort Bits)? ParseEntry(string[] fields, OwnerNames names)
    {
        // The mask and the others may leave their empty name away.
        if (fields.Length == 2)
        {
            fields = [fields[0], "", fields[1]];
        }

        if (fields.Length is < 3 or > 4)
        {
            return null;
        }

        bool isNamed = fields[1].Length > 0;
        ushort tag = (fields[0], isNamed) switch
        {
            ("user" or "u", false) => 1,
            ("user" or "u", true) => 2,
            ("group" or "g", false) => 4,
            ("group" or "g", true) => 8,
            ("mask" or "m", false) => 16,
            ("other" or "o", false) => 32,
            _ => (ushort)0,
        };
        ushort? bits = Bits(fields[2]);
        uint? id = !isNamed ? NoId
            : fields.Length == 4
                && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : names.Find(fields[1], isGroup: tag == 8);
        return tag == 0 || bits is null || id is null ? null : (tag, id.Value, bits.Value);
    }

    private static ushort? Bits(string text)
    {
        ushort bits = 0;
        foreach (char letter in text)
        {
            int bit = letter switch { 'r' => 4, 'w' => 2, 'x' => 1, '-' => 0, _ => -1 };
            if (bit < 0)
            {
                return null;
            }

            bits |= (ushort)bit;
        }

        return bits;
    }
}
