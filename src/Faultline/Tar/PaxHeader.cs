// What the extended headers before an entry say of it: pax records, and the long names of GNU tar. Values are bytes.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Faultline.Base;

namespace Faultline.Tar;

/// <summary>What extended headers say of an entry.</summary>
/// <source>POSIX.1-2017, pax: pax Extended Header; GNU tar manual, "Storing Sparse Files"; star(5)</source>
internal sealed class PaxHeader
{
    private const int LengthDigitsMax = 10;

    private readonly Dictionary<string, byte[]> _records = [];

    /// <summary>Parts of a sparse file in the formats that list them in records; null when there are none.</summary>
    internal SparseMap? Sparse { get; private set; }

    /// <summary>Whether numbers of parts made no sense.</summary>
    internal bool IsSparseDamaged { get; private set; }

    private long? _sparseOffset;

    /// <summary>All records but those of sparse parts.</summary>
    internal IReadOnlyDictionary<string, byte[]> Records => _records;

    /// <summary>Takes over what holds for all entries.</summary>
    /// <param name="other">The records that hold for all.</param>
    internal void AddAll(PaxHeader other)
    {
        foreach ((string key, byte[] value) in other._records)
        {
            _records[key] = value;
        }
    }

    /// <summary>Sets a value that came in a header of another kind.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    internal void Set(string key, byte[] value) => _records[key] = value;

    /// <summary>Reads records.</summary>
    /// <param name="bytes">Records, one after the other.</param>
    /// <returns>False when they are malformed.</returns>
    internal bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int blank = bytes.Slice(0, Math.Min(bytes.Length, LengthDigitsMax + 1)).IndexOf((byte)' ');
            bool isSound = blank > 0
                && int.TryParse(bytes.Slice(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                && length > blank + 2
                && length <= bytes.Length
                && bytes[length - 1] == (byte)'\n';
            if (!isSound)
            {
                // What follows the last record is zeros, if anything.
                return bytes.IndexOfAnyExcept((byte)0) < 0;
            }

            length = int.Parse(bytes.Slice(0, blank), NumberStyles.None, CultureInfo.InvariantCulture);
            ReadOnlySpan<byte> record = bytes.Slice(blank + 1, length - blank - 2);
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                return false;
            }

            Add(Encoding.UTF8.GetString(record.Slice(0, equals)), record.Slice(equals + 1));
            bytes = bytes.Slice(length);
        }

        return true;
    }

    /// <summary>A value as bytes; an empty one says that the header's own holds.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value, or null.</returns>
    internal byte[]? Find(string key) =>
        _records.TryGetValue(key, out byte[]? value) && value.Length > 0 ? value : null;

    /// <summary>A value as a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number; stays as it is when there is no such record.</param>
    /// <returns>False when it is there and no number.</returns>
    internal bool TryNumber(string key, ref long value)
    {
        byte[]? text = Find(key);
        return text is null
            || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A value as a time: seconds with a fraction, which counts away from zero.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The time; stays as it is when there is no such record.</param>
    /// <returns>False when it is there and no time.</returns>
    internal bool TryTime(string key, ref UnixTime value)
    {
        byte[]? bytes = Find(key);
        if (bytes is null)
        {
            return true;
        }

        ReadOnlySpan<byte> text = bytes;
        bool isNegative = text[0] == (byte)'-';
        text = isNegative ? text.Slice(1) : text;
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text.Slice(0, point);
        ReadOnlySpan<byte> fraction = point < 0 ? default : text.Slice(point + 1);
        if (!long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            return false;
        }

        uint nanoseconds = 0;
        for (int digit = 0; digit < 9; digit++)
        {
            nanoseconds = (nanoseconds * 10) + (digit < fraction.Length ? (uint)(fraction[digit] - '0') : 0);
        }

        value = !isNegative ? new UnixTime(seconds, nanoseconds)
            : nanoseconds == 0 ? new UnixTime(-seconds, 0)
            : new UnixTime(-seconds - 1, 1_000_000_000 - nanoseconds);
        return true;
    }

    // Offsets and lengths of the oldest sparse format are records that repeat, in pairs.
    private void Add(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "GNU.sparse.offset":
                IsSparseDamaged |= _sparseOffset is not null || !TryParse(value, out long offset);
                _ = TryParse(value, out offset);
                _sparseOffset = offset;
                break;

            case "GNU.sparse.numbytes":
                AddPart(_sparseOffset, value);
                _sparseOffset = null;
                break;

            case "GNU.sparse.map":
                AddMap(value);
                break;

            default:
                _records[key] = value.ToArray();
                break;
        }
    }

    private void AddPart(long? offset, ReadOnlySpan<byte> length)
    {
        Sparse ??= new SparseMap();
        bool isSound = offset is not null && TryParse(length, out long bytes) && Sparse.TryAdd(offset.Value, bytes);
        IsSparseDamaged |= !isSound;
    }

    private void AddMap(ReadOnlySpan<byte> value)
    {
        Sparse = new SparseMap();
        long? offset = null;
        foreach (Range part in value.Split((byte)','))
        {
            ReadOnlySpan<byte> number = value[part];
            if (offset is null)
            {
                IsSparseDamaged |= !TryParse(number, out long parsed);
                offset = parsed;
                continue;
            }

            AddPart(offset, number);
            offset = null;
        }

        IsSparseDamaged |= offset is not null && !value.IsEmpty;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
