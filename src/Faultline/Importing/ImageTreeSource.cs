// Reads a tree of a mounted volume into nodes: names, attributes, holes, extended attributes. Contents are read later.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Building;
using Faultline.Ext.Building;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Importing;

/// <summary>Reads a tree of a mounted volume.</summary>
/// <param name="mount">The volume.</param>
/// <param name="options">How it is copied.</param>
/// <param name="problems">Takes what cannot be read.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class ImageTreeSource(
    Mount mount, ImportOptions options, List<TreeProblem> problems, CancellationToken cancellation)
{
    private const int DirectoriesMax = 1_000_000;
    private const ulong SectorBytes = 512;

    private readonly Dictionary<InodeNumber, BuildNode> _linked = [];
    private readonly Stack<Level> _directories = new();
    private readonly HashSet<InodeNumber> _entered = [];
    private int _directoryCount;

    /// <summary>Reads what a path names, and what is below it.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The node.</returns>
    /// <errors>FsException: those of stat(2).</errors>
    internal BuildNode Read(UnixPath path)
    {
        FinalLink final = options.Links == LinkFollowing.Never ? FinalLink.Keep : FinalLink.Follow;
        InodeStat start = mount.Stat(path.Span, final).OrThrow();
        BuildNode root = NodeOf(start);
        Descend(path, start, root, null);
        while (_directories.TryPop(out Level? level))
        {
            cancellation.ThrowIfCancellationRequested();
            ReadDirectory(level);
        }

        return root;
    }

    private void Descend(UnixPath path, InodeStat stat, BuildNode node, Level? above)
    {
        if (!node.IsDirectory || !options.Recursive)
        {
            return;
        }

        // Without links every directory has one name; with them a small volume can have endless many.
        _directoryCount++;
        bool isEndless = options.Links == LinkFollowing.Always
            ? _directoryCount > DirectoriesMax
            : !_entered.Add(stat.Number);
        if (isEndless)
        {
            throw new FsException(FaultlineReasons.ImportEndless.At(stat.Number));
        }

        _directories.Push(new Level(path, stat.Number, node, above));
    }

    private void ReadDirectory(Level level)
    {
        List<DirectoryItem> items = [];
        Try(level.Path, () =>
        {
            using OpenFile directory = mount.OpenInode(level.Number, OpenFlags.O_DIRECTORY).OrThrow();
            DirectoryBatch batch = new();
            do
            {
                batch.Begin();
                directory.ReadDirectory(batch.Cookie, batch).ThrowIfError();
                items.AddRange(batch.Items);
            }
            while (!batch.IsAtEnd);
        });
        foreach (DirectoryItem item in items)
        {
            UnixPath path = level.Path.Append(item.Name.Span);
            Try(path, () => ReadItem(level, item, path));
        }
    }

    private void ReadItem(Level level, DirectoryItem item, UnixPath path)
    {
        InodeStat stat = options.Links == LinkFollowing.Always
            ? mount.Stat(path.Span).OrThrow()
            : StatOf(new InodeNumber(item.Inode));
        if (_linked.TryGetValue(stat.Number, out BuildNode? known))
        {
            level.Node.Children!.Set(item.Name.Bytes, known);
            return;
        }

        for (Level? above = level; stat.Attributes.IsDirectory && above is not null; above = above.Above)
        {
            if (above.Number == stat.Number)
            {
                throw new FsException(FaultlineReasons.ImportLoop.At(stat.Number));
            }
        }

        BuildNode node = NodeOf(stat);
        if (stat.Attributes.LinkCount > 1 && !node.IsDirectory && options.PreserveLinks)
        {
            _linked.Add(stat.Number, node);
        }

        level.Node.Children!.Set(item.Name.Bytes, node);
        Descend(path, stat, node, level);
    }

    private InodeStat StatOf(InodeNumber number)
    {
        using InodeReference reference = new(mount, number);
        return new InodeStat(number, reference.Inode.Attributes);
    }

    private void Try(UnixPath path, Action body)
    {
        try
        {
            body();
        }
        catch (FsException exception)
        {
            problems.Add(new TreeProblem(path, exception.Error));
        }
    }

    private BuildNode NodeOf(InodeStat stat)
    {
        InodeAttributes attributes = stat.Attributes;
        BuildNode node = new(attributes.Mode)
        {
            Uid = attributes.Uid,
            Gid = attributes.Gid,
            AccessTime = attributes.AccessTime,
            ModifyTime = attributes.ModifyTime,
            ChangeTime = attributes.ChangeTime,
            DeviceMajor = attributes.DeviceMajor,
            DeviceMinor = attributes.DeviceMinor,
        };
        using InodeReference reference = new(mount, stat.Number);
        if (node.IsSymbolicLink)
        {
            node.Target = reference.Inode.ReadLink().OrThrow();
        }

        if (node.IsRegular)
        {
            node.SizeBytes = attributes.SizeBytes;
            node.Content = node.SizeBytes == 0 ? null : new ImageContent(mount, stat.Number);
            bool mayHaveHoles = attributes.Sectors < (ulong)node.SizeBytes / SectorBytes;
            node.Ranges = mayHaveHoles ? FindRanges(stat.Number, node.SizeBytes) : null;
        }

        List<BuildXattr> xattrs = [];
        foreach (XattrItem item in XattrReader.Read(reference.Inode))
        {
            if (XattrRules.IsStored(item.Name.Span))
            {
                xattrs.Add(new BuildXattr(item.Name.Bytes, item.Value));
            }
        }

        node.Xattrs = xattrs;
        return node;
    }

    // Null when all is data.
    private List<BuildRange>? FindRanges(InodeNumber number, long sizeBytes)
    {
        using OpenFile file = mount.OpenInode(number, OpenFlags.O_RDONLY).OrThrow();
        List<BuildRange> ranges = [];
        long position = 0;
        while (position < sizeBytes)
        {
            Result<long> data = file.SeekData(position);
            if (!data.TryGet(out long start, out FsError error))
            {
                if (error.Errno != Errno.ENXIO)
                {
                    throw new FsException(error);
                }

                break;
            }

            position = long.Min(file.SeekHole(start).OrThrow(), sizeBytes);
            ranges.Add(new BuildRange(start, position - start));
        }

        return ranges.Count == 1 && ranges[0].Length == sizeBytes ? null : ranges;
    }

    private sealed record Level(UnixPath Path, InodeNumber Number, BuildNode Node, Level? Above);
}
