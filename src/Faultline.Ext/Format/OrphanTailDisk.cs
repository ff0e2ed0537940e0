// On-disk only: the last eight bytes of each block of the orphan file; inode numbers of four bytes
// fill the rest.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format;

/// <summary>Tail of a block of the orphan file.</summary>
/// <source>docs/format/ext.md#orphan-file; Linux Documentation/filesystems/ext4/orphan.rst</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct OrphanTailDisk
{
    internal const int SizeBytes = 8;
    internal const uint ExpectedMagic = 0x0B10_CA04;

    [FieldOffset(0x0)] internal LeUInt32 Magic; // ob_magic
    [FieldOffset(0x4)] internal LeUInt32 Checksum; // ob_checksum
}
