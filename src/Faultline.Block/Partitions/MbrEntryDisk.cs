// On-disk only: one entry of a master or extended boot record.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>One entry of a boot record. Little-endian, at odd addresses.</summary>
/// <source>docs/format/ext.md#partitions; UEFI specification 5.2.1</source>
[OnDisk(Size = 16)]
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct MbrEntryDisk
{
    internal const int TableOffset = 0x1BE;
    internal const int Count = 4;
    internal const int SignatureOffset = 0x1FE;
    internal const ushort Signature = 0xAA55;
    internal const byte TypeExtendedChs = 0x05;
    internal const byte TypeExtendedLba = 0x0F;
    internal const byte TypeExtendedLinux = 0x85;
    internal const byte TypeGptProtective = 0xEE;

    [FieldOffset(0x0)] internal byte BootIndicator; // BootIndicator
    [FieldOffset(0x1)] internal byte StartHead; // StartingCHS[0]
    [FieldOffset(0x2)] internal LeUInt16 StartCylinder; // StartingCHS[1..2]
    [FieldOffset(0x4)] internal byte Type; // OSType
    [FieldOffset(0x5)] internal byte EndHead; // EndingCHS[0]
    [FieldOffset(0x6)] internal LeUInt16 EndCylinder; // EndingCHS[1..2]
    [FieldOffset(0x8)] internal LeUInt32 StartSector; // StartingLBA
    [FieldOffset(0xC)] internal LeUInt32 SectorCount; // SizeInLBA

    internal readonly bool IsExtended =>
        Type is TypeExtendedChs or TypeExtendedLba or TypeExtendedLinux;
}
