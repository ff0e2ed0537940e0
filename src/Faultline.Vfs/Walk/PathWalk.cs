// From a path to an inode, or to a directory and a name.
//
// Names are bytes. A walk holds a reference on one or two inodes at a time and takes a directory's lock only when
// the name is not cached. ".." goes to where the directory was found, never to what it says itself, so that a
// hostile image cannot send a walk in circles. No allocation unless a symbolic link is met or a name is new.
//
// Limits: 255 bytes a name (or the format's), 4095 a path, 40 symbolic links.
// Locks: inode lock of a directory (rank 220), shared, one at a time.

using System;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Walk;

/// <summary>Path resolution.</summary>
/// <source>path_resolution(7)</source>
public static class PathWalk
{
    /// <summary>Most symbolic links followed in one walk.</summary>
    public const int LinksMax = 40;

    /// <summary>Longest path in bytes.</summary>
    public const int PathLengthMax = 4095;

    /// <summary>Walks a path.</summary>
    /// <param name="superBlock">The volume.</param>
    /// <param name="start">Where a relative path starts, the root when null; a path that begins with a slash starts
    /// at the root.</param>
    /// <param name="path">Path bytes.</param>
    /// <param name="finalLink">What to do with a link at the end. A trailing slash always follows it.</param>
    /// <param name="credentials">Whose search permission counts.</param>
    /// <returns>The inode; dispose it.</returns>
    /// <errors>ENOENT empty path or no such name; ENOTDIR; EACCES; ELOOP; ENAMETOOLONG; ENOKEY an
    /// encrypted link; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: no freeze level, nothing at rank 220 or deeper. Takes: inode lock of directories, shared; inode
    /// lifetime.</locks>
    public static Result<PathReference> Resolve(
        SuperBlock superBlock,
        Inode? start,
        ReadOnlySpan<byte> path,
        FinalLink finalLink,
        Credentials credentials)
    {
        using PathWalker walker = new(superBlock, credentials);
        Result walked = walker.ToParent(start, path);
        if (!walked.IsOk)
        {
            return walked.Error;
        }

        walked = walker.ToLast(finalLink);
        return walked.IsOk ? walker.TakeInode() : walked.Error;
    }

    /// <summary>Walks a path up to its last name.</summary>
    /// <param name="superBlock">The volume.</param>
    /// <param name="start">As in <see cref="Resolve"/>.</param>
    /// <param name="path">Path bytes.</param>
    /// <param name="credentials">Whose search permission counts.</param>
    /// <param name="parent">Directory and name; dispose it.</param>
    /// <returns>Success; whether the name exists was not asked.</returns>
    /// <errors>As <see cref="Resolve"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    internal static Result ResolveParent(
        SuperBlock superBlock,
        Inode? start,
        ReadOnlySpan<byte> path,
        Credentials credentials,
        out ParentReference parent)
    {
        using PathWalker walker = new(superBlock, credentials);
        Result walked = walker.ToParent(start, path);
        parent = walked.IsOk ? walker.TakeParent() : default;
        return walked;
    }
}
