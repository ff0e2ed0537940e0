// On-disk only: head of a tag of the fast-commit area. Little-endian, unlike the rest of the
// journal.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.FastCommit;

/// <summary>Kind and length of a tag.</summary>
/// <source>docs/format/jbd2.md#fast-commits</source>
[OnDisk(Size = 4)]
[StructLayout(LayoutKind.Explicit, Size = 4)]
internal struct TagHeadDisk
{
    internal const int SizeBytes = 4;

    [FieldOffset(0x0)] internal LeUInt16 Kind; // fc_tag
    [FieldOffset(0x2)] internal LeUInt16 Length; // fc_len: bytes that follow
}
