// On-disk only: what the root of a hash tree says of the tree, after the entries for "." and "..".

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Properties of a hash tree, at byte 24 of its first block.</summary>
/// <source>docs/format/ext.md#hash-tree; Linux
/// Documentation/filesystems/ext4/directory.rst</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct HtreeRootInfoDisk
{
    internal const int Offset = 0x18;
    internal const int EntriesOffset = 0x20;

    [FieldOffset(0x0)] internal LeUInt32 Zero; // reserved_zero
    [FieldOffset(0x4)] internal byte HashVersion; // hash_version
    [FieldOffset(0x5)] internal byte InfoLength; // info_length: 8
    [FieldOffset(0x6)] internal byte IndirectLevels; // indirect_levels
    [FieldOffset(0x7)] internal byte UnusedFlags; // unused_flags
}
