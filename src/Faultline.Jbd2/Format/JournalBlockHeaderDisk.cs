// On-disk only: the header of every metadata block of a journal.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Header of every journal metadata block. Big-endian, unlike the rest of ext4.</summary>
/// <source>docs/format/jbd2.md#block-header; Linux
/// Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct JournalBlockHeaderDisk
{
    internal const uint ExpectedMagic = 0xC03B_3998;
    internal const int SizeBytes = 12;

    [FieldOffset(0x0)] internal BeUInt32 Magic; // h_magic
    [FieldOffset(0x4)] internal BeUInt32 BlockType; // h_blocktype: JournalBlockType
    [FieldOffset(0x8)] internal BeUInt32 Sequence; // h_sequence: transaction id
}
