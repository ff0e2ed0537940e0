// On-disk only: a tag of a descriptor block with checksums of version 3.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>A tag with checksums of version 3; the same size with and without 64-bit
/// numbers.</summary>
/// <source>docs/format/jbd2.md#tags; Linux Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 16)]
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Tag3Disk
{
    internal const int SizeBytes = 16;

    [FieldOffset(0x0)] internal BeUInt32 BlockLow; // t_blocknr
    [FieldOffset(0x4)] internal BeUInt32 Flags; // t_flags
    [FieldOffset(0x8)] internal BeUInt32 BlockHigh; // t_blocknr_high
    [FieldOffset(0xC)] internal BeUInt32 Checksum; // t_checksum
}
