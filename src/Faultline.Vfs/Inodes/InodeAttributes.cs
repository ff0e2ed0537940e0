// The attributes that stat(2) shows, read from disk once and replaced as a whole.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>The attributes of an inode, an immutable snapshot.</summary>
public sealed record InodeAttributes
{
    /// <summary>File type and permission bits (<see cref="ModeBits"/>).</summary>
    public required uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public required uint Uid { get; init; }

    /// <summary>Group.</summary>
    public required uint Gid { get; init; }

    /// <summary>Number of hard links.</summary>
    public required uint LinkCount { get; init; }

    /// <summary>Size in bytes when the inode was read.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Space used, in units of 512 bytes.</summary>
    public required ulong Sectors { get; init; }

    /// <summary>Last access.</summary>
    public required UnixTime AccessTime { get; init; }

    /// <summary>Last change of the contents.</summary>
    public required UnixTime ModifyTime { get; init; }

    /// <summary>Last change of the inode.</summary>
    public required UnixTime ChangeTime { get; init; }

    /// <summary>Creation, or null where the format does not record it.</summary>
    public UnixTime? BirthTime { get; init; }

    /// <summary>Major number of a device node.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>Minor number of a device node.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>Generation, for file handles.</summary>
    public uint Generation { get; init; }

    /// <summary>Project id, or 0.</summary>
    public uint ProjectId { get; init; }

    /// <summary>Flags that every file system shares.</summary>
    public InodeFlags Flags { get; init; }

    /// <summary>The format's own flag word (what lsattr(1) shows), or 0.</summary>
    public uint FormatFlags { get; init; }

    /// <summary>The type bits of <see cref="Mode"/>.</summary>
    public uint Type => Mode & ModeBits.S_IFMT;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == ModeBits.S_IFDIR;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == ModeBits.S_IFREG;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == ModeBits.S_IFLNK;
}
