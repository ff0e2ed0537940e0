// Partitions of a GUID partition table: the primary header, or the backup when the primary does not
// match its checksums. Sector size is that of the device, and for images the other usual one is
// tried as well.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>Reads GUID partition tables.</summary>
internal static class GptReader
{
    private const int EntryCountMax = 1024;
    private const int EntrySizeMax = 4096;

    /// <summary>Partitions of the table.</summary>
    /// <param name="device">The whole device.</param>
    /// <param name="isFromBackup">Whether the backup header was used.</param>
    /// <returns>The partitions by number.</returns>
    internal static List<Partition> Read(IBlockDevice device, out bool isFromBackup)
    {
        Span<int> sectorSizes = [device.LogicalBlockSize, 512, 4096];
        foreach (int sectorBytes in sectorSizes)
        {
            isFromBackup = false;
            List<Partition>? found = TryRead(device, sectorBytes, 1);
            if (found is null)
            {
                isFromBackup = true;
                found = TryRead(device, sectorBytes, (device.SizeBytes / sectorBytes) - 1);
            }

            if (found is not null)
            {
                return found;
            }
        }

        throw new FsException(BlockReasons.GptHeader.With(device.Name));
    }

    private static List<Partition>? TryRead(IBlockDevice device, int sectorBytes, long sector)
    {
        if ((sector < 1) || (sector >= device.SizeBytes / sectorBytes))
        {
            return null;
        }

        byte[] bytes = new byte[sectorBytes];
        device.Read(sector * sectorBytes, bytes);
        GptHeaderDisk header = Disk.View<GptHeaderDisk>(bytes);
        bool isSane = (header.Signature == GptHeaderDisk.ExpectedSignature)
            && (header.HeaderSize >= 92)
            && (header.HeaderSize <= sectorBytes)
            && (header.MySector == (ulong)sector)
            && (header.EntrySize >= GptEntryDisk.SizeMin)
            && (header.EntrySize <= EntrySizeMax)
            && (header.EntryCount <= EntryCountMax);
        if (!isSane)
        {
            return null;
        }

        Disk.Overlay<GptHeaderDisk>(bytes).HeaderCrc = 0;
        bool isIntact = Crc32.Of(bytes.AsSpan(0, (int)header.HeaderSize.Value)) == header.HeaderCrc;
        return isIntact ? ReadEntries(device, sectorBytes, header) : null;
    }

    private static List<Partition>? ReadEntries(
        IBlockDevice device, int sectorBytes, in GptHeaderDisk header)
    {
        int entrySize = (int)(uint)header.EntrySize;
        int entryCount = (int)(uint)header.EntryCount;
        long sizeBytes = (long)entrySize * entryCount;
        ulong sectorCount = (ulong)(device.SizeBytes / sectorBytes);
        bool isInside = (header.EntrySector < sectorCount)
            && (sizeBytes <= device.SizeBytes - ((long)(ulong)header.EntrySector * sectorBytes));
        if (!isInside)
        {
            return null;
        }

        byte[] entries = new byte[sizeBytes];
        device.Read((long)(ulong)header.EntrySector * sectorBytes, entries);
        if (Crc32.Of(entries) != header.EntryCrc)
        {
            return null;
        }

        List<Partition> found = [];
        for (int index = 0; index < entryCount; index++)
        {
            ReadOnlySpan<byte> bytes = entries.AsSpan(index * entrySize, entrySize);
            ref readonly GptEntryDisk entry = ref Disk.View<GptEntryDisk>(bytes);
            Uuid type = Uuid.Read(bytes.Slice(0, 16));
            if (type != Uuid.Nil)
            {
                found.Add(Make(device, index + 1, sectorBytes, entry, type, bytes));
            }
        }

        return found;
    }

    private static Partition Make(
        IBlockDevice device,
        int number,
        int sectorBytes,
        in GptEntryDisk entry,
        Uuid type,
        ReadOnlySpan<byte> bytes)
    {
        ulong first = entry.FirstSector;
        ulong last = entry.LastSector;
        // A range that ends beyond the device is kept as it stands: opening that partition fails, the others work.
        ulong sectorMax = (ulong)(long.MaxValue / sectorBytes);
        bool isSane = (first <= last) && (last < sectorMax);
        if (!isSane)
        {
            throw new FsException(BlockReasons.GptEntries.With(
                $"{device.Name}: entry {number} covers sectors {first} to {last}"));
        }

        ReadOnlySpan<byte> raw = bytes.Slice(GptEntryDisk.NameOffset, GptEntryDisk.NameBytes);
        string name = Encoding.Unicode.GetString(raw).TrimEnd('\0');
        return new Partition(
            number,
            (long)first * sectorBytes,
            (long)(last - first + 1) * sectorBytes,
            0,
            type,
            name);
    }
}
