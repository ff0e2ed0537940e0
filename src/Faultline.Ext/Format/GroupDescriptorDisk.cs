// On-disk only: the descriptor of a block group. Volumes without 64-bit block numbers have the
// first 32 bytes only.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format;

/// <summary>Descriptor of a block group, first half.</summary>
/// <source>docs/format/ext.md#group-descriptors; Linux
/// Documentation/filesystems/ext4/group_descr.rst</source>
[OnDisk(Size = 32)]
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct GroupDescriptorDisk
{
    internal const int SizeBytes = 32;
    internal const int ChecksumOffset = 0x1E;
    internal const ushort FlagInodeUninit = 1;
    internal const ushort FlagBlockUninit = 2;
    internal const ushort FlagInodeZeroed = 4;

    [FieldOffset(0x00)] internal LeUInt32 BlockBitmapLow; // bg_block_bitmap_lo
    [FieldOffset(0x04)] internal LeUInt32 InodeBitmapLow; // bg_inode_bitmap_lo
    [FieldOffset(0x08)] internal LeUInt32 InodeTableLow; // bg_inode_table_lo
    [FieldOffset(0x0C)] internal LeUInt16 FreeBlockCountLow; // bg_free_blocks_count_lo
    [FieldOffset(0x0E)] internal LeUInt16 FreeInodeCountLow; // bg_free_inodes_count_lo
    [FieldOffset(0x10)] internal LeUInt16 UsedDirectoryCountLow; // bg_used_dirs_count_lo
    [FieldOffset(0x12)] internal LeUInt16 Flags; // bg_flags
    [FieldOffset(0x14)] internal LeUInt32 ExcludeBitmapLow; // bg_exclude_bitmap_lo
    [FieldOffset(0x18)] internal LeUInt16 BlockBitmapChecksumLow; // bg_block_bitmap_csum_lo
    [FieldOffset(0x1A)] internal LeUInt16 InodeBitmapChecksumLow; // bg_inode_bitmap_csum_lo
    [FieldOffset(0x1C)] internal LeUInt16 UnusedInodeCountLow; // bg_itable_unused_lo
    [FieldOffset(0x1E)] internal LeUInt16 Checksum; // bg_checksum
}
