// What statx(2) answers.

using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Building;

/// <summary>What statx(2) answers, as far as building needs it.</summary>
/// <source>statx(2)</source>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LinuxStatx
{
    [FieldOffset(0x10)] internal uint LinkCount;
    [FieldOffset(0x14)] internal uint Uid;
    [FieldOffset(0x18)] internal uint Gid;
    [FieldOffset(0x1C)] internal ushort Mode;
    [FieldOffset(0x20)] internal ulong Inode;
    [FieldOffset(0x28)] internal long SizeBytes;
    [FieldOffset(0x30)] internal ulong Sectors;
    [FieldOffset(0x40)] internal TimeStamp AccessTime;
    [FieldOffset(0x60)] internal TimeStamp ChangeTime;
    [FieldOffset(0x70)] internal TimeStamp ModifyTime;
    [FieldOffset(0x80)] internal uint DeviceMajor; // of a device node
    [FieldOffset(0x84)] internal uint DeviceMinor;
    [FieldOffset(0x88)] internal ulong HostDevice; // that it lies on

    /// <summary>A time.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    internal struct TimeStamp
    {
        internal long Seconds;
        internal uint Nanoseconds;

        internal readonly UnixTime Time => new(Seconds, Nanoseconds);
    }
}
