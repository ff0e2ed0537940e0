// On-disk only: the journal's superblock, in its first block (or, on a journal device, after the
// ext superblock).

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Superblock of a journal, 1024 bytes, big-endian.</summary>
/// <source>docs/format/jbd2.md#superblock; Linux
/// Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 1024)]
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal struct JournalSuperBlockDisk
{
    internal const int SizeBytes = 1024;
    internal const byte ChecksumTypeCrc32c = 4;

    [FieldOffset(0x000)] internal JournalBlockHeaderDisk Header; // s_header
    [FieldOffset(0x00C)] internal BeUInt32 BlockSize; // s_blocksize
    [FieldOffset(0x010)] internal BeUInt32 BlockCount; // s_maxlen
    [FieldOffset(0x014)] internal BeUInt32 FirstBlock; // s_first
    [FieldOffset(0x018)] internal BeUInt32 Sequence; // s_sequence
    [FieldOffset(0x01C)] internal BeUInt32 Start; // s_start: 0 when the log is empty
    [FieldOffset(0x020)] internal BeUInt32 ErrorNumber; // s_errno
    [FieldOffset(0x024)] internal BeUInt32 FeatureCompat; // s_feature_compat
    [FieldOffset(0x028)] internal BeUInt32 FeatureIncompat; // s_feature_incompat
    [FieldOffset(0x02C)] internal BeUInt32 FeatureReadOnlyCompat; // s_feature_ro_compat
    [FieldOffset(0x030)] internal Bytes16 Uuid; // s_uuid
    [FieldOffset(0x040)] internal BeUInt32 UserCount; // s_nr_users
    [FieldOffset(0x044)] internal BeUInt32 DynamicSuperBlock; // s_dynsuper
    [FieldOffset(0x048)] internal BeUInt32 TransactionBlocksMax; // s_max_transaction
    [FieldOffset(0x04C)] internal BeUInt32 TransactionDataMax; // s_max_trans_data
    [FieldOffset(0x050)] internal byte ChecksumType; // s_checksum_type
    [FieldOffset(0x051)] internal byte Padding0; // s_padding2[0]
    [FieldOffset(0x052)] internal BeUInt16 Padding1; // s_padding2[1..2]
    [FieldOffset(0x054)] internal BeUInt32 FastCommitBlockCount; // s_num_fc_blocks
    [FieldOffset(0x058)] internal BeUInt32 Head; // s_head: next free block at a clean unmount
    [FieldOffset(0x05C)] internal Reserved160 Padding; // s_padding[40]
    [FieldOffset(0x0FC)] internal BeUInt32 Checksum; // s_checksum
    [FieldOffset(0x100)] internal Users768 Users; // s_users

    /// <summary>Reserved bytes.</summary>
    [InlineArray(160)]
    internal struct Reserved160
    {
        private byte _first;
    }

    /// <summary>UUIDs of up to 48 file systems that share the journal.</summary>
    [InlineArray(768)]
    internal struct Users768
    {
        private byte _first;
    }
}
