// Gives every node of a tree its place in a volume that is being made, and writes its inode: directories first, then
// blocks of attributes and their values, then what files and links hold, in the order of inode numbers. Nothing is
// written to the device here: what is to be written comes out as pieces.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Directories;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>Gives every node of a tree its place.</summary>
internal sealed class ContentPlacer
{
    private const uint LinkMax = 65000;
    private const long DirectoryBytesMax = int.MaxValue;
    private const int TargetBytesMax = 4096;
    private const int LostFoundBytes = 16 * 1024;
    private const int LostFoundBlocksMax = 12;
    private const uint ValueMode = ModeBits.S_IFREG | 0x180; // 0600

    private readonly NumberedTree _tree;
    private readonly ExtSuperBlock _super;
    private readonly UnixTime _birth;
    private readonly NewXattrs _xattrs;
    private readonly Dictionary<int, PlacedXattrs> _placed = [];
    private readonly DirectoryRules _rules;

    /// <summary>Numbers a tree for a volume.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="plan">The volume.</param>
    /// <param name="firstFree">The first inode number that is nobody's.</param>
    internal ContentPlacer(NumberedTree tree, FormatPlan plan, uint firstFree)
    {
        _tree = tree;
        _super = plan.Super;
        _birth = plan.Now;
        uint next = tree.SetNumbers(firstFree);
        _xattrs = new NewXattrs(_super, next);
        _rules = new DirectoryRules(
            _super.BlockSize, _super.InodeCount, _super.Has(FeatureIncompat.FileType), _super.HasMetadataChecksums);
        Pieces = new PieceList(_super.BlockSize);
        FirstFree = next;
    }

    /// <summary>What is to be written.</summary>
    internal PieceList Pieces { get; }

    /// <summary>The number behind the last one in use.</summary>
    internal uint FirstFree { get; private set; }

    /// <summary>Clusters that were taken.</summary>
    internal ulong TakenClusters { get; private set; }

    /// <summary>Clusters of directories.</summary>
    internal ulong DirectoryClusters { get; private set; }

    /// <summary>Clusters of extended attributes.</summary>
    internal ulong XattrClusters { get; private set; }

    /// <summary>Places the attributes that need a block or an inode, so that the number of inodes is known.</summary>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC attributes that fit nowhere.</errors>
    internal Result PlaceXattrs()
    {
        foreach (BuildNode node in _tree.Nodes)
        {
            if (node.Xattrs.Count == 0)
            {
                continue;
            }

            PlacedXattrs? placed = _xattrs.Place(node.Xattrs);
            if (placed is null)
            {
                return ExtBuildReasons.XattrRoom.With(_tree.PathOf(node));
            }

            _placed.Add(node.Index, placed);
        }

        FirstFree += (uint)_xattrs.Values.Count;
        return Result.Ok;
    }

    /// <summary>Gives everything its place and writes the inodes.</summary>
    /// <param name="cursor">Where space comes from.</param>
    /// <param name="inodes">Takes the inodes.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC the volume is full; EFBIG, EMLINK, ENAMETOOLONG: what does not fit, and its path.</errors>
    internal Result Place(SpaceCursor cursor, NewInodeTable inodes)
    {
        ContentMap map = new(_super, cursor, Pieces);
        Result result = Result.Ok;
        foreach (BuildNode node in _tree.Nodes)
        {
            result = result.IsOk && node.IsDirectory ? PlaceDirectory(node, map, inodes) : result;
        }

        DirectoryClusters = cursor.TakenClusters;
        result = result.IsOk ? PlaceSharedXattrs(cursor, map, inodes) : result;
        XattrClusters = cursor.TakenClusters - DirectoryClusters;
        foreach (BuildNode node in _tree.Nodes)
        {
            result = result.IsOk && !node.IsDirectory ? PlaceOther(node, map, inodes) : result;
            if (!result.IsOk)
            {
                return result;
            }

            Finish(node, inodes.Get(node.Number));
        }

        TakenClusters = cursor.TakenClusters;
        return Result.Ok;
    }

    private Result PlaceDirectory(BuildNode node, ContentMap map, NewInodeTable inodes)
    {
        NewInode inode = inodes.Get(node.Number);
        int blocksMin = node.Index == NumberedTree.LostFoundIndex
            ? int.Clamp(LostFoundBytes / _super.BlockSize, 2, LostFoundBlocksMax)
            : 1;
        NewDirectory packed = NewDirectory.Pack(_super, _rules, node, _tree.ParentOf(node), blocksMin);
        long bytes = packed.BlockCount * _super.BlockSize;
        if (bytes > DirectoryBytesMax && !_super.Has(FeatureIncompat.LargeDir))
        {
            return ExtBuildReasons.DirectorySize.With(_tree.PathOf(node));
        }

        inode.Fields.Flags |= packed.IsIndexed ? (uint)ExtInodeFlags.Index : 0;
        inodes.AddDirectory(node.Number);
        return PlaceData(node, inode, map.Give(inode, packed, bytes), bytes);
    }

    private Result PlaceSharedXattrs(SpaceCursor cursor, ContentMap map, NewInodeTable inodes)
    {
        foreach (NewXattrBlock block in _xattrs.Blocks)
        {
            if (!cursor.TryTake(1, out ulong place, out _))
            {
                return NoSpace();
            }

            block.Place = place;
            Pieces.Add(place, block, 0, _super.BlockSize);
        }

        foreach (NewXattrValue value in _xattrs.Values)
        {
            NewInode inode = inodes.Get(value.Number);
            inode.Set(ValueMode, 1, default);
            inode.Fields.Flags |= (uint)ExtInodeFlags.EaInode;
            if (map.Give(inode, value, value.Length) is not ulong blocks)
            {
                return NoSpace();
            }

            // Times of such an inode mean something else: the checksum, and two halves of the count of references.
            _ = inode.SetSize((ulong)value.Length, blocks); // 64 KiB at most
            inode.Fields.AccessTime = value.Checksum;
            inode.Fields.ChangeTime = (uint)(value.ReferenceCount >> 32);
            inode.Fields.VersionLow = (uint)(value.ReferenceCount & uint.MaxValue);
            inode.Seal();
        }

        return Result.Ok;
    }

    private Result PlaceOther(BuildNode node, ContentMap map, NewInodeTable inodes)
    {
        NewInode inode = inodes.Get(node.Number);
        switch (node.Type)
        {
            case ModeBits.S_IFREG:
                if ((ulong)node.SizeBytes > map.SizeMax)
                {
                    return ExtBuildReasons.FileSize.With($"{_tree.PathOf(node)}: {node.SizeBytes} bytes");
                }

                bool isEmpty = node.Content is null;
                IBuildContent content = node.Content ?? NoContent.Instance;
                ulong? taken = map.Give(inode, content, isEmpty ? 0 : node.SizeBytes, node.Ranges);
                return PlaceData(node, inode, taken, node.SizeBytes);

            case ModeBits.S_IFLNK:
                return PlaceLink(node, inode, map);

            case ModeBits.S_IFCHR or ModeBits.S_IFBLK:
                inode.SetDevice(node.DeviceMajor, node.DeviceMinor);
                return PlaceData(node, inode, 0, 0);

            default:
                return PlaceData(node, inode, 0, 0);
        }
    }

    private Result PlaceLink(BuildNode node, NewInode inode, ContentMap map)
    {
        int length = node.Target.Length;
        bool fits = length > 0 && length < int.Min(_super.BlockSize, TargetBytesMax);
        if (!fits || node.Target.Span.IndexOf((byte)0) >= 0)
        {
            return ExtBuildReasons.LinkTarget.With($"{_tree.PathOf(node)}: {length} bytes");
        }

        if (length < InodeDisk.MapBytes)
        {
            node.Target.Span.CopyTo(inode.Map);
            return PlaceData(node, inode, 0, length);
        }

        return PlaceData(node, inode, map.Give(inode, new LinkContent(node.Target), length), length);
    }

    private Result PlaceData(BuildNode node, in NewInode inode, ulong? blocks, long sizeBytes)
    {
        if (blocks is not ulong taken)
        {
            return NoSpace();
        }

        if (_placed.TryGetValue(node.Index, out PlacedXattrs? xattrs))
        {
            taken += xattrs.ValueBlocks + (xattrs.Block is null ? 0 : (ulong)_super.BlocksPerCluster);
        }

        bool fits = inode.SetSize((ulong)sizeBytes, taken);
        return fits ? Result.Ok : ExtBuildReasons.FileSpace.With(_tree.PathOf(node));
    }

    private void Finish(BuildNode node, NewInode inode)
    {
        inode.SetAttributes(node.Mode, node.Uid, node.Gid);
        inode.SetTimes(node.AccessTime, node.ModifyTime, node.ChangeTime, _birth);

        // Too many directories to be counted count as one (feature dir_nlink; checked before).
        inode.Fields.LinkCount = (ushort)(node.LinkCount > LinkMax ? 1 : node.LinkCount);
        if (_placed.TryGetValue(node.Index, out PlacedXattrs? xattrs))
        {
            inode.SetXattrs(xattrs.Own, xattrs.Block?.Place ?? 0);
        }

        inode.Seal();
    }

    /// <summary>Checks what the features of the volume allow.</summary>
    /// <returns>Success.</returns>
    /// <errors>EMLINK too many names of a file, or directories in one.</errors>
    internal Result CheckLinks()
    {
        foreach (BuildNode node in _tree.Nodes)
        {
            bool mayOverflow = node.IsDirectory && _super.Has(FeatureReadOnlyCompat.DirNlink);
            if (node.LinkCount > LinkMax && !mayOverflow)
            {
                return ExtBuildReasons.LinkCount.With($"{_tree.PathOf(node)}: {node.LinkCount}");
            }
        }

        return Result.Ok;
    }

    private Result NoSpace() => ExtBuildReasons.NoSpace.With($"{_super.BlockCount} blocks of {_super.BlockSize} bytes");

    private sealed class NoContent : IBuildContent
    {
        internal static NoContent Instance { get; } = new();

        public void Read(long position, Span<byte> buffer) => buffer.Clear();
    }

    private sealed class LinkContent(ReadOnlyMemory<byte> target) : IBuildContent
    {
        public void Read(long position, Span<byte> buffer) =>
            target.Span.Slice((int)position, buffer.Length).CopyTo(buffer);
    }
}
