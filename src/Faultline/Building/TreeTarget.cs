// The tree that sources add to. What comes later takes the place of what was there; a directory that comes again
// keeps what is in it and gets the new attributes.
//
// Invariants: nothing is outside the root: paths are walked name by name, ".." is refused, and a name below something
// that is no directory is refused, symbolic links included: they are never followed.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;

namespace Faultline.Building;

/// <summary>The tree that sources add to.</summary>
/// <param name="options">How the image is built.</param>
/// <param name="now">The time of what is made now.</param>
internal sealed class TreeTarget(BuildOptions options, UnixTime now)
{
    private const uint ImpliedMode = ModeBits.S_IFDIR | 0x1ED; // 0755

    /// <summary>The root directory.</summary>
    internal BuildNode Root { get; } = Implied(now);

    /// <summary>How the image is built.</summary>
    internal BuildOptions Options => options;

    /// <summary>The time of what is made now.</summary>
    internal UnixTime Now => now;

    /// <summary>What went otherwise than one might expect.</summary>
    internal List<string> Notes { get; } = [];

    /// <summary>Applies the wishes for everything that sources bring.</summary>
    /// <param name="node">The node, just made.</param>
    internal void Adjust(BuildNode node)
    {
        node.Uid = options.Uid ?? node.Uid;
        node.Gid = options.Gid ?? node.Gid;
        if (options.ChangeMode is not null && !node.IsSymbolicLink)
        {
            uint bits = options.ChangeMode(node.Mode & ModeBits.PermissionMask, node.IsDirectory);
            node.Mode = node.Type | (bits & ModeBits.PermissionMask);
            AclModes.FollowMode(node);
        }
    }

    /// <summary>Enters a node under a path; directories on the way that are missing are made.</summary>
    /// <param name="path">The path; "." and empty names do not count.</param>
    /// <param name="node">The node.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL ".." in the path; ENOTDIR something on the way is no directory.</errors>
    internal Result Enter(UnixPath path, BuildNode node)
    {
        Result<List<ReadOnlyMemory<byte>>> split = Split(path);
        if (!split.TryGet(out List<ReadOnlyMemory<byte>>? names, out FsError error))
        {
            return error;
        }

        if (names.Count == 0)
        {
            if (!node.IsDirectory)
            {
                return FaultlineReasons.BuildRoot.With(path.ToString());
            }

            Root.TakeAttributes(node);
            return Result.Ok;
        }

        BuildNode directory = Root;
        for (int index = 0; index < names.Count - 1; index++)
        {
            if (!directory.Children!.TryGet(names[index], out BuildNode? next))
            {
                next = Implied(now);
                Adjust(next);
                directory.Children.Set(names[index], next);
            }

            if (!next.IsDirectory)
            {
                return FaultlineReasons.BuildNoDirectory.With(path.ToString());
            }

            directory = next;
        }

        _ = EnterName(directory, names[^1], node);
        return Result.Ok;
    }

    /// <summary>Enters a node in a directory. A directory that is there stays, with the new attributes.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="node">The node.</param>
    /// <returns>The node that has the name now.</returns>
    internal static BuildNode EnterName(BuildNode directory, ReadOnlyMemory<byte> name, BuildNode node)
    {
        if (node.IsDirectory && directory.Children!.TryGet(name, out BuildNode? old) && old.IsDirectory)
        {
            old.TakeAttributes(node);
            return old;
        }

        directory.Children!.Set(name, node);
        return node;
    }

    /// <summary>Finds what a path names; links are not followed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="node">The node, or null when there is none.</param>
    /// <returns>Success, also when there is none.</returns>
    /// <errors>EINVAL ".." in the path.</errors>
    internal Result Find(UnixPath path, out BuildNode? node)
    {
        node = null;
        Result<List<ReadOnlyMemory<byte>>> split = Split(path);
        if (!split.TryGet(out List<ReadOnlyMemory<byte>>? names, out FsError error))
        {
            return error;
        }

        node = Root;
        foreach (ReadOnlyMemory<byte> name in names)
        {
            BuildNode? next = null;
            bool isFound = node.IsDirectory && node.Children!.TryGet(name, out next);
            node = isFound ? next! : null;
            if (node is null)
            {
                break;
            }
        }

        return Result.Ok;
    }

    /// <summary>The names of a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The names, without "." and empty ones.</returns>
    /// <errors>EINVAL ".." is one.</errors>
    internal static Result<List<ReadOnlyMemory<byte>>> Split(UnixPath path)
    {
        List<ReadOnlyMemory<byte>> names = [];
        foreach (Range part in path.Span.Split((byte)'/'))
        {
            ReadOnlyMemory<byte> name = path.Bytes[part];
            if (name.Span.SequenceEqual(".."u8))
            {
                return FaultlineReasons.BuildDotDot.With(path.ToString());
            }

            if (!name.IsEmpty && !name.Span.SequenceEqual("."u8))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static BuildNode Implied(UnixTime time) => new(ImpliedMode)
    {
        AccessTime = time,
        ModifyTime = time,
        ChangeTime = time,
    };
}
