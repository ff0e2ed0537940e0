// On-disk only: entry of an inner node of an extent tree.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Nodes;

/// <summary>An entry of an inner node.</summary>
/// <source>docs/format/ext.md#extent-tree; Linux Documentation/filesystems/ext4/ifork.rst</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ExtentIndexDisk
{
    [FieldOffset(0x0)] internal LeUInt32 FileBlock; // ei_block
    [FieldOffset(0x4)] internal LeUInt32 ChildLow; // ei_leaf_lo
    [FieldOffset(0x8)] internal LeUInt16 ChildHigh; // ei_leaf_hi
    [FieldOffset(0xA)] internal LeUInt16 Reserved; // ei_unused

    internal readonly ulong Child => Bits.Join(ChildHigh.Value, ChildLow.Value);
}
