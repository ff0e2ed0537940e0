// The superblock of a volume that is going to be made.

using System;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Making;

/// <content>The superblock.</content>
internal sealed partial class FormatPlanner
{
    private const ushort StateClean = 1;
    private const uint MountUserXattrAndAcl = 0xC;
    private const uint FlagSignedHash = 1;
    private const byte HashHalfMd4 = 1;
    private const byte JournalBackupBlocks = 1;
    private const ushort MmpIntervalDefault = 5;
    private const ushort ExtraInodeBytes = InodeExtraDisk.SizeBytes;
    private const int UuidOffset = 0x68;
    private const int LabelOffset = 0x78;
    private const int LastMountedOffset = 0x88;
    private const int HashSeedOffset = 0xEC;

    private Result<FormatPlan> Describe()
    {
        UnixTime now = options.Now ?? SystemClock.Instance.Now;
        byte[] bytes = new byte[SuperBlockDisk.SizeBytes];
        ref SuperBlockDisk disk = ref Disk.Overlay<SuperBlockDisk>(bytes);
        DescribeSizes(ref disk);
        DescribeTimes(ref disk, now);
        if (options.Revision != 0)
        {
            DescribeRevision(ref disk);
        }

        (options.Uuid ?? RandomUuid()).Write(bytes.AsSpan(UuidOffset));
        (options.HashSeed ?? RandomUuid()).Write(bytes.AsSpan(HashSeedOffset));
        _ = Encoding.UTF8.GetBytes(options.Label, bytes.AsSpan(LabelOffset));
        _ = Encoding.UTF8.GetBytes(options.LastMounted, bytes.AsSpan(LastMountedOffset));
        disk.HashVersion = HashHalfMd4;
        disk.Flags = FlagSignedHash;
        if (features.Has(FeatureIncompat.ChecksumSeed))
        {
            disk.ChecksumSeed = Crc32c.Update(uint.MaxValue, bytes.AsSpan(UuidOffset, Bytes16.Length));
        }

        if (features.Has(FeatureReadOnlyCompat.MetadataChecksums))
        {
            disk.ChecksumType = SuperBlockDisk.ChecksumTypeCrc32c;
            disk.Checksum = Crc32c.Update(uint.MaxValue, bytes.AsSpan(0, SuperBlockDisk.ChecksumOffset));
        }

        Result<ExtSuperBlock> parsed = ExtSuperBlock.Parse(bytes);
        return parsed.TryGet(out ExtSuperBlock? super, out FsError error)
            ? new FormatPlan(super, features, options, now)
            {
                JournalBlocks = _journalBlocks,
                FastCommitBlocks = _fastCommitBlocks,
                Note = _note,
            }
            : error;
    }

    private void DescribeSizes(ref SuperBlockDisk disk)
    {
        ulong reserved = (ulong)(options.ReservedPercent * _blockCount / 100);
        disk.InodeCount = checked((uint)(_inodesPerGroup * _groupCount));
        disk.BlockCountLow = (uint)(_blockCount & uint.MaxValue);
        disk.BlockCountHigh = (uint)(_blockCount >> 32);
        disk.ReservedBlockCountLow = (uint)(reserved & uint.MaxValue);
        disk.ReservedBlockCountHigh = (uint)(reserved >> 32);
        disk.FirstDataBlock = _firstBlock;
        disk.BlockSizeLog = (uint)BitOperations.Log2((uint)_blockSize / 1024);
        disk.ClusterSizeLog = (uint)BitOperations.Log2((uint)_clusterSize / 1024);
        disk.BlocksPerGroup = _blocksPerGroup;
        disk.ClustersPerGroup = _blocksPerGroup / (uint)(_clusterSize / _blockSize);
        disk.InodesPerGroup = _inodesPerGroup;
        disk.ReservedDescriptorBlocks = (ushort)_reservedDescriptorBlocks;
        disk.MountCountMax = ushort.MaxValue;
        disk.Magic = SuperBlockDisk.ExpectedMagic;
        disk.State = StateClean;
        disk.ErrorPolicy = (ushort)options.ErrorPolicy;
        disk.InodeSize = (ushort)_inodeSize;
        disk.FirstInode = SpecialInodes.FirstInodeRevision0;
        disk.RaidStride = options.Stride;
        disk.RaidStripeWidth = options.StripeWidth;
        bool hasExtra = _inodeSize > InodeDisk.SizeBytes;
        disk.ExtraInodeSizeMin = hasExtra ? ExtraInodeBytes : (ushort)0;
        disk.ExtraInodeSizeWanted = hasExtra ? ExtraInodeBytes : (ushort)0;
        disk.DefaultMountOptions = options.Revision == 0 ? 0 : MountUserXattrAndAcl;
    }

    private static void DescribeTimes(ref SuperBlockDisk disk, UnixTime now)
    {
        uint low = (uint)(now.Seconds & uint.MaxValue);
        byte high = (byte)((now.Seconds >> 32) & 0xFF);
        (disk.CreationTime, disk.CreationTimeHigh) = (low, high);
        (disk.WriteTime, disk.WriteTimeHigh) = (low, high);
        (disk.CheckTime, disk.CheckTimeHigh) = (low, high);
    }

    private void DescribeRevision(ref SuperBlockDisk disk)
    {
        disk.Revision = 1;
        disk.FeatureCompat = (uint)features.Compat;
        disk.FeatureIncompat = (uint)features.Incompat;
        disk.FeatureReadOnlyCompat = (uint)features.ReadOnlyCompat;
        disk.DescriptorSize = features.Has(FeatureIncompat.SixtyFourBit) ? (ushort)DescriptorSize : (ushort)0;
        if (features.Has(FeatureIncompat.FlexGroups))
        {
            disk.GroupsPerFlexLog = (byte)BitOperations.Log2((uint)(options.GroupsPerFlex ?? GroupsPerFlexDefault));
        }

        if (features.Has(FeatureCompat.SparseSuper2))
        {
            (uint first, uint second) = BackupGroups();
            (disk.BackupGroup0, disk.BackupGroup1) = (first, second);
        }

        if (features.Has(FeatureCompat.HasJournal) && options.JournalDevice is null)
        {
            disk.JournalBackupType = JournalBackupBlocks;
        }

        if (features.Has(FeatureIncompat.Casefold))
        {
            disk.Encoding = SuperBlockDisk.EncodingUtf8;
            disk.EncodingFlags = options.IsEncodingStrict ? (ushort)1 : (ushort)0;
        }

        if (features.Has(FeatureIncompat.Encrypt))
        {
            disk.EncryptionAlgorithms = 0x0401; // AES-256-XTS for contents, AES-256-CTS for names
        }

        if (features.Has(FeatureIncompat.Mmp))
        {
            disk.MmpInterval = options.MmpInterval == 0 ? MmpIntervalDefault : options.MmpInterval;
        }
    }

    private static Uuid RandomUuid()
    {
        Span<byte> bytes = stackalloc byte[Bytes16.Length];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return Uuid.Read(bytes);
    }
}
