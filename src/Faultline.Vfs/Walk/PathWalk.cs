// From a path to an inode.
//
// Names are bytes. A walk holds a reference on one inode at a time and takes a directory's lock only when the name is
// not cached. ".." goes to the parent by name, never by what the directory says, so that a hostile image cannot send
// a walk in circles. No allocation unless a symbolic link is met or a name is new.
//
// Limits: 255 bytes a name (or the format's), 4095 a path, 40 symbolic links.
// Locks: inode lock of a directory (rank 220), shared, one at a time.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Dentries;
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
    /// <param name="start">Where a relative path starts; a path that begins with a slash starts at the root.</param>
    /// <param name="path">Path bytes.</param>
    /// <param name="finalLink">What to do with a link at the end. A trailing slash always follows it.</param>
    /// <param name="credentials">Whose search permission counts.</param>
    /// <returns>Name and inode; dispose it.</returns>
    /// <errors>ENOENT empty path or no such name; ENOTDIR; EACCES; ELOOP; ENAMETOOLONG; ENOKEY an
    /// encrypted link; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing at rank 220 or deeper. Takes: inode lock of directories, shared; inode lifetime.</locks>
    public static Result<PathReference> Resolve(
        SuperBlock superBlock,
        Dentry start,
        ReadOnlySpan<byte> path,
        FinalLink finalLink,
        Credentials credentials)
    {
        if (path.IsEmpty)
        {
            return VfsReasons.EmptyPath;
        }

        if (path.Length > PathLengthMax)
        {
            return VfsReasons.PathTooLong;
        }

        if (superBlock.IsDisposed)
        {
            return VfsReasons.Unmounted;
        }

        Dentry from = path[0] == '/' ? superBlock.Dentries.Root : start;
        Result<Inode> first = superBlock.Inodes.Get(from.Inode);
        if (!first.TryGet(out Inode? inode, out FsError error))
        {
            return error;
        }

        PathReference at = new(from, inode);
        try
        {
            Result walked = WalkComponents(ref at, path, finalLink, credentials);
            if (walked.IsOk)
            {
                PathReference found = at;
                at = default;
                return found;
            }

            return walked.Error;
        }
        finally
        {
            at.Dispose();
        }
    }

    private static Result WalkComponents(
        ref PathReference at, ReadOnlySpan<byte> path, FinalLink finalLink, Credentials credentials)
    {
        int links = 0;
        while (!path.IsEmpty)
        {
            ReadOnlySpan<byte> rest = SplitFirst(path, out ReadOnlySpan<byte> name);
            bool isFinal = rest.TrimStart((byte)'/').IsEmpty;
            bool mustBeDirectory = !rest.IsEmpty;
            Result stepped = name.IsEmpty ? Result.Ok : Step(ref at, name, credentials);
            if (!stepped.IsOk)
            {
                return stepped;
            }

            bool follows = at.Inode.IsSymbolicLink
                && (!isFinal || mustBeDirectory || finalLink == FinalLink.Follow);
            if (follows)
            {
                links++;
                if (links > LinksMax)
                {
                    return VfsReasons.TooManyLinks.At(at.Inode.Number);
                }

                Result<byte[]> joined = FollowLink(ref at, rest);
                if (!joined.TryGet(out byte[]? next, out FsError error))
                {
                    return error;
                }

                path = next;
                continue;
            }

            if (mustBeDirectory && !at.Inode.IsDirectory)
            {
                return VfsReasons.NotDirectory.At(at.Inode.Number);
            }

            path = rest;
        }

        return Result.Ok;
    }

    // The path that is left once the link's target stands in its place, and where it starts.
    private static Result<byte[]> FollowLink(ref PathReference at, ReadOnlySpan<byte> rest)
    {
        Result<ReadOnlyMemory<byte>> read = at.Inode.ReadLink();
        if (!read.TryGet(out ReadOnlyMemory<byte> target, out FsError error))
        {
            return error;
        }

        bool isAbsolute = target.Length > 0 && target.Span[0] == '/';
        SuperBlock superBlock = at.Inode.SuperBlock;
        Dentry from = isAbsolute ? superBlock.Dentries.Root : at.Dentry.Parent ?? superBlock.Dentries.Root;
        Result moved = MoveTo(ref at, from);
        if (!moved.IsOk)
        {
            return moved.Error;
        }

        byte[] joined = new byte[target.Length + rest.Length];
        target.Span.CopyTo(joined);
        rest.CopyTo(joined.AsSpan(target.Length));
        return joined;
    }

    private static Result Step(ref PathReference at, ReadOnlySpan<byte> name, Credentials credentials)
    {
        if (!at.Inode.IsDirectory)
        {
            return VfsReasons.StepNotDirectory.At(at.Inode.Number);
        }

        Result allowed = Permission.Check(at.Inode, AccessMask.Execute, credentials);
        if (!allowed.IsOk)
        {
            return allowed;
        }

        if (name.SequenceEqual("."u8))
        {
            return Result.Ok;
        }

        if (name.SequenceEqual(".."u8))
        {
            return at.Dentry.Parent is Dentry parent ? MoveTo(ref at, parent) : Result.Ok;
        }

        SuperBlock superBlock = at.Inode.SuperBlock;
        if (name.Length > superBlock.NameLengthMax)
        {
            return VfsReasons.NameTooLong;
        }

        Dentry? child = superBlock.Dentries.Find(at.Dentry, name);
        if (child is null)
        {
            Result<Dentry> looked = LookUp(at, name);
            if (!looked.TryGet(out child, out FsError error))
            {
                return error;
            }
        }

        return child.IsNegative ? VfsReasons.NoSuchName : MoveTo(ref at, child);
    }

    private static Result<Dentry> LookUp(in PathReference at, ReadOnlySpan<byte> name)
    {
        DentryCache dentries = at.Inode.SuperBlock.Dentries;
        using SharedGuard guard = at.Inode.Lock.AcquireShared();
        Result<InodeNumber> found = at.Inode.LookupName(name);
        if (found.TryGet(out InodeNumber number, out FsError error))
        {
            return dentries.Add(at.Dentry, name, number);
        }

        return error.Errno == Abi.Errno.ENOENT ? dentries.Add(at.Dentry, name, InodeNumber.None) : error;
    }

    private static Result MoveTo(ref PathReference at, Dentry dentry)
    {
        Result<Inode> read = at.Inode.SuperBlock.Inodes.Get(dentry.Inode);
        if (!read.TryGet(out Inode? inode, out FsError error))
        {
            return error;
        }

        at.Dispose();
        at = new PathReference(dentry, inode);
        return Result.Ok;
    }

    // Leading slashes give an empty name; the rest keeps the slash that ended the name.
    private static ReadOnlySpan<byte> SplitFirst(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> trimmed = path.TrimStart((byte)'/');
        int slash = trimmed.IndexOf((byte)'/');
        name = slash < 0 ? trimmed : trimmed.Slice(0, slash);
        return slash < 0 ? [] : trimmed.Slice(slash);
    }
}
