// On-disk only: an entry of a hash tree. The first one of a block has limit and count where the
// others have a hash.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>An entry of a hash tree.</summary>
/// <source>docs/format/ext.md#hash-tree; Linux
/// Documentation/filesystems/ext4/directory.rst</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct HtreeEntryDisk
{
    internal const int SizeBytes = 8;
    internal const int NodeEntriesOffset = 8;
    internal const int TailBytes = 8;
    internal const uint BlockMask = 0x0FFF_FFFF;

    [FieldOffset(0x0)] internal LeUInt32 Hash; // hash; of entry 0: limit and count
    [FieldOffset(0x4)] internal LeUInt32 Block; // block
}
