// What stat(2) and statx(2) answer.

using Faultline.Base;

namespace Faultline.Conformance;

/// <summary>Attributes of an inode.</summary>
public sealed record StatData(
    ulong Inode,
    uint Mode,
    uint Links,
    uint Uid,
    uint Gid,
    uint RdevMajor,
    uint RdevMinor,
    long Size,
    ulong Sectors,
    uint BlockSize,
    UnixTime Atime,
    UnixTime Mtime,
    UnixTime Ctime,
    UnixTime? Btime,
    ulong Attributes)
{
    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public uint Permissions => Mode & 0xFFF;

    /// <summary>The type, as in st_mode.</summary>
    public uint Type => Mode & S_IFMT;
}
