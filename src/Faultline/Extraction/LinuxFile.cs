// A file of a Linux host that is being made.

using System;
using System.Runtime.Versioning;
using Faultline.Abi;
using Faultline.Vfs.Inodes;
using static Faultline.Extraction.LinuxCalls;

namespace Faultline.Extraction;

/// <summary>A file of a Linux host that is being made.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFile(int descriptor) : IHostFile
{
    public Errno Write(ReadOnlySpan<byte> bytes, long position)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint written = WriteAt(descriptor, start + done, (nuint)(bytes.Length - done), position + done);
                if (written < 0)
                {
                    return LastError;
                }

                done += (int)written;
            }
        }

        return Errno.OK;
    }

    public Errno SetSize(long sizeBytes) => Check(LinuxCalls.SetSize(descriptor, sizeBytes));

    public HostErrors SetAttributes(InodeAttributes attributes, ExtractionOptions options) =>
        SetAttributes(descriptor, attributes, options);

    public Errno SetXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) =>
        SetXattr(descriptor, attribute, value);

    public void Dispose() => _ = Close(descriptor);

    // Owner first: changing it clears setuid and setgid, which the mode then sets.
    internal static HostErrors SetAttributes(
        int descriptor, InodeAttributes attributes, ExtractionOptions options)
    {
        Errno owner = options.PreserveOwner
            ? Check(ChangeOwner(descriptor, attributes.Uid, attributes.Gid))
            : Errno.OK;
        Errno mode = options.PreserveMode
            ? Check(ChangeMode(descriptor, SafeMode(attributes.Mode, owner)))
            : Errno.OK;
        Errno times = Errno.OK;
        if (options.PreserveTimes)
        {
            TimeSpec* stamps = stackalloc TimeSpec[2];
            LinuxDirectory.FillTimes(stamps, attributes);
            times = Check(SetTimes(descriptor, stamps));
        }

        return new HostErrors(owner, mode, times);
    }

    internal static Errno SetXattr(int descriptor, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        const int NameBytesMax = 4096;
        byte* key = stackalloc byte[NameBytesMax];
        if (!LinuxDirectory.Terminate(attribute, key))
        {
            return Errno.ENAMETOOLONG;
        }

        fixed (byte* bytes = value)
        {
            return Check(LinuxCalls.SetXattr(descriptor, key, bytes, (nuint)value.Length, 0));
        }
    }

    // A file that stays ours does not become setuid on somebody else's word.
    private static uint SafeMode(uint mode, Errno owner)
    {
        uint permissions = mode & ModeBits.PermissionMask;
        return owner == Errno.OK ? permissions : permissions & ~(ModeBits.S_ISUID | ModeBits.S_ISGID);
    }
}
