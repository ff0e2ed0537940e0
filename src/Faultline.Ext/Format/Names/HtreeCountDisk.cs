// On-disk only: limit and count, in place of the hash of a block's first entry.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Names;

/// <summary>Limit and count of the entries of a hash-tree block.</summary>
/// <source>Linux Documentation/filesystems/ext4/directory.rst</source>
[OnDisk(Size = 4)]
[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct HtreeCountDisk
{
    [FieldOffset(0x0)] internal LeUInt16 Limit; // limit
    [FieldOffset(0x2)] internal LeUInt16 Count; // count
}
