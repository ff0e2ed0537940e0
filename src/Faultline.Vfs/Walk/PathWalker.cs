// One walk along a path. Holds a reference on the directory it stands in, and counts the symbolic links it followed.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Walk;

/// <summary>One walk along a path.</summary>
internal ref struct PathWalker : IDisposable
{
    private readonly SuperBlock _superBlock;
    private readonly Credentials _credentials;
    private Inode? _at; // referenced
    private ReadOnlySpan<byte> _name;
    private bool _endsInSlash;
    private int _links;

    internal PathWalker(SuperBlock superBlock, Credentials credentials)
    {
        _superBlock = superBlock;
        _credentials = credentials;
    }

    /// <summary>The directory where the walk stands.</summary>
    internal readonly Inode Directory => _at!;

    /// <summary>The last name.</summary>
    internal readonly ReadOnlySpan<byte> Name => _name;

    /// <summary>Whether a slash follows it.</summary>
    internal readonly bool EndsInSlash => _endsInSlash;

    /// <summary>Whether it is a name, and neither nothing nor "." nor "..".</summary>
    internal readonly bool IsNormal => Kind == LastName.Normal;

    private readonly LastName Kind => _name.IsEmpty ? LastName.Root
        : _name.SequenceEqual("."u8) ? LastName.Dot
        : _name.SequenceEqual(".."u8) ? LastName.DotDot
        : LastName.Normal;

    /// <summary>Gives the reference back that the walk still has.</summary>
    public void Dispose()
    {
        Inode? at = _at;
        _at = null;
        at?.PutAndInactivate();
    }

    /// <summary>Walks to the directory of the last name.</summary>
    /// <param name="start">Where a relative path starts; the root when null.</param>
    /// <param name="path">Path bytes.</param>
    /// <returns>Success: the last name is to be looked up where the walk stands.</returns>
    internal Result ToParent(Inode? start, ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
        {
            return VfsReasons.EmptyPath;
        }

        if (path.Length > PathWalk.PathLengthMax)
        {
            return VfsReasons.PathTooLong;
        }

        if (_superBlock.IsDisposed)
        {
            return VfsReasons.Unmounted;
        }

        Result started = path[0] == '/' || start is null ? StandAtRoot() : StandAt(start);
        return started.IsOk ? WalkOn(path) : started;
    }

    /// <summary>Goes to what the last name means.</summary>
    /// <param name="finalLink">What to do with a link there.</param>
    /// <returns>Success: <see cref="TakeInode"/> has it.</returns>
    internal Result ToLast(FinalLink finalLink)
    {
        while (true)
        {
            Result<Inode> found = LookUpLast();
            if (!found.TryGet(out Inode? inode, out FsError error))
            {
                return error;
            }

            bool follows = inode.IsSymbolicLink && (_endsInSlash || finalLink == FinalLink.Follow);
            if (!follows)
            {
                return Arrive(inode);
            }

            Result followed = FollowLast(inode);
            if (!followed.IsOk)
            {
                return followed;
            }
        }
    }

    /// <summary>Looks the last name up.</summary>
    /// <returns>The inode with a reference; the walk still stands in the directory.</returns>
    internal readonly Result<Inode> LookUpLast() => _name.IsEmpty ? Same(_at!) : Step(_at!, _name);

    /// <summary>The last name is a link: walks to the directory of what it means.</summary>
    /// <param name="link">The link, found in the directory where the walk stands; its reference is consumed.</param>
    /// <returns>Success: there is a new last name.</returns>
    internal Result FollowLast(Inode link)
    {
        ReadOnlySpan<byte> rest = _endsInSlash ? "/"u8 : [];
        Result<byte[]> joined = Follow(link, rest);
        return joined.TryGet(out byte[]? path, out FsError error) ? WalkOn(path) : error;
    }

    /// <summary>Ends the walk at a directory and a name.</summary>
    /// <returns>Both; dispose it.</returns>
    internal ParentReference TakeParent()
    {
        Inode directory = _at!;
        _at = null;
        return new ParentReference(directory, _name, Kind, _endsInSlash);
    }

    /// <summary>Ends the walk at an inode.</summary>
    /// <returns>The inode; dispose it.</returns>
    internal PathReference TakeInode()
    {
        PathReference taken = new(_at!);
        _at = null;
        return taken;
    }

    // The rest keeps the slash that ended the name.
    private static ReadOnlySpan<byte> SplitFirst(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> trimmed = path.TrimStart((byte)'/');
        int slash = trimmed.IndexOf((byte)'/');
        name = slash < 0 ? trimmed : trimmed.Slice(0, slash);
        return slash < 0 ? [] : trimmed.Slice(slash);
    }

    private static Result<Inode> Same(Inode inode)
    {
        Check.That(inode.TryGet());
        return inode;
    }

    // The parent may change while we look: what we get was the parent at one moment.
    private static Result<Inode> Parent(Inode directory)
    {
        while (true)
        {
            DirectoryPlace? place = directory.Place;
            if (place is null)
            {
                return Same(directory);
            }

            Scheduler.SyncPoint("parent.seen");
            if (place.Parent.TryGet())
            {
                return place.Parent;
            }

            if (directory.SuperBlock.IsDisposed)
            {
                return VfsWriteReasons.UnmountedParent;
            }
        }
    }

    private Result StandAtRoot()
    {
        Result<Inode> root = _superBlock.Inodes.Get(_superBlock.RootNumber);
        if (!root.TryGet(out Inode? inode, out FsError error))
        {
            return error;
        }

        MoveTo(inode);
        return Result.Ok;
    }

    private Result StandAt(Inode start)
    {
        if (!start.TryGet())
        {
            return VfsWriteReasons.StartGone.At(start.Number);
        }

        MoveTo(start);
        return Result.Ok;
    }

    private Result WalkOn(ReadOnlySpan<byte> path)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = SplitFirst(path, out ReadOnlySpan<byte> name);
            Result searched = name.IsEmpty ? Result.Ok : MaySearch(_at!);
            if (!searched.IsOk)
            {
                return searched;
            }

            if (rest.TrimStart((byte)'/').IsEmpty)
            {
                _name = name;
                _endsInSlash = !rest.IsEmpty;
                return Result.Ok;
            }

            Result<Inode> found = Step(_at!, name);
            if (!found.TryGet(out Inode? inode, out FsError error))
            {
                return error;
            }

            if (!inode.IsSymbolicLink)
            {
                MoveTo(inode);
                path = rest;
                continue;
            }

            Result<byte[]> joined = Follow(inode, rest);
            if (!joined.TryGet(out byte[]? next, out error))
            {
                return error;
            }

            path = next;
        }
    }

    private readonly Result<Inode> Step(Inode directory, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("."u8))
        {
            return Same(directory);
        }

        return name.SequenceEqual(".."u8)
            ? Parent(directory)
            : _superBlock.Dentries.LookUp(directory, name);
    }

    private readonly Result MaySearch(Inode directory) => directory.IsDirectory
        ? Permission.Check(directory, AccessMask.Execute, _credentials)
        : VfsReasons.StepNotDirectory.At(directory.Number);

    // The path that is left once the link's target stands in its place; a relative one goes on from where we are.
    private Result<byte[]> Follow(Inode link, ReadOnlySpan<byte> rest)
    {
        try
        {
            _links++;
            if (_links > PathWalk.LinksMax)
            {
                return VfsReasons.TooManyLinks.At(link.Number);
            }

            Result<ReadOnlyMemory<byte>> read = link.ReadLink();
            if (!read.TryGet(out ReadOnlyMemory<byte> target, out FsError error))
            {
                return error;
            }

            _ = link.TouchAccessed();
            bool isAbsolute = target.Length > 0 && target.Span[0] == '/';
            Result started = isAbsolute ? StandAtRoot() : Result.Ok;
            if (!started.IsOk)
            {
                return started.Error;
            }

            byte[] joined = new byte[target.Length + rest.Length];
            target.Span.CopyTo(joined);
            rest.CopyTo(joined.AsSpan(target.Length));
            return joined;
        }
        finally
        {
            link.PutAndInactivate();
        }
    }

    private Result Arrive(Inode inode)
    {
        MoveTo(inode);
        return _endsInSlash && !inode.IsDirectory
            ? VfsReasons.NotDirectory.At(inode.Number)
            : Result.Ok;
    }

    private void MoveTo(Inode inode)
    {
        Inode? left = _at;
        _at = inode;
        left?.PutAndInactivate();
    }
}
