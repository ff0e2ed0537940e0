// Names, attributes, directories.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Faultline.Base;

namespace Faultline.Conformance.Kernel;

internal sealed unsafe partial class KernelCalls
{
    private const uint StatxAll = 0xFFF;
    private const uint StatxBirth = 0x800;
    private const int LinkBytesMax = 4096;
    private const int HandleBytesMax = 128;
    private const nuint GetFlagsRequest = 0x8008_6601; // FS_IOC_GETFLAGS
    private const nuint SetFlagsRequest = 0x4008_6602; // FS_IOC_SETFLAGS
    private const nuint FreezeRequest = 0xC004_5877; // FIFREEZE
    private const uint MountReadOnly = 1; // MS_RDONLY
    private const uint MountRemount = 32; // MS_REMOUNT
    private const nuint ThawRequest = 0xC004_5878; // FITHAW

    private delegate long PathCall(byte* path);

    private delegate long PairCall(byte* first, byte* second);

    public Outcome<long> MkDir(FsPath path, uint mode = 0x1FF) => On(path, text => Libc.mkdir(text, mode));

    public Outcome<long> MkNod(FsPath path, uint mode, uint major = 0, uint minor = 0)
    {
        ulong device = (minor & 0xFF) | ((major & 0xFFF) << 8) | ((ulong)(minor & ~0xFFU) << 12);
        return On(path, text => Libc.mknod(text, mode, device));
    }

    public Outcome<long> Link(FsPath existing, FsPath path, int flags = 0) =>
        On(Text(existing), Text(path), (from, to) => Libc.linkat(AtFdCwd, from, AtFdCwd, to, flags));

    public Outcome<long> LinkHandle(Handle file, FsPath path) =>
        On([0], Text(path), (from, to) => Libc.linkat(Fd(file), from, AtFdCwd, to, AtEmptyPath));

    public Outcome<long> SymLink(FsPath target, FsPath path) =>
        On(Raw(target), Text(path), static (to, text) => Libc.symlink(to, text));

    public Outcome<string> ReadLink(FsPath path)
    {
        byte* target = stackalloc byte[LinkBytesMax];
        byte* answer = target;
        Outcome<long> length = On(path, text => Libc.readlink(text, answer, LinkBytesMax));
        return length.Errno != OK ? length.Errno : Encoding.UTF8.GetString(target, (int)length.Value);
    }

    public Outcome<long> Unlink(FsPath path) => On(path, static text => Libc.unlink(text));

    public Outcome<long> RmDir(FsPath path) => On(path, static text => Libc.rmdir(text));

    public Outcome<long> Rename(FsPath from, FsPath to, int flags = 0) =>
        On(Text(from), Text(to), (first, second) => Libc.renameat2(AtFdCwd, first, AtFdCwd, second, (uint)flags));

    public Outcome<StatData> Stat(FsPath path) => StatAt(AtFdCwd, Text(path), 0);

    public Outcome<StatData> LStat(FsPath path) => StatAt(AtFdCwd, Text(path), AtSymlinkNoFollow);

    public Outcome<StatData> FStat(Handle file) => StatAt(Fd(file), [0], AtEmptyPath);

    public Outcome<long> ChMod(FsPath path, uint mode) => On(path, text => Libc.chmod(text, mode));

    public Outcome<long> FChMod(Handle file, uint mode)
    {
        using Scope scope = Enter();
        return Answer(Libc.fchmod(Fd(file), mode));
    }

    public Outcome<long> ChOwn(FsPath path, uint uid, uint gid) =>
        On(path, text => Libc.fchownat(AtFdCwd, text, uid, gid, 0));

    public Outcome<long> LChOwn(FsPath path, uint uid, uint gid) =>
        On(path, text => Libc.fchownat(AtFdCwd, text, uid, gid, AtSymlinkNoFollow));

    public Outcome<long> FChOwn(Handle file, uint uid, uint gid)
    {
        using Scope scope = Enter();
        return Answer(Libc.fchown(Fd(file), uid, gid));
    }

    public Outcome<long> SetTimes(FsPath path, SetTime access, SetTime modify) =>
        SetTimesAt(path, access, modify, 0);

    public Outcome<long> LSetTimes(FsPath path, SetTime access, SetTime modify) =>
        SetTimesAt(path, access, modify, AtSymlinkNoFollow);

    public Outcome<long> FSetTimes(Handle file, SetTime access, SetTime modify)
    {
        SetTime* times = stackalloc SetTime[] { access, modify };
        using Scope scope = Enter();
        return Answer(Libc.futimens(Fd(file), times));
    }

    public Outcome<long> Access(FsPath path, int mask) =>
        On(path, text => Libc.faccessat(AtFdCwd, text, mask, AtEffectiveAccess));

    public Outcome<StatFsData> StatFs(FsPath path)
    {
        long* words = stackalloc long[32];
        byte* answer = (byte*)words;
        Outcome<long> asked = On(path, text => Libc.statfs(text, answer));
        return asked.Errno != OK
            ? asked.Errno
            : new StatFsData(
                words[1],
                (ulong)words[2],
                (ulong)words[3],
                (ulong)words[4],
                (ulong)words[5],
                (ulong)words[6],
                words[8]);
    }

    public Outcome<IReadOnlyList<DirEntry>> GetDents(Handle directory, int bufferBytes = 32768)
    {
        byte[] buffer = new byte[bufferBytes];
        fixed (byte* bytes = buffer)
        {
            nint length = Libc.getdents64(Fd(directory), bytes, (nuint)bufferBytes);
            if (length < 0)
            {
                return Libc.LastError;
            }

            List<DirEntry> entries = [];
            for (int at = 0; at < length;)
            {
                ReadOnlySpan<byte> record = buffer.AsSpan(at);
                ReadOnlySpan<byte> name = record.Slice(19);
                entries.Add(new DirEntry(
                    Encoding.UTF8.GetString(name.Slice(0, name.IndexOf((byte)0))),
                    BinaryPrimitives.ReadUInt64LittleEndian(record),
                    BinaryPrimitives.ReadInt64LittleEndian(record.Slice(8)),
                    record[18]));
                at += BinaryPrimitives.ReadUInt16LittleEndian(record.Slice(16));
            }

            return entries;
        }
    }

    public Outcome<byte[]> NameToHandle(FsPath path)
    {
        byte[] handle = new byte[8 + HandleBytesMax];
        BinaryPrimitives.WriteInt32LittleEndian(handle, HandleBytesMax);
        int mount = 0;
        int* number = &mount;
        Outcome<long> asked = On(Text(path), handle, (text, bytes) =>
            Libc.name_to_handle_at(AtFdCwd, text, bytes, number, 0));
        return asked.Errno != OK ? asked.Errno : handle;
    }

    public Outcome<Handle> OpenByHandle(byte[] handle, int flags)
    {
        Outcome<Handle> root = Opened(OpenRoot());
        fixed (byte* bytes = handle)
        {
            using Scope scope = Enter();
            return Opened(Libc.open_by_handle_at(Fd(root.Ok()), bytes, flags | O_CLOEXEC));
        }
    }

    public Outcome<uint> GetFlags(Handle file)
    {
        ulong flags = 0;
        Outcome<long> asked = Answer(Libc.ioctl(Fd(file), GetFlagsRequest, &flags));
        return asked.Errno != OK ? asked.Errno : (uint)(flags & uint.MaxValue);
    }

    public Outcome<long> SetFlags(Handle file, uint flags)
    {
        ulong wanted = flags;
        using Scope scope = Enter();
        return Answer(Libc.ioctl(Fd(file), SetFlagsRequest, &wanted));
    }

    public Outcome<long> Freeze() => OnRoot(FreezeRequest);

    public Outcome<long> Thaw() => OnRoot(ThawRequest);

    // The root of a test is a directory of its mount.
    public Outcome<long> Remount(bool isReadOnly) =>
        On(Raw(System.IO.Path.GetDirectoryName(AbsolutePrefix)!), [0], (target, none) =>
            Libc.mount(none, target, null, MountRemount | (isReadOnly ? MountReadOnly : 0U), null));

    private static int OpenRoot()
    {
        fixed (byte* dot = Text("/"))
        {
            return Libc.openat(AtFdCwd, dot, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        }
    }

    private Outcome<long> OnRoot(nuint request)
    {
        int root = OpenRoot();
        using (Enter())
        {
            Outcome<long> answer = Answer(Libc.ioctl(root, request, null));
            _ = Libc.close(root);
            return answer;
        }
    }

    private Outcome<long> SetTimesAt(FsPath path, SetTime access, SetTime modify, int flags)
    {
        SetTime* times = stackalloc SetTime[] { access, modify };
        SetTime* both = times;
        return On(path, text => Libc.utimensat(AtFdCwd, text, both, flags));
    }

    private Outcome<StatData> StatAt(int directory, byte[] path, int flags)
    {
        byte[] answer = new byte[256];
        Outcome<long> asked = On(path, answer, (text, bytes) => Libc.statx(directory, text, flags, StatxAll, bytes));
        if (asked.Errno != OK)
        {
            return asked.Errno;
        }

        bool hasBirth = (U32(answer, 0) & StatxBirth) != 0;
        return new StatData(
            U64(answer, 32),
            BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(28)),
            U32(answer, 16),
            U32(answer, 20),
            U32(answer, 24),
            U32(answer, 128),
            U32(answer, 132),
            (long)U64(answer, 40),
            U64(answer, 48),
            U32(answer, 4),
            Time(answer, 64),
            Time(answer, 112),
            Time(answer, 96),
            hasBirth ? Time(answer, 80) : null,
            U64(answer, 8));
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private static UnixTime Time(byte[] bytes, int at) => new(unchecked((long)U64(bytes, at)), U32(bytes, at + 8));

    private Outcome<long> On(FsPath path, PathCall call)
    {
        fixed (byte* text = Text(path))
        {
            using Scope scope = Enter();
            return Answer(call(text));
        }
    }

    private Outcome<long> On(byte[] first, byte[] second, PairCall call)
    {
        fixed (byte* one = first, other = second)
        {
            using Scope scope = Enter();
            return Answer(call(one, other));
        }
    }
}
