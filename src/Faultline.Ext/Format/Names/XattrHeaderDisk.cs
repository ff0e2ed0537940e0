// On-disk only: head of a block of extended attributes.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Head of a block of extended attributes. In an inode there is only the magic.</summary>
/// <source>docs/format/ext.md#extended-attributes; Linux
/// Documentation/filesystems/ext4/attributes.rst</source>
[OnDisk(Size = 32)]
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct XattrHeaderDisk
{
    internal const int SizeBytes = 32;
    internal const int MagicBytes = 4;
    internal const int ChecksumOffset = 0x10;
    internal const uint ExpectedMagic = 0xEA02_0000;
    internal const uint ReferenceCountMax = 1024;

    [FieldOffset(0x00)] internal LeUInt32 Magic; // h_magic
    [FieldOffset(0x04)] internal LeUInt32 ReferenceCount; // h_refcount
    [FieldOffset(0x08)] internal LeUInt32 BlockCount; // h_blocks
    [FieldOffset(0x0C)] internal LeUInt32 Hash; // h_hash
    [FieldOffset(0x10)] internal LeUInt32 Checksum; // h_checksum
    [FieldOffset(0x14)] internal LeUInt32 Reserved0; // h_reserved[0]
    [FieldOffset(0x18)] internal LeUInt32 Reserved1; // h_reserved[1]
    [FieldOffset(0x1C)] internal LeUInt32 Reserved2; // h_reserved[2]
}
