// On-disk only: the entry that hides the checksum at the end of a directory block.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Checksum of a directory block in the shape of an unused entry.</summary>
/// <source>docs/format/ext.md#directory-entries; Linux
/// Documentation/filesystems/ext4/directory.rst</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct DirTailDisk
{
    internal const int SizeBytes = 12;
    internal const byte ExpectedFileType = 0xDE;

    [FieldOffset(0x0)] internal LeUInt32 Zero; // det_reserved_zero1
    [FieldOffset(0x4)] internal LeUInt16 RecordLength; // det_rec_len: 12
    [FieldOffset(0x6)] internal byte NameLength; // det_reserved_zero2
    [FieldOffset(0x7)] internal byte FileType; // det_reserved_ft: 0xDE
    [FieldOffset(0x8)] internal LeUInt32 Checksum; // det_checksum
}
