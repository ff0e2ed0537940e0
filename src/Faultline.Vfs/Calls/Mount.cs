// A volume as one caller sees it: the calls, one file each. Every call resolves its path with the caller's
// credentials.

using System;
using Faultline.Base;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

/// <summary>A mounted volume, on somebody's behalf. Safe for any number of threads.</summary>
/// <param name="superBlock">The volume.</param>
/// <param name="credentials">On whose behalf.</param>
public sealed partial class Mount(SuperBlock superBlock, Credentials credentials)
{
    private const uint DefaultUmask = 0x12; // 022

    private readonly OpenFile? _start; // a directory, or null for the root

    private Mount(Mount other, OpenFile start)
        : this(other.SuperBlock, other.Credentials)
    {
        Umask = other.Umask;
        LockOwner = other.LockOwner;
        _start = start;
    }

    /// <summary>The volume.</summary>
    public SuperBlock SuperBlock { get; } = superBlock;

    /// <summary>On whose behalf calls are made.</summary>
    public Credentials Credentials { get; } = credentials;

    /// <summary>Permission bits that new files do not get (umask(2)).</summary>
    public uint Umask { get; init; } = DefaultUmask;

    /// <summary>Who owns the fcntl locks of the files that are opened here: what a process is on Linux.</summary>
    public LockOwner LockOwner { get; init; } = new("mount");

    private Inode? Start => _start?.Inode;

    /// <summary>The same volume with relative paths from a directory, as openat(2) and its kin have them.</summary>
    /// <param name="directory">An open directory; stays the caller's, who keeps it open.</param>
    /// <returns>The view.</returns>
    public Mount At(OpenFile directory) => new(this, directory);

    /// <summary>Resolves a path.</summary>
    /// <param name="path">Path bytes; without a leading slash it starts at the directory of <see cref="At"/>, or at
    /// the root.</param>
    /// <param name="finalLink">What to do with a link at the end.</param>
    /// <returns>The inode; dispose it.</returns>
    /// <errors>As <see cref="PathWalk.Resolve"/>.</errors>
    /// <locks>As <see cref="PathWalk.Resolve"/>.</locks>
    public Result<PathReference> Resolve(ReadOnlySpan<byte> path, FinalLink finalLink = FinalLink.Follow) =>
        PathWalk.Resolve(SuperBlock, Start, path, finalLink, Credentials);

    private Result ResolveParent(ReadOnlySpan<byte> path, out ParentReference parent) =>
        PathWalk.ResolveParent(SuperBlock, Start, path, Credentials, out parent);
}
