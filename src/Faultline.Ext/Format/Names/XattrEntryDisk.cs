// On-disk only: an extended attribute; the name follows, the value lies elsewhere.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Head of an extended attribute.</summary>
/// <source>docs/format/ext.md#extended-attributes; Linux
/// Documentation/filesystems/ext4/attributes.rst</source>
[OnDisk(Size = 16)]
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct XattrEntryDisk
{
    internal const int HeadBytes = 16;
    internal const uint ValueBytesMax = 65536;

    [FieldOffset(0x0)] internal byte NameLength; // e_name_len
    [FieldOffset(0x1)] internal byte NameIndex; // e_name_index
    [FieldOffset(0x2)] internal LeUInt16 ValueOffset; // e_value_offs
    [FieldOffset(0x4)] internal LeUInt32 ValueInode; // e_value_inum
    [FieldOffset(0x8)] internal LeUInt32 ValueSize; // e_value_size
    [FieldOffset(0xC)] internal LeUInt32 Hash; // e_hash
}
