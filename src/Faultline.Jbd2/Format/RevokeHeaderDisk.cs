// On-disk only: header of a revocation block. Block numbers of 4 or 8 bytes follow it.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Header of a revocation block.</summary>
/// <source>docs/format/jbd2.md#revocation-block; Linux
/// Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 16)]
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct RevokeHeaderDisk
{
    internal const int SizeBytes = 16;

    [FieldOffset(0x0)] internal JournalBlockHeaderDisk Header; // r_header
    [FieldOffset(0xC)] internal BeUInt32 UsedBytes; // r_count: bytes used, header included
}
