// The records of a pax extended header: "length key=value\n", where length counts itself.
//
// Written here and not with System.Formats.Tar, whose records are text: names and attribute values are bytes.

using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Faultline.Tar;

/// <summary>Collects the records of one extended header.</summary>
/// <source>POSIX.1-2017, pax: pax Extended Header</source>
internal sealed class PaxRecords
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    internal bool IsEmpty => _bytes.WrittenCount == 0;

    internal void Add(string key, string value) => Add(key, Encoding.ASCII.GetBytes(value));

    internal void Add(string key, ReadOnlySpan<byte> value) => Add(Encoding.UTF8.GetBytes(key), value);

    internal void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int body = key.Length + value.Length + 3; // a space, an equals sign, a newline
        int digits = 1;
        while ((body + digits).ToString(CultureInfo.InvariantCulture).Length > digits)
        {
            digits++;
        }

        _bytes.Write(Encoding.ASCII.GetBytes((body + digits).ToString(CultureInfo.InvariantCulture)));
        _bytes.Write(" "u8);
        _bytes.Write(key);
        _bytes.Write("="u8);
        _bytes.Write(value);
        _bytes.Write("\n"u8);
    }
}
