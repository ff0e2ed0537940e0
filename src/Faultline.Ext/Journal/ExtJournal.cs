// Finds the journal of a volume: in an inode, or on a device of its own. On such a device, block
// numbers of the log count from the start of the device, and the journal's superblock follows the
// ext superblock that labels it.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2;

namespace Faultline.Ext.Journal;

/// <summary>A volume's journal, found.</summary>
/// <param name="Location">Where its blocks lie.</param>
/// <param name="Super">Its superblock.</param>
/// <param name="IsExternal">Whether it has a device of its own.</param>
internal sealed record ExtJournal(
    JournalLocation Location, JournalSuperBlock Super, bool IsExternal)
{
    private const int ExtentCountMax = 65536;
    private const int JournalSuperBytes = 1024;

    /// <summary>Finds the journal.</summary>
    /// <param name="volume">The volume, not recovered.</param>
    /// <param name="journalDevice">Device of an external journal, or null.</param>
    /// <returns>The journal.</returns>
    /// <errors>ENODEV it lies on a device that was not given; EINVAL the device is another one's;
    /// EUCLEAN damage.</errors>
    internal static Result<ExtJournal> Find(ExtVolume volume, IBlockDevice? journalDevice)
    {
        uint number = volume.Super.Raw.JournalInode;
        if (number != 0)
        {
            return FindInternal(volume, new InodeNumber(number));
        }

        return journalDevice is null
            ? ExtReasons.JournalMissing.With($"UUID {volume.Super.JournalUuid}")
            : FindExternal(volume.Super, journalDevice);
    }

    private static Result<ExtJournal> FindInternal(ExtVolume volume, InodeNumber number)
    {
        Result<InodeRecord> read = volume.Inodes.Read(number);
        if (!read.TryGet(out InodeRecord? inode, out FsError error))
        {
            return error;
        }

        bool isSane = inode.IsRegular && !inode.Has(ExtInodeFlags.InlineData)
            && (inode.LinkCount > 0)
            && (inode.SizeBytes >= volume.Super.BlockSize)
            && (inode.SizeBytes <= volume.Device.SizeBytes);
        List<JournalExtent>? extents = isSane ? MapInode(volume, inode) : null;
        if (extents is null)
        {
            return ExtReasons.JournalInode.At(number, $"{inode.SizeBytes} bytes");
        }

        JournalLocation location = new(volume.Device, volume.Super.BlockSize, extents);
        byte[] block = new byte[volume.Super.BlockSize];
        location.Read(0, block);
        Result<JournalSuperBlock> parsed =
            JournalSuperBlock.Parse(block, volume.Super.BlockSize, location.BlockCount);
        return parsed.TryGet(out JournalSuperBlock? super, out error)
            ? new ExtJournal(location, super, IsExternal: false)
            : error;
    }

    // Null when the inode has holes or more pieces than any real journal.
    private static List<JournalExtent>? MapInode(ExtVolume volume, InodeRecord inode)
    {
        ulong blockCount = ulong.Min(
            (ulong)(inode.SizeBytes / volume.Super.BlockSize), uint.MaxValue);
        List<JournalExtent> extents = [];
        ulong block = 0;
        while (block < blockCount)
        {
            MappedRange range = volume.Map.Lookup(inode, block);
            if ((range.State != MapState.Written) || (extents.Count >= ExtentCountMax))
            {
                return null;
            }

            ulong count = ulong.Min(range.End, blockCount) - block;
            extents.Add(new JournalExtent((uint)block, range.At(block).Value, (uint)count));
            block += count;
        }

        return extents;
    }

    private static Result<ExtJournal> FindExternal(ExtSuperBlock volume, IBlockDevice device)
    {
        if (device.SizeBytes < SuperBlockDisk.PrimaryOffset + SuperBlockDisk.SizeBytes)
        {
            return ExtReasons.JournalForeign.With($"{device.Name}: too small");
        }

        byte[] label = new byte[SuperBlockDisk.SizeBytes];
        device.Read(SuperBlockDisk.PrimaryOffset, label);
        SuperBlockDisk disk = Disk.View<SuperBlockDisk>(label);
        Uuid uuid = Uuid.Read(label.AsSpan(0x68, Bytes16.Length));
        FeatureIncompat incompat = (FeatureIncompat)disk.FeatureIncompat.Value;
        bool isOurs = (disk.Magic == SuperBlockDisk.ExpectedMagic)
            && ((incompat & FeatureIncompat.JournalDevice) != 0)
            && (uuid == volume.JournalUuid);
        long superOffset = Bits.AlignUp(
            SuperBlockDisk.PrimaryOffset + SuperBlockDisk.SizeBytes, volume.BlockSize);
        if (!isOurs || (superOffset > device.SizeBytes - JournalSuperBytes))
        {
            return ExtReasons.JournalForeignUuid.With(
                $"{device.Name}: UUID {uuid}, expected {volume.JournalUuid}");
        }

        uint blockCount = (uint)long.Min(device.SizeBytes / volume.BlockSize, uint.MaxValue);
        byte[] bytes = new byte[JournalSuperBytes];
        device.Read(superOffset, bytes);
        Result<JournalSuperBlock> parsed =
            JournalSuperBlock.Parse(bytes, volume.BlockSize, blockCount);
        if (!parsed.TryGet(out JournalSuperBlock? super, out FsError error))
        {
            return error;
        }

        uint superBlock = (uint)(superOffset / volume.BlockSize);
        JournalLocation location =
            new(device, volume.BlockSize, [new JournalExtent(0, 0, blockCount)], superBlock);
        return new ExtJournal(location, super, IsExternal: true);
    }
}
