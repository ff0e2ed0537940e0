// statx(2): type, owner and times of a host file, which .NET does not show in full. The layout of
// its answer is the same
// on every architecture of Linux.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Cli.Diffing;

/// <summary>What statx(2) answers, as far as comparisons need it.</summary>
/// <param name="Mode">Type and permission bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="ModifyTime">Modification time.</param>
/// <param name="DeviceMajor">Major number of a device node.</param>
/// <param name="DeviceMinor">Minor number of a device node.</param>
/// <source>statx(2)</source>
internal sealed partial record LinuxStat(
    uint Mode, uint Uid, uint Gid, long SizeBytes, UnixTime ModifyTime, uint DeviceMajor, uint DeviceMinor)
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7FF;

    /// <summary>Asks the host; null when it refuses.</summary>
    internal static unsafe LinuxStat? Of(byte[] path, bool followsLink)
    {
        byte* answer = stackalloc byte[256];
        fixed (byte* text = LinuxTree.Terminated(path))
        {
            if (Statx(CurrentDirectory, text, followsLink ? 0 : NoFollow, BasicStats, answer) != 0)
            {
                return null;
            }
        }

        System.ReadOnlySpan<byte> bytes = new(answer, 256);
        return new LinuxStat(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(28)),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(20)),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(24)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.Slice(40)),
            new UnixTime(
                BinaryPrimitives.ReadInt64LittleEndian(bytes.Slice(112)),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(120))),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(128)),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(132)));
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, byte* answer);
}
