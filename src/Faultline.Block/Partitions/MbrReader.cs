// Partitions of a master boot record and of the chain of extended boot records.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>Reads master and extended boot records.</summary>
internal static class MbrReader
{
    // MBR counts in sectors of 512 bytes on every device that has one in practice.
    private const long SectorBytes = 512;
    private const int LogicalCountMax = 256;
    private const int FirstLogicalNumber = 5;

    /// <summary>Partitions of a boot record.</summary>
    /// <param name="device">The whole device.</param>
    /// <param name="sector">Its first sector.</param>
    /// <param name="problem">What is wrong with the chain of logical partitions, or null.</param>
    /// <returns>The partitions by number, as far as the chain could be read.</returns>
    internal static List<Partition> Read(
        IBlockDevice device, ReadOnlySpan<byte> sector, out FsError? problem)
    {
        problem = null;
        List<Partition> found = [];
        uint extendedStart = 0;
        for (int index = 0; index < MbrEntryDisk.Count; index++)
        {
            ref readonly MbrEntryDisk entry = ref PartitionTable.Entry(sector, index);
            if ((entry.Type == 0) || (entry.SectorCount == 0))
            {
                continue;
            }

            found.Add(Make(index + 1, entry.StartSector, entry));
            if (entry.IsExtended && (extendedStart == 0))
            {
                extendedStart = entry.StartSector;
            }
        }

        if (extendedStart != 0)
        {
            try
            {
                ReadLogical(device, extendedStart, found);
            }
            catch (FsException exception)
            {
                // The partitions before the damage are whole: they stay usable.
                problem = exception.Error;
            }
        }

        return found;
    }

    private static void ReadLogical(
        IBlockDevice device, uint extendedStart, List<Partition> found)
    {
        byte[] sector = new byte[SectorBytes];
        long record = extendedStart;
        for (int count = 0; count < LogicalCountMax; count++)
        {
            device.Read(record * SectorBytes, sector);
            if (Disk.View<LeUInt16>(sector, MbrEntryDisk.SignatureOffset) != MbrEntryDisk.Signature)
            {
                throw new FsException(BlockReasons.PartitionSignature.With($"sector {record}"));
            }

            ref readonly MbrEntryDisk entry = ref PartitionTable.Entry(sector, 0);
            if ((entry.Type != 0) && (entry.SectorCount != 0))
            {
                found.Add(Make(FirstLogicalNumber + count, record + entry.StartSector, entry));
            }

            ref readonly MbrEntryDisk next = ref PartitionTable.Entry(sector, 1);
            if (!next.IsExtended || (next.StartSector == 0))
            {
                return;
            }

            record = (long)extendedStart + next.StartSector;
        }

        throw new FsException(BlockReasons.PartitionLoop.With($"{device.Name}: sector {record}"));
    }

    private static Partition Make(int number, long startSector, in MbrEntryDisk entry) => new(
        number,
        startSector * SectorBytes,
        entry.SectorCount * SectorBytes,
        entry.Type,
        Uuid.Nil,
        string.Empty);
}
