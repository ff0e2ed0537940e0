// On-disk only: the first 128 bytes of an inode, all there is on ext2.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Nodes;

/// <summary>An inode, first 128 bytes. Fields of osd1 and osd2 as Linux uses them.</summary>
/// <source>docs/format/ext.md#inode; Linux Documentation/filesystems/ext4/inodes.rst</source>
[OnDisk(Size = 128)]
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct InodeDisk
{
    internal const int SizeBytes = 128;
    internal const int MapOffset = 0x28;
    internal const int MapBytes = 60;
    internal const int GenerationOffset = 0x64;
    internal const int ChecksumLowOffset = 0x7C;

    [FieldOffset(0x00)] internal LeUInt16 Mode; // i_mode
    [FieldOffset(0x02)] internal LeUInt16 UidLow; // i_uid
    [FieldOffset(0x04)] internal LeUInt32 SizeLow; // i_size_lo
    [FieldOffset(0x08)] internal LeUInt32 AccessTime; // i_atime; of an attribute inode: value hash
    [FieldOffset(0x0C)] internal LeUInt32 ChangeTime; // i_ctime; of an attribute inode: references
    [FieldOffset(0x10)] internal LeUInt32 ModifyTime; // i_mtime; of an attribute inode: owner
    [FieldOffset(0x14)] internal LeUInt32 DeletionTime; // i_dtime; of an orphan: next orphan
    [FieldOffset(0x18)] internal LeUInt16 GidLow; // i_gid
    [FieldOffset(0x1A)] internal LeUInt16 LinkCount; // i_links_count
    [FieldOffset(0x1C)] internal LeUInt32 BlocksLow; // i_blocks_lo
    [FieldOffset(0x20)] internal LeUInt32 Flags; // i_flags: ExtInodeFlags
    [FieldOffset(0x24)] internal LeUInt32 VersionLow; // l_i_version
    [FieldOffset(0x28)] internal Bytes60 Map; // i_block
    [FieldOffset(0x64)] internal LeUInt32 Generation; // i_generation
    [FieldOffset(0x68)] internal LeUInt32 XattrBlockLow; // i_file_acl_lo
    [FieldOffset(0x6C)] internal LeUInt32 SizeHigh; // i_size_high
    [FieldOffset(0x70)] internal LeUInt32 FragmentAddress; // i_obso_faddr
    [FieldOffset(0x74)] internal LeUInt16 BlocksHigh; // l_i_blocks_high
    [FieldOffset(0x76)] internal LeUInt16 XattrBlockHigh; // l_i_file_acl_high
    [FieldOffset(0x78)] internal LeUInt16 UidHigh; // l_i_uid_high
    [FieldOffset(0x7A)] internal LeUInt16 GidHigh; // l_i_gid_high
    [FieldOffset(0x7C)] internal LeUInt16 ChecksumLow; // l_i_checksum_lo
    [FieldOffset(0x7E)] internal LeUInt16 Reserved; // l_i_reserved

    /// <summary>Block map, extent root, device number, link target or inline data.</summary>
    [InlineArray(MapBytes)]
    internal struct Bytes60
    {
        private byte _first;
    }
}
