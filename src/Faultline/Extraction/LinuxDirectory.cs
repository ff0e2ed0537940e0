// A directory of a Linux host: everything goes through its descriptor, single names only, links never followed.

using System;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using static Faultline.Extraction.LinuxCalls;

namespace Faultline.Extraction;

/// <summary>A directory of a Linux host.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxDirectory : IHostDirectory
{
    private const uint PrivateMode = 0x1C0; // rwx------ until the real mode is set
    private const int NameBytesMax = 4096;
    private const int Closed = -1;
    private int _descriptor;
    private HostIdentity _identity; // set while suspended

    private LinuxDirectory(int descriptor) => _descriptor = descriptor;

    internal static Errno Open(string path, out LinuxDirectory? directory)
    {
        // The target itself is the caller's own choice and may be a link.
        byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* name = bytes)
        {
            int descriptor = OpenAt(AtFdCwd, name, OpenDirectoryFlags & ~0x20000, 0);
            directory = descriptor < 0 ? null : new LinuxDirectory(descriptor);
            return Check(descriptor);
        }
    }

    public Errno OpenDirectory(ReadOnlySpan<byte> name, out IHostDirectory? directory)
    {
        byte* text = stackalloc byte[NameBytesMax];
        directory = null;
        if (!TerminateName(name, text))
        {
            return Errno.ENAMETOOLONG;
        }

        Errno made = Check(MakeDirectoryAt(_descriptor, text, PrivateMode));
        if (made is not (Errno.OK or Errno.EEXIST))
        {
            return made;
        }

        int descriptor = OpenAt(_descriptor, text, OpenDirectoryFlags, 0);
        directory = descriptor < 0 ? null : new LinuxDirectory(descriptor);
        return Check(descriptor);
    }

    public Errno CreateFile(ReadOnlySpan<byte> name, out IHostFile? file)
    {
        byte* text = stackalloc byte[NameBytesMax];
        file = null;
        if (!TerminateName(name, text))
        {
            return Errno.ENAMETOOLONG;
        }

        const uint Mode = 0x180; // rw------- until the real mode is set
        int descriptor = OpenAt(_descriptor, text, CreateFileFlags, Mode);
        if (descriptor < 0 && LastError == Errno.EEXIST)
        {
            Errno removed = Check(UnlinkAt(_descriptor, text, 0));
            if (removed != Errno.OK)
            {
                return removed;
            }

            descriptor = OpenAt(_descriptor, text, CreateFileFlags, Mode);
        }

        file = descriptor < 0 ? null : new LinuxFile(descriptor);
        return Check(descriptor);
    }

    public Errno CreateSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        byte* text = stackalloc byte[NameBytesMax];
        byte* to = stackalloc byte[NameBytesMax];
        if (!TerminateName(name, text) || !Terminate(target, to))
        {
            return Errno.ENAMETOOLONG;
        }

        Errno made = Check(SymbolicLinkAt(to, _descriptor, text));
        return made == Errno.EEXIST && UnlinkAt(_descriptor, text, 0) == 0
            ? Check(SymbolicLinkAt(to, _descriptor, text))
            : made;
    }

    public Errno CreateHardLink(ReadOnlySpan<byte> name, IHostDirectory root, ReadOnlySpan<byte> existing)
    {
        byte* text = stackalloc byte[NameBytesMax];
        byte* from = stackalloc byte[NameBytesMax];
        int slash = existing.LastIndexOf((byte)'/');
        if (!TerminateName(name, text) || !TerminateName(existing.Slice(slash + 1), from))
        {
            return Errno.ENAMETOOLONG;
        }

        Errno opened = ((LinuxDirectory)root).OpenBelow(existing.Slice(0, slash + 1), out LinuxDirectory? holder);
        if (holder is null)
        {
            return opened;
        }

        using (holder)
        {
            Errno made = Check(LinkAt(holder._descriptor, from, _descriptor, text, 0));
            return made == Errno.EEXIST && UnlinkAt(_descriptor, text, 0) == 0
                ? Check(LinkAt(holder._descriptor, from, _descriptor, text, 0))
                : made;
        }
    }

    // Name by name: the path may be longer than the host takes at once, and no name of it may be a link.
    private Errno OpenBelow(ReadOnlySpan<byte> path, out LinuxDirectory? directory)
    {
        byte* text = stackalloc byte[NameBytesMax];
        directory = null;
        int at = OpenAt(_descriptor, CurrentDirectory(text), OpenDirectoryFlags | OpenPathFlag, 0);
        foreach (Range part in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path[part];
            if (at < 0 || name.IsEmpty)
            {
                continue;
            }

            bool fits = Terminate(name, text);
            int next = fits ? OpenAt(at, text, OpenDirectoryFlags | OpenPathFlag, 0) : Closed;
            Errno failed = fits ? LastError : Errno.ENAMETOOLONG;
            _ = Close(at);
            at = next;
            if (at < 0)
            {
                return failed;
            }
        }

        directory = at < 0 ? null : new LinuxDirectory(at);
        return Check(at);
    }

    private static byte* CurrentDirectory(byte* text)
    {
        _ = Terminate("."u8, text);
        return text;
    }

    public Errno CreateSpecial(ReadOnlySpan<byte> name, InodeAttributes attributes)
    {
        byte* text = stackalloc byte[NameBytesMax];
        if (!TerminateName(name, text))
        {
            return Errno.ENAMETOOLONG;
        }

        ulong device = MakeDevice(attributes.DeviceMajor, attributes.DeviceMinor);
        Errno made = Check(MakeNodeAt(_descriptor, text, attributes.Mode, device));
        return made == Errno.EEXIST && UnlinkAt(_descriptor, text, 0) == 0
            ? Check(MakeNodeAt(_descriptor, text, attributes.Mode, device))
            : made;
    }

    public HostErrors SetAttributes(
        ReadOnlySpan<byte> name, InodeAttributes attributes, ExtractionOptions options)
    {
        byte* text = stackalloc byte[NameBytesMax];
        if (!TerminateName(name, text))
        {
            return default;
        }

        Errno owner = options.PreserveOwner
            ? Check(ChangeOwnerAt(_descriptor, text, attributes.Uid, attributes.Gid, AtSymlinkNoFollow))
            : Errno.OK;
        Errno mode = options.PreserveMode && !attributes.IsSymbolicLink
            ? Check(ChangeModeAt(_descriptor, text, attributes.Mode & ModeBits.PermissionMask, 0))
            : Errno.OK;
        Errno times = Errno.OK;
        if (options.PreserveTimes)
        {
            TimeSpec* stamps = stackalloc TimeSpec[2];
            FillTimes(stamps, attributes);
            times = Check(SetTimesAt(_descriptor, text, stamps, AtSymlinkNoFollow));
        }

        return new HostErrors(owner, mode, times);
    }

    public Errno SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        // There is no setxattrat in older kernels: /proc names the directory we hold, whatever its path is by now.
        string prefix = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_descriptor}/");
        byte[] path = [.. Encoding.ASCII.GetBytes(prefix), .. name];
        byte* text = stackalloc byte[NameBytesMax];
        byte* key = stackalloc byte[NameBytesMax];
        if (!Terminate(path, text) || !Terminate(attribute, key))
        {
            return Errno.ENAMETOOLONG;
        }

        fixed (byte* bytes = value)
        {
            return Check(SetXattrOfPath(text, key, bytes, (nuint)value.Length, 0));
        }
    }

    public HostErrors SetOwnAttributes(InodeAttributes attributes, ExtractionOptions options) =>
        LinuxFile.SetAttributes(_descriptor, attributes, options);

    public Errno SetOwnXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) =>
        LinuxFile.SetXattr(_descriptor, attribute, value);

    public void Suspend()
    {
        _ = HostIdentity.Of(_descriptor, out _identity);
        Dispose();
    }

    public Errno Resume(IHostDirectory child)
    {
        byte* text = stackalloc byte[NameBytesMax];
        _ = Terminate(".."u8, text);
        int descriptor = OpenAt(((LinuxDirectory)child)._descriptor, text, OpenDirectoryFlags, 0);
        if (descriptor < 0)
        {
            return LastError;
        }

        _descriptor = descriptor;
        Errno asked = HostIdentity.Of(descriptor, out HostIdentity now);
        return asked != Errno.OK ? asked : now == _identity ? Errno.OK : Errno.ESTALE;
    }

    public void Dispose()
    {
        if (_descriptor != Closed)
        {
            _ = Close(_descriptor);
            _descriptor = Closed;
        }
    }

    // Whatever the caller checked: no call of this class leaves its directory.
    private static bool TerminateName(ReadOnlySpan<byte> name, byte* destination) =>
        HostName.IsComponent(name) && Terminate(name, destination);

    internal static bool Terminate(ReadOnlySpan<byte> name, byte* destination)
    {
        if (name.Length >= NameBytesMax)
        {
            return false;
        }

        name.CopyTo(new Span<byte>(destination, NameBytesMax));
        destination[name.Length] = 0;
        return true;
    }

    internal static void FillTimes(TimeSpec* stamps, InodeAttributes attributes)
    {
        stamps[0] = ToTimeSpec(attributes.AccessTime);
        stamps[1] = ToTimeSpec(attributes.ModifyTime);
    }

    private static TimeSpec ToTimeSpec(UnixTime time) =>
        new() { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };

    // The encoding of dev_t in the C libraries of Linux: major and minor interleaved, 32 bits each.
    private static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(minor & 0xFF)) | ((ulong)(major & 0xFFF) << 8)
        | ((ulong)(minor & ~0xFFU) << 12) | Bits.Join(major & ~0xFFFU, 0u);
}
