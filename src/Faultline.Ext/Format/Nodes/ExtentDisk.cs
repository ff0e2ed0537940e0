// On-disk only: an extent, entry of a leaf.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format.Nodes;

/// <summary>An extent.</summary>
/// <source>docs/format/ext.md#extent-tree; Linux Documentation/filesystems/ext4/ifork.rst</source>
[OnDisk(Size = 12)]
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ExtentDisk
{
    internal const ushort WrittenLengthMax = 32768;

    [FieldOffset(0x0)] internal LeUInt32 FileBlock; // ee_block
    [FieldOffset(0x4)] internal LeUInt16 RawLength; // ee_len: over 32768 means unwritten
    [FieldOffset(0x6)] internal LeUInt16 StartHigh; // ee_start_hi
    [FieldOffset(0x8)] internal LeUInt32 StartLow; // ee_start_lo

    internal readonly bool IsUnwritten => RawLength > WrittenLengthMax;

    internal readonly uint Length =>
        RawLength > WrittenLengthMax ? (uint)RawLength.Value - WrittenLengthMax : RawLength.Value;

    internal readonly ulong Start => Bits.Join(StartHigh.Value, StartLow.Value);
}
