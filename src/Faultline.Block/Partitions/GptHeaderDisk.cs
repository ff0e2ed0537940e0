// On-disk only: header of a GUID partition table.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>Header of a GUID partition table, at sector 1 and at the last sector.</summary>
/// <source>UEFI specification 5.3.2</source>
[OnDisk(Size = 92)]
[StructLayout(LayoutKind.Explicit, Size = 92)]
internal struct GptHeaderDisk
{
    internal const ulong ExpectedSignature = 0x5452_4150_2049_4645; // "EFI PART"

    [FieldOffset(0x00)] internal LeUInt64 Signature; // Signature
    [FieldOffset(0x08)] internal LeUInt32 Revision; // Revision
    [FieldOffset(0x0C)] internal LeUInt32 HeaderSize; // HeaderSize
    [FieldOffset(0x10)] internal LeUInt32 HeaderCrc; // HeaderCRC32
    [FieldOffset(0x14)] internal LeUInt32 Reserved; // Reserved
    [FieldOffset(0x18)] internal LeUInt64 MySector; // MyLBA
    [FieldOffset(0x20)] internal LeUInt64 AlternateSector; // AlternateLBA
    [FieldOffset(0x28)] internal LeUInt64 FirstUsableSector; // FirstUsableLBA
    [FieldOffset(0x30)] internal LeUInt64 LastUsableSector; // LastUsableLBA
    [FieldOffset(0x38)] internal Bytes16 DiskUuid; // DiskGUID
    [FieldOffset(0x48)] internal LeUInt64 EntrySector; // PartitionEntryLBA
    [FieldOffset(0x50)] internal LeUInt32 EntryCount; // NumberOfPartitionEntries
    [FieldOffset(0x54)] internal LeUInt32 EntrySize; // SizeOfPartitionEntry
    [FieldOffset(0x58)] internal LeUInt32 EntryCrc; // PartitionEntryArrayCRC32
}
