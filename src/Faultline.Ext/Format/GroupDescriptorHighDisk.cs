// On-disk only: the second half of a group descriptor, on volumes with 64-bit block numbers.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format;

/// <summary>Descriptor of a block group, second half: offsets count from the descriptor.</summary>
/// <source>Linux Documentation/filesystems/ext4/group_descr.rst</source>
[OnDisk(Size = 32)]
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct GroupDescriptorHighDisk
{
    [FieldOffset(0x00)] internal LeUInt32 BlockBitmapHigh; // bg_block_bitmap_hi (0x20)
    [FieldOffset(0x04)] internal LeUInt32 InodeBitmapHigh; // bg_inode_bitmap_hi (0x24)
    [FieldOffset(0x08)] internal LeUInt32 InodeTableHigh; // bg_inode_table_hi (0x28)
    [FieldOffset(0x0C)] internal LeUInt16 FreeBlockCountHigh; // bg_free_blocks_count_hi (0x2C)
    [FieldOffset(0x0E)] internal LeUInt16 FreeInodeCountHigh; // bg_free_inodes_count_hi (0x2E)
    [FieldOffset(0x10)] internal LeUInt16 UsedDirectoryCountHigh; // bg_used_dirs_count_hi (0x30)
    [FieldOffset(0x12)] internal LeUInt16 UnusedInodeCountHigh; // bg_itable_unused_hi (0x32)
    [FieldOffset(0x14)] internal LeUInt32 ExcludeBitmapHigh; // bg_exclude_bitmap_hi (0x34)
    [FieldOffset(0x18)] internal LeUInt16 BlockBitmapChecksumHigh; // bg_block_bitmap_csum_hi (0x38)
    [FieldOffset(0x1A)] internal LeUInt16 InodeBitmapChecksumHigh; // bg_inode_bitmap_csum_hi (0x3A)
    [FieldOffset(0x1C)] internal LeUInt32 Reserved; // bg_reserved (0x3C)
}
