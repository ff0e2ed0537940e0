// The superblock, validated: every number that the rest of the driver computes with has been
// checked against the others, so that nothing later divides by zero, shifts too far or overflows.
//
// Invariants: BlockSize is a power of two, 1 KiB to 64 KiB; BlockCount × BlockSize fits in a long;
// every group has the same number of inodes and GroupCount × InodesPerGroup is InodeCount; all
// incompatible features are ones we read. Locks: none; immutable.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext;

/// <summary>A validated superblock. Immutable.</summary>
public sealed partial class ExtSuperBlock
{
    private const uint FlagUnsignedHash = 2;
    private const ushort StateClean = 1;
    /// <summary>Bit of the state: errors were met.</summary>
    internal const ushort StateErrors = 2;

    private const int GroupsPerFlexLogMax = 31;

    private readonly SuperBlockDisk _disk;

    private ExtSuperBlock(in SuperBlockDisk disk, ReadOnlySpan<byte> bytes)
    {
        _disk = disk;
        Label = Text(bytes.Slice(0x78, 16));
        LastMounted = Text(bytes.Slice(0x88, 64));
        Uuid = Uuid.Read(bytes.Slice(0x68, 16));
        JournalUuid = Uuid.Read(bytes.Slice(0xD0, 16));
        HashSeedBytes = bytes.Slice(0xEC, 16).ToArray();
        FirstErrorFunction = Text(bytes.Slice(0x1A8, 32));
        LastErrorFunction = Text(bytes.Slice(0x1E0, 32));
        BlockSize = 1024 << (int)disk.BlockSizeLog.Value;
        ClusterSize = Has(FeatureReadOnlyCompat.Bigalloc)
            ? 1024 << (int)disk.ClusterSizeLog.Value
            : BlockSize;
        bool isDynamic = disk.Revision >= 1;
        InodeSize = isDynamic ? disk.InodeSize : InodeDisk.SizeBytes;
        FirstInode = isDynamic ? disk.FirstInode : SpecialInodes.FirstInodeRevision0;
        DescriptorSize = Has(FeatureIncompat.SixtyFourBit)
            ? disk.DescriptorSize
            : GroupDescriptorDisk.SizeBytes;
        BlockCount = JoinBlocks(disk.BlockCountHigh, disk.BlockCountLow);
        GroupCount = Bits.DivideRoundUp(BlockCount - disk.FirstDataBlock, disk.BlocksPerGroup);
        ChecksumSeed = Has(FeatureIncompat.ChecksumSeed)
            ? disk.ChecksumSeed
            : Crc32c.Update(uint.MaxValue, bytes.Slice(0x68, 16));
    }

    /// <summary>Bytes of a block: a power of two, 1 KiB to 64 KiB.</summary>
    public int BlockSize { get; }

    /// <summary>Bytes of a cluster, the unit of allocation: a multiple of the block size.</summary>
    public long ClusterSize { get; }

    /// <summary>Blocks of the volume.</summary>
    public ulong BlockCount { get; }

    /// <summary>Block groups of the volume.</summary>
    public ulong GroupCount { get; }

    /// <summary>Bytes of an inode on disk: a power of two, 128 or more.</summary>
    public int InodeSize { get; }

    /// <summary>First inode that is not reserved.</summary>
    public uint FirstInode { get; }

    /// <summary>Label, text up to 16 bytes.</summary>
    public string Label { get; }

    /// <summary>Directory on which it was mounted last.</summary>
    public string LastMounted { get; }

    /// <summary>Identity of the volume.</summary>
    public Uuid Uuid { get; }

    /// <summary>Identity of the external journal.</summary>
    public Uuid JournalUuid { get; }

    /// <summary>Inodes of the volume.</summary>
    public uint InodeCount => _disk.InodeCount;

    /// <summary>Free inodes, as the superblock counts them.</summary>
    public uint FreeInodeCount => _disk.FreeInodeCount;

    /// <summary>Free blocks, as the superblock counts them.</summary>
    public ulong FreeBlockCount => JoinBlocks(_disk.FreeBlockCountHigh, _disk.FreeBlockCountLow);

    /// <summary>Blocks kept for the superuser.</summary>
    public ulong ReservedBlockCount =>
        JoinBlocks(_disk.ReservedBlockCountHigh, _disk.ReservedBlockCountLow);

    /// <summary>Revision, 0 or 1.</summary>
    public uint Revision => _disk.Revision;

    /// <summary>Whether it was unmounted cleanly.</summary>
    public bool IsClean => (_disk.State & StateClean) != 0;

    /// <summary>Whether errors were found in it.</summary>
    public bool HasErrors => (_disk.State & StateErrors) != 0;

    /// <summary>Whether the journal must be replayed.</summary>
    public bool NeedsRecovery => Has(FeatureIncompat.NeedsRecovery);

    /// <summary>Names of the features, in the spelling and order of the tools.</summary>
    public IReadOnlyList<string> Features => FeatureNames.All(
        (FeatureCompat)_disk.FeatureCompat.Value,
        (FeatureIncompat)_disk.FeatureIncompat.Value,
        (FeatureReadOnlyCompat)_disk.FeatureReadOnlyCompat.Value);

    /// <summary>The raw structure, for the few fields that are only reported.</summary>
    internal ref readonly SuperBlockDisk Raw => ref _disk;

    internal string FirstErrorFunction { get; }

    internal string LastErrorFunction { get; }

    internal uint FirstDataBlock => _disk.FirstDataBlock;

    internal uint BlocksPerGroup => _disk.BlocksPerGroup;

    internal uint InodesPerGroup => _disk.InodesPerGroup;

    internal int DescriptorSize { get; }

    internal int DescriptorsPerBlock => BlockSize / DescriptorSize;

    internal int BlocksPerCluster => (int)(ClusterSize / BlockSize);

    /// <summary>Blocks that hold descriptors, without reserved ones.</summary>
    internal ulong DescriptorBlockCount =>
        Bits.DivideRoundUp(GroupCount, (ulong)DescriptorsPerBlock);

    /// <summary>Running checksum that starts every metadata checksum.</summary>
    internal uint ChecksumSeed { get; }

    internal bool HasMetadataChecksums => Has(FeatureReadOnlyCompat.MetadataChecksums);

    internal bool HasGroupChecksums =>
        HasMetadataChecksums || Has(FeatureReadOnlyCompat.UninitGroups);

    internal byte[] HashSeedBytes { get; }

    internal bool IsHashUnsigned => (_disk.Flags & FlagUnsignedHash) != 0;

    /// <summary>Whether names that are not valid in the encoding are refused.</summary>
    internal bool IsEncodingStrict => (_disk.EncodingFlags & 1) != 0;

    /// <summary>First block that can belong to a file: behind superblock and descriptors.</summary>
    internal ulong FirstUsableBlock => Has(FeatureIncompat.MetaGroups)
        ? SuperBlockBlock + 1
        : SuperBlockBlock + 1 + DescriptorBlockCount;

    /// <summary>Block of the primary superblock.</summary>
    internal ulong SuperBlockBlock => BlockSize == 1024 ? 1UL : 0UL;

    /// <summary>Validates a superblock.</summary>
    /// <param name="bytes">At least 1024 bytes from its start.</param>
    /// <returns>The superblock.</returns>
    /// <errors>EINVAL no volume, or a journal device; EOPNOTSUPP an unknown revision, encoding or
    /// incompatible feature, named; EUCLEAN damage.</errors>
    public static Result<ExtSuperBlock> Parse(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.Slice(0, SuperBlockDisk.SizeBytes);
        ref readonly SuperBlockDisk disk = ref Disk.View<SuperBlockDisk>(bytes);
        if (disk.Magic != SuperBlockDisk.ExpectedMagic)
        {
            return ExtReasons.SuperMagic.With($"magic 0x{disk.Magic.Value:x4}");
        }

        Result result = CheckFeatures(disk, bytes);
        result = result.IsOk ? CheckSizes(disk) : result;
        result = result.IsOk ? CheckGroups(disk) : result;
        result = result.IsOk ? CheckCounts(disk) : result;
        return result.IsOk ? new ExtSuperBlock(disk, bytes) : result.Error;
    }

    internal bool Has(FeatureCompat feature) =>
        ((FeatureCompat)_disk.FeatureCompat.Value & feature) != 0;

    internal bool Has(FeatureIncompat feature) =>
        ((FeatureIncompat)_disk.FeatureIncompat.Value & feature) != 0;

    internal bool Has(FeatureReadOnlyCompat feature) =>
        ((FeatureReadOnlyCompat)_disk.FeatureReadOnlyCompat.Value & feature) != 0;

    /// <summary>First block of a group.</summary>
    /// <param name="group">A group of the volume.</param>
    /// <returns>The block.</returns>
    internal ulong GroupFirstBlock(ulong group) => FirstDataBlock + (group * BlocksPerGroup);

    /// <summary>Whether a group keeps a superblock, its own or a backup.</summary>
    /// <param name="group">A group of the volume.</param>
    /// <returns>True when it does.</returns>
    internal bool GroupHasSuperBlock(ulong group)
    {
        if (group == 0)
        {
            return true;
        }

        if (Has(FeatureCompat.SparseSuper2))
        {
            return (group == _disk.BackupGroup0) || (group == _disk.BackupGroup1);
        }

        if (!Has(FeatureReadOnlyCompat.SparseSuper) || (group == 1))
        {
            return true;
        }

        return IsPowerOf(group, 3) || IsPowerOf(group, 5) || IsPowerOf(group, 7);
    }

    /// <summary>A time of the superblock: 40 bits of seconds.</summary>
    /// <param name="high">Upper eight bits.</param>
    /// <param name="low">Lower 32 bits.</param>
    /// <returns>The time.</returns>
    internal static UnixTime Time(byte high, uint low) => new((long)Bits.Join(high, low), 0);

    private static bool IsPowerOf(ulong value, ulong root)
    {
        while (value % root == 0)
        {
            value /= root;
        }

        return value == 1;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field.Slice(0, end));
    }

    private ulong JoinBlocks(uint high, uint low) =>
        Has(FeatureIncompat.SixtyFourBit) ? Bits.Join(high, low) : low;
}
