// Everything a file ever held, and what of it may be there after a power cut: what was synced exactly; of what came
// later, at each place, the old bytes, the new ones, or zeros. Each eight bytes written name their file, the operation
// and their place, so that another file's bytes, or a deleted one's, are never what is allowed.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;

namespace Faultline.Lab.Crash;

/// <summary>Everything a file ever held.</summary>
internal sealed class FileHistory
{
    /// <summary>Bytes that describe themselves. Every operation begins and ends at a multiple.</summary>
    internal const int UnitBytes = 8;

    private readonly List<FileVersion> _versions = [new FileVersion(0, [])];
    private ushort _operations;

    internal FileHistory(int id) => Id = id;

    /// <summary>Number of the file: from 1, never used again.</summary>
    internal int Id { get; }

    /// <summary>What it holds now.</summary>
    internal byte[] Now => _versions[^1].Contents;

    /// <summary>Fills bytes that are about to be written.</summary>
    /// <param name="position">Where to.</param>
    /// <param name="bytes">A multiple of the unit.</param>
    internal void Fill(long position, Span<byte> bytes)
    {
        _operations++;
        for (int at = 0; at < bytes.Length; at += UnitBytes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(at), (ushort)Id);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(at + 2), _operations);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(at + 4), (uint)((position + at) / UnitBytes));
        }
    }

    /// <summary>The file holds something else now.</summary>
    /// <param name="start">Window in which the operation began.</param>
    /// <param name="contents">What it holds.</param>
    internal void Add(int start, byte[] contents) => _versions.Add(new FileVersion(start, contents));

    /// <summary>What the file holds now is durable.</summary>
    /// <param name="window">The window that is open.</param>
    internal void Sync(int window) => _versions[^1].Synced = int.Min(_versions[^1].Synced, window);

    /// <summary>Judges what was found after a power cut.</summary>
    /// <param name="window">Window of the cut.</param>
    /// <param name="found">What the file holds.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? Judge(int window, ReadOnlySpan<byte> found)
    {
        int last = _versions.Count - 1;
        while (_versions[last].Start > window)
        {
            last--;
        }

        int first = last;
        while (first > 0 && _versions[first].Synced > window)
        {
            first--;
        }

        long least = long.MaxValue;
        long most = 0;
        for (int index = first; index <= last; index++)
        {
            least = long.Min(least, _versions[index].Contents.Length);
            most = long.Max(most, _versions[index].Contents.Length);
        }

        if (found.Length < least || found.Length > most)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"file {Id}: {found.Length} bytes, allowed {least}..{most}");
        }

        for (int at = 0; at < found.Length; at += UnitBytes)
        {
            ReadOnlySpan<byte> unit = found.Slice(at, int.Min(UnitBytes, found.Length - at));
            if (!IsAllowed(unit, at, first, last))
            {
                return Describe(unit, at, first, last);
            }
        }

        return null;
    }

    /// <summary>What a unit says of itself.</summary>
    /// <param name="unit">The bytes.</param>
    /// <returns>Number of the file; 0 for zeros.</returns>
    internal static int FileOf(ReadOnlySpan<byte> unit) =>
        unit.Length < UnitBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(unit);

    private bool IsAllowed(ReadOnlySpan<byte> unit, int at, int first, int last)
    {
        bool isChanged = false;
        ReadOnlySpan<byte> oldest = Unit(_versions[first], at);
        for (int index = last; index >= first; index--)
        {
            ReadOnlySpan<byte> version = Unit(_versions[index], at);
            if (version.SequenceEqual(unit))
            {
                return true;
            }

            isChanged |= !version.SequenceEqual(oldest);
        }

        return (isChanged || oldest.IsEmpty) && !unit.ContainsAnyExcept((byte)0);
    }

    private static ReadOnlySpan<byte> Unit(FileVersion version, int at) => at >= version.Contents.Length
        ? default
        : version.Contents.AsSpan(at, int.Min(UnitBytes, version.Contents.Length - at));

    private string Describe(ReadOnlySpan<byte> unit, int at, int first, int last)
    {
        string whose = FileOf(unit) == Id
            ? "its own bytes of another time or place"
            : unit.ContainsAnyExcept((byte)0)
                ? string.Create(CultureInfo.InvariantCulture, $"bytes of file {FileOf(unit)}")
                : "zeros";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"file {Id}: byte {at}: {whose} ({Convert.ToHexString(unit)}), versions {first}..{last} of "
            + $"{_versions.Count}, synced {Convert.ToHexString(Unit(_versions[first], at))}");
    }
}
