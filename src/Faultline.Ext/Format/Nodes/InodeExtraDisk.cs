// On-disk only: what follows the first 128 bytes of an inode. i_extra_isize says how much of it
// there is.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Nodes;

/// <summary>Extra fields of an inode, at byte 128: offsets in comments count from the
/// inode.</summary>
/// <source>docs/format/ext.md#inode; Linux Documentation/filesystems/ext4/inodes.rst</source>
[OnDisk(Size = 32)]
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct InodeExtraDisk
{
    internal const int SizeBytes = 32;
    internal const int ChecksumHighEnd = 4;

    [FieldOffset(0x00)] internal LeUInt16 ExtraSize; // i_extra_isize (0x80)
    [FieldOffset(0x02)] internal LeUInt16 ChecksumHigh; // i_checksum_hi (0x82)
    [FieldOffset(0x04)] internal LeUInt32 ChangeTimeExtra; // i_ctime_extra (0x84)
    [FieldOffset(0x08)] internal LeUInt32 ModifyTimeExtra; // i_mtime_extra (0x88)
    [FieldOffset(0x0C)] internal LeUInt32 AccessTimeExtra; // i_atime_extra (0x8C)
    [FieldOffset(0x10)] internal LeUInt32 BirthTime; // i_crtime (0x90)
    [FieldOffset(0x14)] internal LeUInt32 BirthTimeExtra; // i_crtime_extra (0x94)
    [FieldOffset(0x18)] internal LeUInt32 VersionHigh; // i_version_hi (0x98)
    [FieldOffset(0x1C)] internal LeUInt32 ProjectId; // i_projid (0x9C)
}
