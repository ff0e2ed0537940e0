// On-disk only: the block of multiple mount protection.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Format;

/// <summary>Head of the block of multiple mount protection.</summary>
/// <source>docs/format/ext.md#mmp; Linux Documentation/filesystems/ext4/mmp.rst</source>
[OnDisk(Size = 1024)]
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal struct MmpDisk
{
    internal const uint ExpectedMagic = 0x004D_4D50;
    internal const uint SequenceClean = 0xFF4D_4D50;
    internal const uint SequenceCheck = 0xE24D_4D50;
    internal const int ChecksumOffset = 0x3FC;

    [FieldOffset(0x000)] internal LeUInt32 Magic; // mmp_magic
    [FieldOffset(0x004)] internal LeUInt32 Sequence; // mmp_seq
    [FieldOffset(0x008)] internal LeUInt64 Time; // mmp_time
    [FieldOffset(0x010)] internal SuperBlockDisk.Text64 NodeName; // mmp_nodename
    [FieldOffset(0x050)] internal SuperBlockDisk.Text32 DeviceName; // mmp_bdevname
    [FieldOffset(0x070)] internal LeUInt16 CheckInterval; // mmp_check_interval
    [FieldOffset(0x072)] internal LeUInt16 Reserved0; // mmp_pad1
    [FieldOffset(0x074)] internal Words226 Reserved1; // mmp_pad2
    [FieldOffset(0x3FC)] internal LeUInt32 Checksum; // mmp_checksum

    /// <summary>Reserved words.</summary>
    [InlineArray(226)]
    internal struct Words226
    {
        private LeUInt32 _first;
    }
}
