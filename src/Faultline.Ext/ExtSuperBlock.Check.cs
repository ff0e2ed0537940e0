// The checks of a superblock, from what decides the meaning of the rest to what only relates
// numbers.

using System;
using System.Numerics;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext;

/// <content>The checks.</content>
public sealed partial class ExtSuperBlock
{
    private const uint RevisionMax = 1;
    private const uint BlockSizeLogMax = 6; // 64 KiB
    private const uint ClusterSizeLogMax = 20; // 1 GiB
    private const int DescriptorSizeMin = 64;
    private const ulong GroupCountMax = 0x1_0000_0000;

    private static Result CheckFeatures(in SuperBlockDisk disk, ReadOnlySpan<byte> bytes)
    {
        if (disk.Revision > RevisionMax)
        {
            return ExtReasons.SuperRevision.With($"{disk.Revision}");
        }

        FeatureIncompat incompat = (FeatureIncompat)disk.FeatureIncompat.Value;
        if ((incompat & FeatureIncompat.JournalDevice) != 0)
        {
            return ExtReasons.SuperJournalDevice;
        }

        FeatureIncompat unknown = incompat & ~FeatureIncompat.Readable;
        if (unknown != 0)
        {
            return ExtReasons.SuperIncompat.With(FeatureNames.Refusal(unknown));
        }

        bool isForeignEncoding = ((incompat & FeatureIncompat.Casefold) != 0)
            && (disk.Encoding != SuperBlockDisk.EncodingUtf8);
        if (isForeignEncoding)
        {
            return ExtReasons.SuperEncoding.With($"encoding {disk.Encoding} (feature casefold)");
        }

        FeatureReadOnlyCompat readOnlyCompat =
            (FeatureReadOnlyCompat)disk.FeatureReadOnlyCompat.Value;
        if ((readOnlyCompat & FeatureReadOnlyCompat.MetadataChecksums) == 0)
        {
            return Result.Ok;
        }

        if (disk.ChecksumType != SuperBlockDisk.ChecksumTypeCrc32c)
        {
            return ExtReasons.SuperChecksumType.With($"type {disk.ChecksumType}");
        }

        uint crc = Crc32c.Update(uint.MaxValue, bytes.Slice(0, SuperBlockDisk.ChecksumOffset));
        return crc == disk.Checksum
            ? Result.Ok
            : ExtReasons.SuperChecksum.With($"0x{disk.Checksum.Value:x8}, computed 0x{crc:x8}");
    }

    private static Result CheckSizes(in SuperBlockDisk disk)
    {
        bool isBigalloc = ((FeatureReadOnlyCompat)disk.FeatureReadOnlyCompat.Value
            & FeatureReadOnlyCompat.Bigalloc) != 0;
        bool isBlockSane = disk.BlockSizeLog <= BlockSizeLogMax;
        bool isClusterSane = !isBigalloc
            || ((disk.ClusterSizeLog >= disk.BlockSizeLog)
                && (disk.ClusterSizeLog <= ClusterSizeLogMax));
        if (!isBlockSane || !isClusterSane)
        {
            return ExtReasons.SuperBlockSize.With(
                $"2^(10+{disk.BlockSizeLog}) bytes, clusters 2^(10+{disk.ClusterSizeLog})");
        }

        int blockSize = 1024 << (int)disk.BlockSizeLog.Value;
        int inodeSize = disk.InodeSize;
        bool isInodeSane = (disk.Revision == 0)
            || (BitOperations.IsPow2(inodeSize) && (inodeSize >= InodeDisk.SizeBytes)
                && (inodeSize <= blockSize));
        bool is64Bit = ((FeatureIncompat)disk.FeatureIncompat.Value
            & FeatureIncompat.SixtyFourBit) != 0;
        int descriptorSize = disk.DescriptorSize;
        bool isDescriptorSane = !is64Bit
            || (BitOperations.IsPow2(descriptorSize) && (descriptorSize >= DescriptorSizeMin)
                && (descriptorSize <= blockSize));
        return isInodeSane && isDescriptorSane
            ? Result.Ok
            : ExtReasons.SuperInodeSize.With($"inodes {inodeSize}, descriptors {descriptorSize}");
    }

    private static Result CheckGroups(in SuperBlockDisk disk)
    {
        ulong blockSize = 1024UL << (int)disk.BlockSizeLog.Value;
        ulong inodeSize = disk.Revision == 0 ? InodeDisk.SizeBytes : (ulong)disk.InodeSize.Value;
        bool isBigalloc = ((FeatureReadOnlyCompat)disk.FeatureReadOnlyCompat.Value
            & FeatureReadOnlyCompat.Bigalloc) != 0;
        int ratioLog = isBigalloc ? (int)(disk.ClusterSizeLog - disk.BlockSizeLog) : 0;
        ulong bitsPerBitmap = blockSize * 8;
        ulong clustersPerGroup = isBigalloc ? disk.ClustersPerGroup.Value : disk.BlocksPerGroup.Value;
        bool areBlocksSane = (clustersPerGroup > 0)
            && (clustersPerGroup <= bitsPerBitmap)
            && (clustersPerGroup << ratioLog == disk.BlocksPerGroup);
        bool areInodesSane = (disk.InodesPerGroup >= blockSize / inodeSize)
            && (disk.InodesPerGroup <= bitsPerBitmap);
        bool isFlexSane = disk.GroupsPerFlexLog <= GroupsPerFlexLogMax;
        return areBlocksSane && areInodesSane && isFlexSane
            ? Result.Ok
            : ExtReasons.SuperGroupSize.With(
                $"{disk.BlocksPerGroup} blocks, {disk.ClustersPerGroup} clusters, "
                + $"{disk.InodesPerGroup} inodes, flex 2^{disk.GroupsPerFlexLog}");
    }

    private static Result CheckCounts(in SuperBlockDisk disk)
    {
        FeatureIncompat incompat = (FeatureIncompat)disk.FeatureIncompat.Value;
        bool is64Bit = (incompat & FeatureIncompat.SixtyFourBit) != 0;
        ulong blockCount = is64Bit
            ? Bits.Join(disk.BlockCountHigh.Value, disk.BlockCountLow.Value)
            : disk.BlockCountLow;
        ulong blockSize = 1024UL << (int)disk.BlockSizeLog.Value;
        bool areBlocksSane = (blockCount <= (ulong)long.MaxValue / blockSize)
            && (disk.FirstDataBlock < blockCount)
            && (disk.FirstDataBlock <= 1);
        if (!areBlocksSane)
        {
            return ExtReasons.SuperCounts.With(
                $"{blockCount} blocks of {blockSize}, first {disk.FirstDataBlock}");
        }

        ulong groupCount =
            Bits.DivideRoundUp(blockCount - disk.FirstDataBlock, disk.BlocksPerGroup);
        bool areInodesSane = (groupCount <= GroupCountMax)
            && (groupCount * disk.InodesPerGroup == disk.InodeCount)
            && ((disk.Revision == 0)
                || (disk.FirstInode >= SpecialInodes.FirstInodeRevision0));
        return areInodesSane ? Result.Ok : CheckCountsFailed(disk, groupCount);
    }

    private static FsError CheckCountsFailed(in SuperBlockDisk disk, ulong groupCount) =>
        ExtReasons.SuperInodeCounts.With(
            $"{disk.InodeCount} inodes, {groupCount} groups of {disk.InodesPerGroup}, "
            + $"first {disk.FirstInode}");
}
