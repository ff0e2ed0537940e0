// On-disk only: the superblock of ext2, ext3 and ext4, 1024 bytes at byte 1024 of the volume and at
// the start of every block group that keeps a backup.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format;

/// <summary>The superblock, 1024 bytes, little-endian.</summary>
/// <source>docs/format/ext.md#superblock; Linux Documentation/filesystems/ext4/super.rst</source>
[OnDisk(Size = 1024)]
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal struct SuperBlockDisk
{
    internal const int SizeBytes = 1024;
    internal const int PrimaryOffset = 1024;
    internal const ushort ExpectedMagic = 0xEF53;
    internal const byte ChecksumTypeCrc32c = 1;
    internal const int ChecksumOffset = 0x3FC;
    internal const ushort EncodingUtf8 = 1; // Unicode 12.1

    [FieldOffset(0x000)] internal LeUInt32 InodeCount; // s_inodes_count
    [FieldOffset(0x004)] internal LeUInt32 BlockCountLow; // s_blocks_count_lo
    [FieldOffset(0x008)] internal LeUInt32 ReservedBlockCountLow; // s_r_blocks_count_lo
    [FieldOffset(0x00C)] internal LeUInt32 FreeBlockCountLow; // s_free_blocks_count_lo
    [FieldOffset(0x010)] internal LeUInt32 FreeInodeCount; // s_free_inodes_count
    [FieldOffset(0x014)] internal LeUInt32 FirstDataBlock; // s_first_data_block
    [FieldOffset(0x018)] internal LeUInt32 BlockSizeLog; // s_log_block_size
    [FieldOffset(0x01C)] internal LeUInt32 ClusterSizeLog; // s_log_cluster_size
    [FieldOffset(0x020)] internal LeUInt32 BlocksPerGroup; // s_blocks_per_group
    [FieldOffset(0x024)] internal LeUInt32 ClustersPerGroup; // s_clusters_per_group
    [FieldOffset(0x028)] internal LeUInt32 InodesPerGroup; // s_inodes_per_group
    [FieldOffset(0x02C)] internal LeUInt32 MountTime; // s_mtime
    [FieldOffset(0x030)] internal LeUInt32 WriteTime; // s_wtime
    [FieldOffset(0x034)] internal LeUInt16 MountCount; // s_mnt_count
    [FieldOffset(0x036)] internal LeUInt16 MountCountMax; // s_max_mnt_count
    [FieldOffset(0x038)] internal LeUInt16 Magic; // s_magic
    [FieldOffset(0x03A)] internal LeUInt16 State; // s_state
    [FieldOffset(0x03C)] internal LeUInt16 ErrorPolicy; // s_errors
    [FieldOffset(0x03E)] internal LeUInt16 MinorRevision; // s_minor_rev_level
    [FieldOffset(0x040)] internal LeUInt32 CheckTime; // s_lastcheck
    [FieldOffset(0x044)] internal LeUInt32 CheckInterval; // s_checkinterval
    [FieldOffset(0x048)] internal LeUInt32 CreatorOs; // s_creator_os
    [FieldOffset(0x04C)] internal LeUInt32 Revision; // s_rev_level
    [FieldOffset(0x050)] internal LeUInt16 ReservedUid; // s_def_resuid
    [FieldOffset(0x052)] internal LeUInt16 ReservedGid; // s_def_resgid
    [FieldOffset(0x054)] internal LeUInt32 FirstInode; // s_first_ino
    [FieldOffset(0x058)] internal LeUInt16 InodeSize; // s_inode_size
    [FieldOffset(0x05A)] internal LeUInt16 BlockGroup; // s_block_group_nr
    [FieldOffset(0x05C)] internal LeUInt32 FeatureCompat; // s_feature_compat
    [FieldOffset(0x060)] internal LeUInt32 FeatureIncompat; // s_feature_incompat
    [FieldOffset(0x064)] internal LeUInt32 FeatureReadOnlyCompat; // s_feature_ro_compat
    [FieldOffset(0x068)] internal Bytes16 Uuid; // s_uuid
    [FieldOffset(0x078)] internal Bytes16 Label; // s_volume_name
    [FieldOffset(0x088)] internal Text64 LastMounted; // s_last_mounted
    [FieldOffset(0x0C8)] internal LeUInt32 AlgorithmUsage; // s_algorithm_usage_bitmap
    [FieldOffset(0x0CC)] internal byte PreallocatedBlocks; // s_prealloc_blocks
    [FieldOffset(0x0CD)] internal byte PreallocatedDirectoryBlocks; // s_prealloc_dir_blocks
    [FieldOffset(0x0CE)] internal LeUInt16 ReservedDescriptorBlocks; // s_reserved_gdt_blocks
    [FieldOffset(0x0D0)] internal Bytes16 JournalUuid; // s_journal_uuid
    [FieldOffset(0x0E0)] internal LeUInt32 JournalInode; // s_journal_inum
    [FieldOffset(0x0E4)] internal LeUInt32 JournalDevice; // s_journal_dev
    [FieldOffset(0x0E8)] internal LeUInt32 LastOrphan; // s_last_orphan
    [FieldOffset(0x0EC)] internal Bytes16 HashSeed; // s_hash_seed[4]
    [FieldOffset(0x0FC)] internal byte HashVersion; // s_def_hash_version
    [FieldOffset(0x0FD)] internal byte JournalBackupType; // s_jnl_backup_type
    [FieldOffset(0x0FE)] internal LeUInt16 DescriptorSize; // s_desc_size
    [FieldOffset(0x100)] internal LeUInt32 DefaultMountOptions; // s_default_mount_opts
    [FieldOffset(0x104)] internal LeUInt32 FirstMetaGroup; // s_first_meta_bg
    [FieldOffset(0x108)] internal LeUInt32 CreationTime; // s_mkfs_time
    [FieldOffset(0x10C)] internal Words17 JournalBlocks; // s_jnl_blocks[17]
    [FieldOffset(0x150)] internal LeUInt32 BlockCountHigh; // s_blocks_count_hi
    [FieldOffset(0x154)] internal LeUInt32 ReservedBlockCountHigh; // s_r_blocks_count_hi
    [FieldOffset(0x158)] internal LeUInt32 FreeBlockCountHigh; // s_free_blocks_count_hi
    [FieldOffset(0x15C)] internal LeUInt16 ExtraInodeSizeMin; // s_min_extra_isize
    [FieldOffset(0x15E)] internal LeUInt16 ExtraInodeSizeWanted; // s_want_extra_isize
    [FieldOffset(0x160)] internal LeUInt32 Flags; // s_flags
    [FieldOffset(0x164)] internal LeUInt16 RaidStride; // s_raid_stride
    [FieldOffset(0x166)] internal LeUInt16 MmpInterval; // s_mmp_interval
    [FieldOffset(0x168)] internal LeUInt64 MmpBlock; // s_mmp_block
    [FieldOffset(0x170)] internal LeUInt32 RaidStripeWidth; // s_raid_stripe_width
    [FieldOffset(0x174)] internal byte GroupsPerFlexLog; // s_log_groups_per_flex
    [FieldOffset(0x175)] internal byte ChecksumType; // s_checksum_type
    [FieldOffset(0x176)] internal LeUInt16 Reserved0; // s_reserved_pad
    [FieldOffset(0x178)] internal LeUInt64 KilobytesWritten; // s_kbytes_written
    [FieldOffset(0x180)] internal LeUInt32 SnapshotInode; // s_snapshot_inum
    [FieldOffset(0x184)] internal LeUInt32 SnapshotId; // s_snapshot_id
    [FieldOffset(0x188)] internal LeUInt64 SnapshotReservedBlocks; // s_snapshot_r_blocks_count
    [FieldOffset(0x190)] internal LeUInt32 SnapshotList; // s_snapshot_list
    [FieldOffset(0x194)] internal LeUInt32 ErrorCount; // s_error_count
    [FieldOffset(0x198)] internal LeUInt32 FirstErrorTime; // s_first_error_time
    [FieldOffset(0x19C)] internal LeUInt32 FirstErrorInode; // s_first_error_ino
    [FieldOffset(0x1A0)] internal LeUInt64 FirstErrorBlock; // s_first_error_block
    [FieldOffset(0x1A8)] internal Text32 FirstErrorFunction; // s_first_error_func
    [FieldOffset(0x1C8)] internal LeUInt32 FirstErrorLine; // s_first_error_line
    [FieldOffset(0x1CC)] internal LeUInt32 LastErrorTime; // s_last_error_time
    [FieldOffset(0x1D0)] internal LeUInt32 LastErrorInode; // s_last_error_ino
    [FieldOffset(0x1D4)] internal LeUInt32 LastErrorLine; // s_last_error_line
    [FieldOffset(0x1D8)] internal LeUInt64 LastErrorBlock; // s_last_error_block
    [FieldOffset(0x1E0)] internal Text32 LastErrorFunction; // s_last_error_func
    [FieldOffset(0x200)] internal Text64 MountOptions; // s_mount_opts
    [FieldOffset(0x240)] internal LeUInt32 UserQuotaInode; // s_usr_quota_inum
    [FieldOffset(0x244)] internal LeUInt32 GroupQuotaInode; // s_grp_quota_inum
    [FieldOffset(0x248)] internal LeUInt32 OverheadClusters; // s_overhead_blocks
    [FieldOffset(0x24C)] internal LeUInt32 BackupGroup0; // s_backup_bgs[0]
    [FieldOffset(0x250)] internal LeUInt32 BackupGroup1; // s_backup_bgs[1]
    [FieldOffset(0x254)] internal LeUInt32 EncryptionAlgorithms; // s_encrypt_algos[4]
    [FieldOffset(0x258)] internal Bytes16 EncryptionSalt; // s_encrypt_pw_salt
    [FieldOffset(0x268)] internal LeUInt32 LostFoundInode; // s_lpf_ino
    [FieldOffset(0x26C)] internal LeUInt32 ProjectQuotaInode; // s_prj_quota_inum
    [FieldOffset(0x270)] internal LeUInt32 ChecksumSeed; // s_checksum_seed
    [FieldOffset(0x274)] internal byte WriteTimeHigh; // s_wtime_hi
    [FieldOffset(0x275)] internal byte MountTimeHigh; // s_mtime_hi
    [FieldOffset(0x276)] internal byte CreationTimeHigh; // s_mkfs_time_hi
    [FieldOffset(0x277)] internal byte CheckTimeHigh; // s_lastcheck_hi
    [FieldOffset(0x278)] internal byte FirstErrorTimeHigh; // s_first_error_time_hi
    [FieldOffset(0x279)] internal byte LastErrorTimeHigh; // s_last_error_time_hi
    [FieldOffset(0x27A)] internal LeUInt16 Reserved1; // s_pad
    [FieldOffset(0x27C)] internal LeUInt16 Encoding; // s_encoding
    [FieldOffset(0x27E)] internal LeUInt16 EncodingFlags; // s_encoding_flags
    [FieldOffset(0x280)] internal LeUInt32 OrphanFileInode; // s_orphan_file_inum
    [FieldOffset(0x284)] internal Words94 Reserved2; // s_reserved
    [FieldOffset(0x3FC)] internal LeUInt32 Checksum; // s_checksum

    /// <summary>Text of up to 32 bytes, ended by a zero or the field.</summary>
    [InlineArray(32)]
    internal struct Text32
    {
        private byte _first;
    }

    /// <summary>Text of up to 64 bytes, ended by a zero or the field.</summary>
    [InlineArray(64)]
    internal struct Text64
    {
        private byte _first;
    }

    /// <summary>Copy of the journal inode's block map and size.</summary>
    [InlineArray(17)]
    internal struct Words17
    {
        private LeUInt32 _first;
    }

    /// <summary>Reserved words.</summary>
    [InlineArray(94)]
    internal struct Words94
    {
        private LeUInt32 _first;
    }
}
