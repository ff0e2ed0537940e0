// On-disk only: what a tag says that takes blocks from a file. A tag that adds blocks has an inode
// number and an extent in the form of extent trees.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.FastCommit;

/// <summary>File blocks that leave a file.</summary>
/// <source>docs/format/jbd2.md#fast-commits</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct RangeTagDisk
{
    internal const int SizeBytes = 12;
    internal const int AddedSizeBytes = 16;
    internal const int AddedExtentOffset = 4;

    [FieldOffset(0x0)] internal LeUInt32 Inode; // fc_ino
    [FieldOffset(0x4)] internal LeUInt32 FileBlock; // fc_lblk
    [FieldOffset(0x8)] internal LeUInt32 Length; // fc_len
}
