// On-disk only: header of a node of an extent tree.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Nodes;

/// <summary>Header of a node of an extent tree.</summary>
/// <source>docs/format/ext.md#extent-tree; Linux Documentation/filesystems/ext4/ifork.rst</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ExtentHeaderDisk
{
    internal const int SizeBytes = 12;
    internal const int EntryBytes = 12;
    internal const int TailBytes = 4;
    internal const ushort ExpectedMagic = 0xF30A;
    internal const int DepthMax = 5;

    [FieldOffset(0x0)] internal LeUInt16 Magic; // eh_magic
    [FieldOffset(0x2)] internal LeUInt16 EntryCount; // eh_entries
    [FieldOffset(0x4)] internal LeUInt16 EntryCountMax; // eh_max
    [FieldOffset(0x6)] internal LeUInt16 Depth; // eh_depth
    [FieldOffset(0x8)] internal LeUInt32 Generation; // eh_generation
}
