// On-disk only: head of a directory entry; the name follows.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Head of a directory entry. Without the filetype feature, the last two bytes are one
/// 16-bit length.</summary>
/// <source>docs/format/ext.md#directory-entries; Linux
/// Documentation/filesystems/ext4/directory.rst</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct DirEntryDisk
{
    internal const int HeadBytes = 8;
    internal const int RecordBytesMin = 12;
    internal const int NameLengthMax = 255;
    internal const int HashBytes = 8; // of encrypted casefolded directories, after the name

    [FieldOffset(0x0)] internal LeUInt32 Inode; // inode
    [FieldOffset(0x4)] internal LeUInt16 RawRecordLength; // rec_len
    [FieldOffset(0x6)] internal byte NameLength; // name_len
    [FieldOffset(0x7)] internal byte FileType; // file_type, or high byte of name_len
}
