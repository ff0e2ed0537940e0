// A volume as one caller sees it: the calls, one file each. Every call resolves its path with the caller's credentials.

using System;
using Faultline.Base;
using Faultline.Vfs.Dentries;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

/// <summary>A mounted volume, on somebody's behalf. Safe for any number of threads.</summary>
/// <param name="superBlock">The volume.</param>
/// <param name="credentials">On whose behalf.</param>
public sealed partial class Mount(SuperBlock superBlock, Credentials credentials)
{
    /// <summary>The volume.</summary>
    public SuperBlock SuperBlock { get; } = superBlock;

    /// <summary>On whose behalf calls are made.</summary>
    public Credentials Credentials { get; } = credentials;

    /// <summary>The root directory's name.</summary>
    public Dentry Root => SuperBlock.Dentries.Root;

    /// <summary>Resolves a path from the root.</summary>
    /// <param name="path">Path bytes; a leading slash is optional.</param>
    /// <param name="finalLink">What to do with a link at the end.</param>
    /// <returns>Name and inode; dispose it.</returns>
    /// <errors>As <see cref="PathWalk.Resolve"/>.</errors>
    /// <locks>As <see cref="PathWalk.Resolve"/>.</locks>
    public Result<PathReference> Resolve(ReadOnlySpan<byte> path, FinalLink finalLink = FinalLink.Follow) =>
        PathWalk.Resolve(SuperBlock, Root, path, finalLink, Credentials);
}
