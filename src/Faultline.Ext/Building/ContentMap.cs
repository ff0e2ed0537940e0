// Gives space to the data of one inode and writes its map: an extent tree, or pointers. Blocks of pointers lie just
// before what they point at, blocks of extents behind the data.
//
//     ContentMap.cs            the parts with data, clusters, extents
//     ContentMap.Pointers.cs   ext2 and ext3

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>Gives space to the data of inodes.</summary>
/// <param name="super">The volume.</param>
/// <param name="cursor">Where space comes from.</param>
/// <param name="pieces">Takes what is to be written.</param>
internal sealed partial class ContentMap(ExtSuperBlock super, SpaceCursor cursor, PieceList pieces)
{
    private const int RootEntries = 4;
    private const ulong NoCluster = ulong.MaxValue;

    private readonly List<(uint FileBlock, ulong Start, uint Length)> _extents = [];
    private readonly List<(ulong First, ulong Count)> _parts = [];
    private ulong _lastCluster; // of the file: the one that the last piece ended in
    private ulong _lastPlace; // its first block on the device

    private bool UsesExtents => super.Has(FeatureIncompat.Extents);

    /// <summary>Most bytes that a file may have.</summary>
    internal ulong SizeMax
    {
        get
        {
            if (!super.Has(FeatureReadOnlyCompat.LargeFile))
            {
                return int.MaxValue;
            }

            ulong perBlock = (ulong)super.BlockSize / sizeof(uint);
            ulong blocks = UsesExtents
                ? uint.MaxValue
                : DirectPointers + perBlock + (perBlock * perBlock) + (perBlock * perBlock * perBlock);
            return ulong.Min(blocks, uint.MaxValue) * (ulong)super.BlockSize;
        }
    }

    /// <summary>Gives space to whole blocks from the start of a directory, a link or a value.</summary>
    /// <param name="inode">The inode; its map is written.</param>
    /// <param name="source">Where the bytes come from.</param>
    /// <param name="sizeBytes">Bytes.</param>
    /// <returns>Blocks taken, those of the map included; null when there is no room.</returns>
    internal ulong? Give(in NewInode inode, IBuildContent source, long sizeBytes) =>
        Give(inode, source, sizeBytes, null);

    /// <summary>Gives space to the data of a file.</summary>
    /// <param name="inode">The inode; its map is written.</param>
    /// <param name="source">Where the bytes come from.</param>
    /// <param name="sizeBytes">Bytes of the file.</param>
    /// <param name="ranges">The parts with data, in order, or null for all of it.</param>
    /// <returns>Blocks taken, those of the map included; null when there is no room.</returns>
    internal ulong? Give(
        in NewInode inode, IBuildContent source, long sizeBytes, IReadOnlyList<BuildRange>? ranges)
    {
        FindParts(sizeBytes, ranges);
        ulong before = cursor.TakenClusters;
        bool isGiven = UsesExtents
            ? GiveExtents(inode, source, sizeBytes)
            : GivePointers(inode, source, sizeBytes);
        return isGiven ? (cursor.TakenClusters - before) * cursor.ClusterBlocks : null;
    }

    // Blocks of the file that have data: parts that share a block, or touch, are one.
    private void FindParts(long sizeBytes, IReadOnlyList<BuildRange>? ranges)
    {
        _parts.Clear();
        if (ranges is null)
        {
            AddPart(new BuildRange(0, sizeBytes));
            return;
        }

        foreach (BuildRange range in ranges)
        {
            AddPart(range);
        }
    }

    private void AddPart(BuildRange range)
    {
        ulong blockSize = (ulong)super.BlockSize;
        ulong first = (ulong)range.Position / blockSize;
        ulong end = Bits.DivideRoundUp((ulong)range.End, blockSize);
        if (_parts.Count > 0 && _parts[^1].First + _parts[^1].Count >= first)
        {
            _parts[^1] = (_parts[^1].First, end - _parts[^1].First);
        }
        else if (end > first)
        {
            _parts.Add((first, end - first));
        }
    }

    private bool GiveExtents(in NewInode inode, IBuildContent source, long sizeBytes)
    {
        _extents.Clear();
        _lastCluster = NoCluster;
        foreach ((ulong first, ulong count) in _parts)
        {
            ulong done = 0;
            while (done < count)
            {
                if (!TryPlace(first + done, count - done, out ulong place, out ulong length))
                {
                    return false;
                }

                AddExtent(first + done, place, length);
                AddData(source, first + done, place, length, sizeBytes);
                done += length;
            }
        }

        return WriteTree(inode);
    }

    // The rest of a cluster that the file has already belongs to it; beyond that new clusters are taken.
    private bool TryPlace(ulong fileBlock, ulong most, out ulong place, out ulong length)
    {
        ulong perCluster = cursor.ClusterBlocks;
        ulong cluster = fileBlock / perCluster;
        ulong inCluster = fileBlock % perCluster;
        if (cluster == _lastCluster)
        {
            place = _lastPlace + inCluster;
            length = ulong.Min(most, perCluster - inCluster);
            return true;
        }

        bool isTaken = cursor.TryTake(inCluster + most, out ulong start, out ulong count);
        place = start + inCluster;
        length = isTaken ? count - inCluster : 0;
        if (isTaken)
        {
            _lastCluster = (fileBlock + length - 1) / perCluster;
            _lastPlace = start + ((_lastCluster - cluster) * perCluster);
        }

        return isTaken;
    }

    private void AddExtent(ulong fileBlock, ulong place, ulong length)
    {
        if (_extents.Count > 0)
        {
            (uint lastBlock, ulong lastPlace, uint lastLength) = _extents[^1];
            bool follows = lastBlock + lastLength == fileBlock && lastPlace + lastLength == place;
            ulong joined = follows ? ulong.Min(length, ExtentDisk.WrittenLengthMax - lastLength) : 0;
            _extents[^1] = (lastBlock, lastPlace, lastLength + (uint)joined);
            (fileBlock, place, length) = (fileBlock + joined, place + joined, length - joined);
        }

        for (ulong done = 0; done < length; done += ExtentDisk.WrittenLengthMax)
        {
            uint part = (uint)ulong.Min(ExtentDisk.WrittenLengthMax, length - done);
            _extents.Add((checked((uint)(fileBlock + done)), place + done, part));
        }
    }

    private void AddData(IBuildContent source, ulong fileBlock, ulong place, ulong length, long sizeBytes)
    {
        long position = (long)fileBlock * super.BlockSize;
        long bytes = long.Min((long)length * super.BlockSize, sizeBytes - position);
        pieces.Add(place, source, position, bytes);
    }

    private bool WriteTree(in NewInode inode)
    {
        inode.Fields.Flags |= (uint)ExtInodeFlags.Extents;
        List<(uint FileBlock, ulong Start, uint Length)> entries = _extents;
        ushort depth = 0;
        int perBlock = (super.BlockSize - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;
        while (entries.Count > RootEntries)
        {
            List<(uint FileBlock, ulong Start, uint Length)> above = [];
            for (int index = 0; index < entries.Count; index += perBlock)
            {
                if (!cursor.TryTake(1, out ulong place, out _))
                {
                    return false;
                }

                int count = int.Min(perBlock, entries.Count - index);
                byte[] block = new byte[super.BlockSize];
                NewFileMap.WriteNode(block, entries.GetRange(index, count), depth, perBlock);
                NewFileMap.SealNode(super, block, perBlock, inode.Seed);
                pieces.Add(place, block);
                above.Add((entries[index].FileBlock, place, 0));
            }

            entries = above;
            depth++;
        }

        NewFileMap.WriteNode(inode.Map, entries, depth, RootEntries);
        return true;
    }
}
