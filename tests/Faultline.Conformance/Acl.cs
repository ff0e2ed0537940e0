// POSIX access control lists in the form of the attributes system.posix_acl_access and system.posix_acl_default:
// version 2, then per entry a tag, permissions and an id.

using System;
using System.Buffers.Binary;

namespace Faultline.Conformance;

/// <summary>Makes and reads lists, as text like "u::rw- u:1000:r-- g::r-- m::r-- o::---".</summary>
/// <source>acl(5), acl_to_text(3)</source>
internal static class Acl
{
    internal const string Access = "system.posix_acl_access";
    internal const string Default = "system.posix_acl_default";
    private const int EntryBytes = 8;
    private const int HeaderBytes = 4;

    internal static byte[] Of(string text)
    {
        string[] entries = text.Split(' ');
        byte[] bytes = new byte[HeaderBytes + (EntryBytes * entries.Length)];
        bytes[0] = 2;
        for (int index = 0; index < entries.Length; index++)
        {
            string[] parts = entries[index].Split(':');
            Span<byte> entry = bytes.AsSpan(HeaderBytes + (index * EntryBytes));
            bool isNamed = parts[1].Length > 0;
            ushort tag = (parts[0], isNamed) switch
            {
                ("u", false) => 1,
                ("u", true) => 2,
                ("g", false) => 4,
                ("g", true) => 8,
                ("m", _) => 0x10,
                _ => 0x20,
            };
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            string rights = parts[2];
            entry[2] = (byte)((rights[0] == 'r' ? 4 : 0) | (rights[1] == 'w' ? 2 : 0) | (rights[2] == 'x' ? 1 : 0));
            BinaryPrimitives.WriteUInt32LittleEndian(entry.Slice(4), isNamed ? uint.Parse(parts[1]) : uint.MaxValue);
        }

        return bytes;
    }

    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        string text = "";
        for (int at = HeaderBytes; at < bytes.Length; at += EntryBytes)
        {
            ReadOnlySpan<byte> entry = bytes.Slice(at);
            string tag = entry[0] switch { 1 or 2 => "u", 4 or 8 => "g", 0x10 => "m", _ => "o" };
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(4));
            string name = entry[0] is 2 or 8 ? $"{id}" : "";
            text += $" {tag}:{name}:{Letter(entry[2], 4, 'r')}{Letter(entry[2], 2, 'w')}{Letter(entry[2], 1, 'x')}";
        }

        return text.TrimStart();
    }

    internal static string? Read(IFileSystemCalls fs, FsPath path, string name)
    {
        byte[] value = new byte[4096];
        Outcome<long> length = fs.GetXattr(path, name, value);
        return length.Errno == ENODATA ? null : Text(value.AsSpan(0, (int)length.Ok()));
    }

    private static char Letter(byte permissions, int bit, char letter) => (permissions & bit) != 0 ? letter : '-';
}
