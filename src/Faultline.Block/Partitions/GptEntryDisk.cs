// On-disk only: one entry of a GUID partition table.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>One entry of a GUID partition table; its name of 72 bytes UTF-16LE follows
/// it.</summary>
/// <source>UEFI specification 5.3.3</source>
[OnDisk(Size = 56)]
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal struct GptEntryDisk
{
    internal const int NameOffset = 56;
    internal const int NameBytes = 72;
    internal const int SizeMin = 128;

    [FieldOffset(0x00)] internal Bytes16 TypeUuid; // PartitionTypeGUID
    [FieldOffset(0x10)] internal Bytes16 UniqueUuid; // UniquePartitionGUID
    [FieldOffset(0x20)] internal LeUInt64 FirstSector; // StartingLBA
    [FieldOffset(0x28)] internal LeUInt64 LastSector; // EndingLBA
    [FieldOffset(0x30)] internal LeUInt64 Attributes; // Attributes
}
