// The nodes of a tree in the order in which they get inode numbers: the names of a directory one after the other, in
// the order of their bytes, then what is below them. The order depends on the tree alone, so that the volume does.

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Building;

/// <summary>The nodes of a tree in order.</summary>
internal sealed class NumberedTree
{
    /// <summary>Place of the root in the order.</summary>
    internal const int RootIndex = 0;

    /// <summary>Place of lost+found in the order.</summary>
    internal const int LostFoundIndex = 1;

    /// <summary>Places that have numbers of their own.</summary>
    internal const int FixedCount = 2;

    private const uint LostFoundNumber = 11;
    private const uint LostFoundMode = ModeBits.S_IFDIR | 0x1C0; // 0700
    private static readonly byte[] s_lostFound = "lost+found"u8.ToArray();
    private static long s_stamp;

    private readonly long _stamp = Interlocked.Increment(ref s_stamp);
    private readonly List<BuildNode> _nodes = [];
    private readonly List<(int Parent, ReadOnlyMemory<byte> Name)> _firstNames = [];

    private NumberedTree()
    {
    }

    /// <summary>The nodes; the root and lost+found come first.</summary>
    internal IReadOnlyList<BuildNode> Nodes => _nodes;

    /// <summary>Puts a tree in order and checks what does not depend on the volume. A lost+found that is missing is
    /// entered.</summary>
    /// <param name="root">The root directory.</param>
    /// <returns>The order.</returns>
    /// <errors>ENAMETOOLONG, ENOTDIR, EINVAL, ERANGE, EOPNOTSUPP: what cannot be stored, by its path.</errors>
    internal static Result<NumberedTree> Of(BuildNode root)
    {
        NumberedTree tree = new();
        if (!root.Children!.TryGet(s_lostFound, out BuildNode? lost))
        {
            lost = new BuildNode(LostFoundMode)
            {
                AccessTime = root.ModifyTime,
                ModifyTime = root.ModifyTime,
                ChangeTime = root.ChangeTime,
            };
            root.Children.Set(s_lostFound, lost);
        }

        tree.Add(root, 0, default);
        tree.Add(lost, RootIndex, s_lostFound);
        if (!lost.IsDirectory)
        {
            return ExtBuildReasons.LostFound;
        }

        Stack<BuildNode> directories = new([root]);
        while (directories.TryPop(out BuildNode? directory))
        {
            Result entered = tree.Enter(directory, directories);
            if (!entered.IsOk)
            {
                return entered.Error;
            }
        }

        return tree;
    }

    /// <summary>Gives numbers.</summary>
    /// <param name="first">The first number that is nobody's.</param>
    /// <returns>The number behind the last.</returns>
    internal uint SetNumbers(uint first)
    {
        _nodes[RootIndex].Number = SpecialInodes.Root;
        _nodes[LostFoundIndex].Number = LostFoundNumber;
        for (int index = FixedCount; index < _nodes.Count; index++)
        {
            _nodes[index].Number = first + (uint)(index - FixedCount);
        }

        return first + (uint)(_nodes.Count - FixedCount);
    }

    /// <summary>The directory that a node's first name is in.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The directory; of the root, itself.</returns>
    internal BuildNode ParentOf(BuildNode node) => _nodes[_firstNames[node.Index].Parent];

    /// <summary>The first path of a node, for messages.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The path.</returns>
    internal string PathOf(BuildNode node)
    {
        List<string> names = [];
        for (int index = node.Index; index != RootIndex; index = _firstNames[index].Parent)
        {
            names.Add(Encoding.UTF8.GetString(_firstNames[index].Name.Span));
        }

        names.Reverse();
        return "/" + string.Join('/', names);
    }

    private void Add(BuildNode node, int parent, ReadOnlyMemory<byte> name)
    {
        node.Index = _nodes.Count;
        node.Stamp = _stamp;
        node.LinkCount = node.IsDirectory ? 2U : 0;
        _nodes.Add(node);
        _firstNames.Add((parent, name));
    }

    private Result Enter(BuildNode directory, Stack<BuildNode> directories)
    {
        (ReadOnlyMemory<byte> Name, BuildNode Node)[] names = directory.Children!.SortedArray();
        for (int index = 0; index < names.Length; index++)
        {
            (ReadOnlyMemory<byte> name, BuildNode node) = names[index];
            if (!IsName(name.Span))
            {
                return ExtBuildReasons.NameLength.With($"{PathOf(directory)}: {Encoding.UTF8.GetString(name.Span)}");
            }

            bool isKnown = node.Stamp == _stamp;
            bool isLostFound = node.Index == LostFoundIndex && directory.Index == RootIndex
                && name.Span.SequenceEqual(s_lostFound);
            if (isKnown && node.IsDirectory && !isLostFound)
            {
                return ExtBuildReasons.DirectoryTwice.With(PathOf(node));
            }

            if (!isKnown)
            {
                Add(node, directory.Index, name);
                Result sound = NodeCheck.Check(this, node);
                if (!sound.IsOk)
                {
                    return sound;
                }
            }

            if (node.IsDirectory)
            {
                directory.LinkCount++;
                continue;
            }

            node.LinkCount++;
        }

        // The first one is popped first.
        for (int index = names.Length - 1; index >= 0; index--)
        {
            if (names[index].Node.IsDirectory)
            {
                directories.Push(names[index].Node);
            }
        }

        return Result.Ok;
    }

    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= DirEntryDisk.NameLengthMax
        && !name.SequenceEqual("."u8)
        && !name.SequenceEqual(".."u8)
        && name.IndexOfAny((byte)'/', (byte)0) < 0;
}
