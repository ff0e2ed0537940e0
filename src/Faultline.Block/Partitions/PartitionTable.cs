// Reads the partition table of a device. A device without one has kind None and no partitions.
// Tables are hostile: counts and chains are bounded, ranges are checked against the device, a GPT
// must match its checksums.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>The partition table of a device.</summary>
public sealed class PartitionTable
{
    private const int SectorBytesMin = 512;

    private PartitionTable(
        PartitionTableKind kind, IReadOnlyList<Partition> partitions, bool isFromBackup)
    {
        Kind = kind;
        Partitions = partitions;
        IsFromBackup = isFromBackup;
    }

    /// <summary>Kind of the table.</summary>
    public PartitionTableKind Kind { get; }

    /// <summary>Its partitions, by number.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>Whether the primary GPT was damaged and its backup was read.</summary>
    public bool IsFromBackup { get; }

    /// <summary>What is wrong with the rest of the table, when its readable part is all there is; or null.</summary>
    public FsError? Problem { get; private init; }

    /// <summary>Reads the table.</summary>
    /// <param name="device">The whole device.</param>
    /// <returns>The table; kind None when there is none.</returns>
    /// <errors>FsException EUCLEAN for a damaged table, naming what is wrong.</errors>
    public static PartitionTable Read(IBlockDevice device)
    {
        if (device.SizeBytes < SectorBytesMin)
        {
            return new PartitionTable(PartitionTableKind.None, [], isFromBackup: false);
        }

        byte[] sector = new byte[SectorBytesMin];
        device.Read(0, sector);
        if (Disk.View<LeUInt16>(sector, MbrEntryDisk.SignatureOffset) != MbrEntryDisk.Signature)
        {
            return new PartitionTable(PartitionTableKind.None, [], isFromBackup: false);
        }

        if (!LooksLikeTable(sector))
        {
            return new PartitionTable(PartitionTableKind.None, [], isFromBackup: false);
        }

        for (int index = 0; index < MbrEntryDisk.Count; index++)
        {
            if (Entry(sector, index).Type == MbrEntryDisk.TypeGptProtective)
            {
                List<Partition> found = GptReader.Read(device, out bool isFromBackup);
                return new PartitionTable(PartitionTableKind.Gpt, found, isFromBackup);
            }
        }

        List<Partition> entries = MbrReader.Read(device, sector, out FsError? problem);
        return new PartitionTable(PartitionTableKind.Mbr, entries, isFromBackup: false)
        {
            Problem = problem,
        };
    }

    /// <summary>Entry of a boot record.</summary>
    /// <param name="sector">The boot record.</param>
    /// <param name="index">0 to 3.</param>
    /// <returns>The entry.</returns>
    internal static ref readonly MbrEntryDisk Entry(ReadOnlySpan<byte> sector, int index) =>
        ref Disk.View<MbrEntryDisk>(sector, MbrEntryDisk.TableOffset + (index * 16));

    // A boot sector of a file system carries the same signature. In a table, every entry's boot
    // indicator is 0 or 0x80, and at least one entry is in use.
    private static bool LooksLikeTable(ReadOnlySpan<byte> sector)
    {
        bool isUsed = false;
        for (int index = 0; index < MbrEntryDisk.Count; index++)
        {
            ref readonly MbrEntryDisk entry = ref Entry(sector, index);
            if ((entry.BootIndicator & 0x7F) != 0)
            {
                return false;
            }

            isUsed |= (entry.Type != 0) && (entry.SectorCount != 0);
        }

        return isUsed;
    }
}
