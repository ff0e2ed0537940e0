// Writes pax archives: ustar headers, extended headers where a value does not fit or is not text.

using System;
using System.Globalization;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Vfs.Inodes;

namespace Faultline.Tar;

/// <summary>Writes the entries of a pax archive.</summary>
/// <param name="destination">Where the archive goes.</param>
internal sealed class TarWriter(Stream destination)
{
    private const byte TypeExtended = (byte)'x';
    private const int EndBlocks = 2;
    private readonly byte[] _header = new byte[TarHeaderDisk.SizeBytes];
    private long _position;

    /// <summary>Writes the headers of an entry; its data, <paramref name="dataBytes"/> long, follow
    /// by <see cref="WriteData"/>.</summary>
    internal void WriteHeaders(
        byte type, UnixPath name, UnixPath linkName, InodeAttributes attributes, long dataBytes, PaxRecords records)
    {
        AddRecords(records, name, linkName, attributes, dataBytes);
        if (!records.IsEmpty)
        {
            byte[] extended = records.Bytes.ToArray();
            Clear();
            SetText(TarHeaderDisk.Name, "PaxHeaders/entry"u8);
            SetCommon(TypeExtended, mode: 0x1A4, extended.Length, 0);
            Put(_header);
            WriteData(extended);
            Pad();
        }

        Clear();
        SetText(TarHeaderDisk.Name, name.Span);
        SetText(TarHeaderDisk.LinkName, linkName.Span);
        SetShort(TarHeaderDisk.Uid, attributes.Uid);
        SetShort(TarHeaderDisk.Gid, attributes.Gid);
        SetShort(TarHeaderDisk.DeviceMajor, attributes.DeviceMajor);
        SetShort(TarHeaderDisk.DeviceMinor, attributes.DeviceMinor);
        SetCommon(
            type,
            attributes.Mode & ModeBits.PermissionMask,
            Fit(dataBytes, TarHeaderDisk.LongNumberMax),
            Fit(attributes.ModifyTime.Seconds, TarHeaderDisk.LongNumberMax));
        Put(_header);
    }

    /// <summary>Writes a part of an entry's data.</summary>
    internal void WriteData(ReadOnlySpan<byte> bytes) => Put(bytes);

    /// <summary>Ends an entry's data: fills up to the next block.</summary>
    internal void Pad()
    {
        int rest = (int)(_position % TarHeaderDisk.SizeBytes);
        if (rest != 0)
        {
            Clear();
            Put(_header.AsSpan(rest));
        }
    }

    /// <summary>Ends the archive.</summary>
    internal void Finish()
    {
        Clear();
        for (int block = 0; block < EndBlocks; block++)
        {
            Put(_header);
        }

        destination.Flush();
    }

    private static void AddRecords(
        PaxRecords records, UnixPath name, UnixPath linkName, InodeAttributes attributes, long dataBytes)
    {
        if (!name.IsUtf8 || !linkName.IsUtf8)
        {
            records.Add("hdrcharset", "BINARY");
        }

        AddPath(records, "path", name);
        AddPath(records, "linkpath", linkName);
        AddNumber(records, "uid", attributes.Uid, TarHeaderDisk.ShortNumberMax);
        AddNumber(records, "gid", attributes.Gid, TarHeaderDisk.ShortNumberMax);
        AddNumber(records, "size", dataBytes, TarHeaderDisk.LongNumberMax);
        AddTime(records, "mtime", attributes.ModifyTime);
    }

    private static void AddPath(PaxRecords records, string key, UnixPath path)
    {
        if (path.Span.Length > TarHeaderDisk.NameLength || path.Span.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
        {
            records.Add(key, path.Span);
        }
    }

    private static void AddNumber(PaxRecords records, string key, long value, long fieldMax)
    {
        if (value > fieldMax)
        {
            records.Add(key, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void AddTime(PaxRecords records, string key, UnixTime time)
    {
        bool fits = time.Nanoseconds == 0 && time.Seconds is >= 0 and <= TarHeaderDisk.LongNumberMax;
        if (!fits)
        {
            records.Add(key, FormatTime(time));
        }
    }

    // Nanoseconds count forward on disk; a decimal fraction of a negative number counts away from zero.
    private static string FormatTime(UnixTime time)
    {
        if (time.Nanoseconds == 0)
        {
            return time.Seconds.ToString(CultureInfo.InvariantCulture);
        }

        bool isNegative = time.Seconds < 0;
        long whole = isNegative ? -(time.Seconds + 1) : time.Seconds;
        uint fraction = isNegative ? 1_000_000_000 - time.Nanoseconds : time.Nanoseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{(isNegative ? "-" : "")}{whole}.{fraction:d9}");
    }

    private static long Fit(long value, long fieldMax) => value < 0 || value > fieldMax ? 0 : value;

    private void Clear() => Array.Clear(_header);

    private void SetText(int offset, ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, TarHeaderDisk.NameLength);
        text.Slice(0, length).CopyTo(_header.AsSpan(offset));
    }

    private void SetNumber(int offset, int length, long value)
    {
        string digits = Convert.ToString(value, 8).PadLeft(length - 1, '0');
        _ = Encoding.ASCII.GetBytes(digits, _header.AsSpan(offset));
    }

    private void SetShort(int offset, uint value) =>
        SetNumber(offset, TarHeaderDisk.ShortNumberLength, Fit(value, TarHeaderDisk.ShortNumberMax));

    private void SetCommon(byte type, uint mode, long sizeBytes, long modifySeconds)
    {
        SetNumber(TarHeaderDisk.Mode, TarHeaderDisk.ShortNumberLength, mode);
        SetNumber(TarHeaderDisk.Size, TarHeaderDisk.LongNumberLength, sizeBytes);
        SetNumber(TarHeaderDisk.ModifyTime, TarHeaderDisk.LongNumberLength, modifySeconds);
        _header[TarHeaderDisk.TypeFlag] = type;
        "ustar\000"u8.CopyTo(_header.AsSpan(TarHeaderDisk.Magic));
        _header.AsSpan(TarHeaderDisk.Checksum, TarHeaderDisk.ChecksumLength).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in _header)
        {
            sum += value;
        }

        SetNumber(TarHeaderDisk.Checksum, TarHeaderDisk.ChecksumLength - 1, sum);
        _header[TarHeaderDisk.Checksum + TarHeaderDisk.ChecksumLength - 2] = 0;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        destination.Write(bytes);
        _position += bytes.Length;
    }
}
