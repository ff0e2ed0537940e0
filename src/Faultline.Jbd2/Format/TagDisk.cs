// On-disk only: a tag of a descriptor block without checksums of version 3. A high half of the
// block number follows when the journal has 64-bit numbers; then two unused bytes when checksums
// are of version 2 (a quirk that the document does not mention and that images show).

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Fixed part of a tag before checksum version 3.</summary>
/// <source>docs/format/jbd2.md#tags; Linux Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct TagDisk
{
    internal const int SizeBytes = 8;
    internal const int HighBytes = 4;
    internal const int ChecksumV2PaddingBytes = 2;

    [FieldOffset(0x0)] internal BeUInt32 BlockLow; // t_blocknr
    [FieldOffset(0x4)] internal BeUInt16 Checksum; // t_checksum: low half of the CRC
    [FieldOffset(0x6)] internal BeUInt16 Flags; // t_flags
}
