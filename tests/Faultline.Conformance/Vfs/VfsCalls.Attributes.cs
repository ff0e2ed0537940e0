// Attributes.

using System;
using System.Runtime.InteropServices;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Conformance.Vfs;

internal partial class VfsCalls
{
    private static readonly (uint Linux, InodeFlags Ours, ulong Statx)[] s_flags =
    [
        (FS_SYNC_FL, InodeFlags.Synchronous, 0),
        (FS_IMMUTABLE_FL, InodeFlags.Immutable, STATX_ATTR_IMMUTABLE),
        (FS_APPEND_FL, InodeFlags.Append, STATX_ATTR_APPEND),
        (FS_NODUMP_FL, InodeFlags.NoDump, STATX_ATTR_NODUMP),
        (FS_NOATIME_FL, InodeFlags.NoAtime, 0),
    ];

    public Outcome<StatData> Stat(FsPath path) => Shown(Value(() => Calls.Stat(path.Bytes)));

    public Outcome<StatData> LStat(FsPath path) => Shown(Value(() => Calls.Stat(path.Bytes, FinalLink.Keep)));

    public Outcome<StatData> FStat(Handle file) =>
        Shown(new InodeStat(File(file).Inode.Number, File(file).Inode.StatAttributes));

    public Outcome<long> ChMod(FsPath path, uint mode) => Done(() => Calls.Chmod(path.Bytes, mode & 0xFFF));

    public Outcome<long> FChMod(Handle file, uint mode) => Done(() => Calls.Chmod(File(file), mode & 0xFFF));

    public Outcome<long> ChOwn(FsPath path, uint uid, uint gid) =>
        Done(() => Calls.Chown(path.Bytes, Id(uid), Id(gid)));

    public Outcome<long> LChOwn(FsPath path, uint uid, uint gid) =>
        Done(() => Calls.Chown(path.Bytes, Id(uid), Id(gid), FinalLink.Keep));

    public Outcome<long> FChOwn(Handle file, uint uid, uint gid) =>
        Done(() => Calls.Chown(File(file), Id(uid), Id(gid)));

    public Outcome<long> SetTimes(FsPath path, SetTime access, SetTime modify) => IsTime(access) && IsTime(modify)
        ? Done(() => Calls.SetTimes(path.Bytes, Update(access), Update(modify)))
        : EINVAL;

    public Outcome<long> LSetTimes(FsPath path, SetTime access, SetTime modify) => IsTime(access) && IsTime(modify)
        ? Done(() => Calls.SetTimes(path.Bytes, Update(access), Update(modify), FinalLink.Keep))
        : EINVAL;

    public Outcome<long> FSetTimes(Handle file, SetTime access, SetTime modify) => IsTime(access) && IsTime(modify)
        ? Done(() => Calls.SetTimes(File(file), Update(access), Update(modify)))
        : EINVAL;

    public Outcome<long> Access(FsPath path, int mask) => (mask & ~7) != 0
        ? EINVAL
        : Done(() => Calls.Access(path.Bytes, (AccessMask)mask));

    public Outcome<StatFsData> StatFs(FsPath path)
    {
        Outcome<InodeStat> found = Value(() => Calls.Stat(path.Bytes));
        if (found.Errno != OK)
        {
            return found.Errno;
        }

        StatFs space = Calls.StatFs();
        return new StatFsData(
            space.BlockSizeBytes,
            space.Blocks,
            space.BlocksFree,
            space.BlocksAvailable,
            space.Files,
            space.FilesFree,
            space.NameLengthMax);
    }

    public Outcome<long> SetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0) =>
        SetXattr(path, name, value.ToArray(), flags, FinalLink.Follow);

    public Outcome<long> LSetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0) =>
        SetXattr(path, name, value.ToArray(), flags, FinalLink.Keep);

    public Outcome<long> FSetXattr(Handle file, FsPath name, ReadOnlySpan<byte> value, int flags = 0) =>
        FSetXattr(file, name, value.ToArray(), flags);

    private Outcome<long> FSetXattr(Handle file, FsPath name, byte[] value, int flags) =>
        Done(() => Calls.SetXattr(File(file), name.Bytes, value, (Abi.XattrFlags)flags));

    public Outcome<long> GetXattr(FsPath path, FsPath name, Span<byte> value) =>
        GetXattr(path, name, value, FinalLink.Follow);

    public Outcome<long> LGetXattr(FsPath path, FsPath name, Span<byte> value) =>
        GetXattr(path, name, value, FinalLink.Keep);

    public Outcome<long> ListXattr(FsPath path, Span<byte> names)
    {
        NameSink sink = new();
        Outcome<long> listed = Done(() => Calls.ListXattrs(path.Bytes, sink));
        if (listed.Errno != OK)
        {
            return listed.Errno;
        }

        if (!names.IsEmpty)
        {
            if (sink.Bytes.Count > names.Length)
            {
                return ERANGE;
            }

            CollectionsMarshal.AsSpan(sink.Bytes).CopyTo(names);
        }

        return sink.Bytes.Count;
    }

    public Outcome<long> RemoveXattr(FsPath path, FsPath name) =>
        Done(() => Calls.RemoveXattr(path.Bytes, name.Bytes));

    public Outcome<uint> GetFlags(Handle file)
    {
        InodeFlags flags = File(file).Inode.StatAttributes.Flags;
        uint shown = 0;
        foreach ((uint linux, InodeFlags ours, ulong _) in s_flags)
        {
            shown |= (flags & ours) != 0 ? linux : 0;
        }

        return shown;
    }

    public Outcome<long> SetFlags(Handle file, uint flags)
    {
        InodeFlags wanted = InodeFlags.None;
        foreach ((uint linux, InodeFlags ours, ulong _) in s_flags)
        {
            wanted |= (flags & linux) != 0 ? ours : 0;
        }

        FsPath path = ((VfsHandle)file).File.Path;
        return Done(() => Calls.SetFlags(path.Bytes, wanted));
    }

    private Outcome<long> SetXattr(FsPath path, FsPath name, byte[] value, int flags, FinalLink finalLink) =>
        Done(() => Calls.SetXattr(path.Bytes, name.Bytes, value, (Abi.XattrFlags)flags, finalLink));

    private Outcome<long> GetXattr(FsPath path, FsPath name, Span<byte> value, FinalLink finalLink)
    {
        byte[] buffer = new byte[value.Length];
        Outcome<int> length = Value(() => Calls.GetXattr(path.Bytes, name.Bytes, buffer, finalLink));
        buffer.CopyTo(value);
        return length.Errno != OK ? length.Errno : length.Value;
    }

    private Outcome<StatData> Shown(Outcome<InodeStat> outcome)
    {
        if (outcome.Errno != OK)
        {
            return outcome.Errno;
        }

        InodeAttributes a = outcome.Value.Attributes;
        ulong attributes = 0;
        foreach ((uint _, InodeFlags ours, ulong statx) in s_flags)
        {
            attributes |= (a.Flags & ours) != 0 ? statx : 0;
        }

        return new StatData(
            outcome.Value.Number.Value,
            a.Mode,
            a.LinkCount,
            a.Uid,
            a.Gid,
            a.DeviceMajor,
            a.DeviceMinor,
            a.SizeBytes,
            a.Sectors,
            (uint)volume.BlockSizeBytes,
            a.AccessTime,
            a.ModifyTime,
            a.ChangeTime,
            a.BirthTime,
            attributes);
    }

    private static uint? Id(uint id) => id == uint.MaxValue ? null : id;

    private static bool IsTime(SetTime time) =>
        time == SetTime.Now || time == SetTime.Omit || time.Nanoseconds is >= 0 and < 1_000_000_000;

    private static TimeUpdate Update(SetTime time) => time == SetTime.Now ? TimeUpdate.Now
        : time == SetTime.Omit ? TimeUpdate.Omit
        : TimeUpdate.Set(new UnixTime(time.Seconds, (uint)time.Nanoseconds));
}
