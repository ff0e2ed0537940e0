// What a driver is told about an inode that it is to make.

using System;
using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>An inode to be made. Owner, mode and ACLs are final: umask, inheritance and rules for set-id bits
/// have been applied.</summary>
public readonly ref struct NewInode
{
    /// <summary>Type and permissions.</summary>
    public required uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public required uint Uid { get; init; }

    /// <summary>Group.</summary>
    public required uint Gid { get; init; }

    /// <summary>All its times.</summary>
    public required UnixTime Time { get; init; }

    /// <summary>Major number of a device node.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>Minor number of a device node.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>Target of a symbolic link, 1 to 4095 bytes.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>Inherited <c>system.posix_acl_access</c>, or empty.</summary>
    public ReadOnlySpan<byte> AccessAcl { get; init; }

    /// <summary>Inherited <c>system.posix_acl_default</c> of a directory, or empty.</summary>
    public ReadOnlySpan<byte> DefaultAcl { get; init; }
}
