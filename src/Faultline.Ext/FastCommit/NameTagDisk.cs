// On-disk only: what a tag says that changes a name; the name follows.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.FastCommit;

/// <summary>A directory and an inode; the name follows.</summary>
/// <source>docs/format/jbd2.md#fast-commits</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct NameTagDisk
{
    internal const int SizeBytes = 8;

    [FieldOffset(0x0)] internal LeUInt32 Parent; // fc_parent_ino
    [FieldOffset(0x4)] internal LeUInt32 Inode; // fc_ino
}
