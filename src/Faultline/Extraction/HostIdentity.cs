// What tells a file of a Linux host from every other one.

using System;
using System.Buffers.Binary;
using Faultline.Abi;
using static Faultline.Extraction.LinuxCalls;

namespace Faultline.Extraction;

/// <summary>Device and inode number.</summary>
/// <param name="Device">Major and minor number of the device, 4 bytes each.</param>
/// <param name="Inode">Inode number on it.</param>
internal readonly record struct HostIdentity(ulong Device, ulong Inode)
{
    private const int AnswerBytes = 256;

    /// <summary>Asks the host for the identity of an open file.</summary>
    /// <source>statx(2)</source>
    internal static unsafe Errno Of(int descriptor, out HostIdentity identity)
    {
        byte* answer = stackalloc byte[AnswerBytes];
        byte empty = 0;
        Errno asked = Check(Statx(descriptor, &empty, AtEmptyPath, StatxInode, answer));
        ReadOnlySpan<byte> bytes = new(answer, AnswerBytes);
        identity = new HostIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(136)), // stx_dev_major, stx_dev_minor
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(32))); // stx_ino
        return asked;
    }
}
