// On-disk only: what the first and the last tag of a fast commit say.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.FastCommit;

/// <summary>Head: features and transaction. Tail: transaction and checksum.</summary>
/// <source>docs/format/jbd2.md#fast-commits</source>
[OnDisk(Size = 8)]
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct EndTagDisk
{
    internal const int SizeBytes = 8;

    [FieldOffset(0x0)] internal LeUInt32 First; // head: fc_features; tail: fc_tid
    [FieldOffset(0x4)] internal LeUInt32 Second; // head: fc_tid; tail: fc_crc
}
