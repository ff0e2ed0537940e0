// Gives space to one of the volume's own files and writes its block map: an extent tree, built from the leaves up, or
// pointers, each block of them just before what it points at.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Making;

/// <summary>Gives space to files of a volume that is being made.</summary>
/// <param name="super">The volume.</param>
/// <param name="used">The blocks in use.</param>
/// <param name="output">Where blocks of maps are written.</param>
internal sealed class NewFileMap(ExtSuperBlock super, UsedRuns used, FormatOutput output)
{
    private const int DirectPointers = 12;
    private const int PointerLevels = 3;
    private const int RootEntries = 4;

    /// <summary>Runs of the last file that was given space, in order.</summary>
    internal List<(ulong Start, ulong Count)> Runs { get; } = [];

    /// <summary>Takes space for a file and writes its map.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="goal">Where to begin.</param>
    /// <param name="blocks">Blocks of the file.</param>
    /// <returns>Blocks taken, those of the map included.</returns>
    /// <errors>ENOSPC no room.</errors>
    internal Result<ulong> Give(in NewInode inode, ulong goal, ulong blocks)
    {
        Runs.Clear();
        if (!super.Has(Format.FeatureIncompat.Extents))
        {
            return GivePointers(inode, goal, blocks);
        }

        ulong rest = blocks;
        ulong next = goal;
        while (rest > 0)
        {
            if (used.NextFree(next, rest) is not (ulong start, ulong count))
            {
                return ExtFormatReasons.NoRoom.With($"inode {inode.Number.Value}: {rest} of {blocks} blocks");
            }

            used.TakeClusters(start, count);
            Runs.Add((start, count));
            rest -= count;
            next = start + count;
        }

        ulong clusters = 0;
        foreach ((_, ulong count) in Runs)
        {
            clusters += Bits.DivideRoundUp(count, (ulong)super.BlocksPerCluster);
        }

        Result<ulong> mapBlocks = WriteTree(inode, Extents());
        return mapBlocks.TryGet(out ulong more, out FsError error)
            ? (clusters * (ulong)super.BlocksPerCluster) + more
            : error;
    }

    /// <summary>The device block of the file of the last call.</summary>
    /// <param name="fileBlock">A block of the file.</param>
    /// <returns>The block.</returns>
    internal ulong At(ulong fileBlock)
    {
        foreach ((ulong start, ulong count) in Runs)
        {
            if (fileBlock < count)
            {
                return start + fileBlock;
            }

            fileBlock -= count;
        }

        throw Check.Unreachable("a block behind the end of the file");
    }

    private List<(uint FileBlock, ulong Start, uint Length)> Extents()
    {
        List<(uint FileBlock, ulong Start, uint Length)> extents = [];
        ulong fileBlock = 0;
        foreach ((ulong start, ulong count) in Runs)
        {
            for (ulong done = 0; done < count; done += ExtentDisk.WrittenLengthMax)
            {
                uint length = (uint)ulong.Min(ExtentDisk.WrittenLengthMax, count - done);
                extents.Add((checked((uint)fileBlock), start + done, length));
                fileBlock += length;
            }
        }

        return extents;
    }

    // Entries that do not fit in the root go to blocks, these to blocks above them, until the root has room.
    private Result<ulong> WriteTree(in NewInode inode, List<(uint FileBlock, ulong Start, uint Length)> entries)
    {
        inode.Fields.Flags |= (uint)ExtInodeFlags.Extents;
        ushort depth = 0;
        ulong taken = 0;
        int perBlock = (super.BlockSize - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;
        byte[] block = entries.Count > RootEntries ? new byte[super.BlockSize] : [];
        while (entries.Count > RootEntries)
        {
            List<(uint FileBlock, ulong Start, uint Length)> above = [];
            for (int index = 0; index < entries.Count; index += perBlock)
            {
                ulong before = Runs[0].Start - (ulong)super.BlocksPerCluster;
                if (used.NextFree(depth == 0 && index == 0 ? before : Runs[0].Start, 1) is not (ulong start, _))
                {
                    return ExtFormatReasons.TreeRoom.At(inode.Number);
                }

                used.TakeClusters(start, 1);
                taken += (ulong)super.BlocksPerCluster;
                int count = Math.Min(perBlock, entries.Count - index);
                block.AsSpan().Clear();
                WriteNode(block, entries.GetRange(index, count), depth, perBlock);
                SealNode(super, block, perBlock, inode.Seed);
                output.Write(start, block);
                above.Add((entries[index].FileBlock, start, 0));
            }

            entries = above;
            depth++;
        }

        WriteNode(inode.Map, entries, depth, RootEntries);
        return taken;
    }

    /// <summary>Writes a node of an extent tree.</summary>
    /// <param name="node">Where; all zeros.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="depth">Levels below it.</param>
    /// <param name="most">Entries that it has room for.</param>
    internal static void WriteNode(
        Span<byte> node, List<(uint FileBlock, ulong Start, uint Length)> entries, ushort depth, int most)
    {
        ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(node);
        header.Magic = ExtentHeaderDisk.ExpectedMagic;
        header.EntryCount = (ushort)entries.Count;
        header.EntryCountMax = (ushort)most;
        header.Depth = depth;
        for (int index = 0; index < entries.Count; index++)
        {
            (uint fileBlock, ulong start, uint length) = entries[index];
            int offset = Mapping.ExtentNode.EntryOffset(index);
            if (depth > 0)
            {
                ref ExtentIndexDisk entry = ref Disk.Overlay<ExtentIndexDisk>(node, offset);
                entry.FileBlock = fileBlock;
                entry.ChildLow = (uint)(start & uint.MaxValue);
                entry.ChildHigh = (ushort)(start >> 32);
                continue;
            }

            ref ExtentDisk extent = ref Disk.Overlay<ExtentDisk>(node, offset);
            extent.FileBlock = fileBlock;
            extent.RawLength = (ushort)length;
            extent.StartLow = (uint)(start & uint.MaxValue);
            extent.StartHigh = (ushort)(start >> 32);
        }
    }

    /// <summary>Writes the checksum of a node that is a block.</summary>
    /// <param name="super">The volume.</param>
    /// <param name="block">The node.</param>
    /// <param name="perBlock">Entries that it has room for.</param>
    /// <param name="seed">What starts the checksum.</param>
    internal static void SealNode(ExtSuperBlock super, Span<byte> block, int perBlock, uint seed)
    {
        int tail = Mapping.ExtentNode.EntryOffset(perBlock);
        if (super.HasMetadataChecksums && tail + ExtentHeaderDisk.TailBytes <= block.Length)
        {
            Disk.Overlay<LeUInt32>(block, tail) = Crc32c.Update(seed, block.Slice(0, tail));
        }
    }

    private Result<ulong> GivePointers(in NewInode inode, ulong goal, ulong blocks)
    {
        ulong perBlock = (ulong)super.BlockSize / sizeof(uint);
        byte[][] nodes = new byte[PointerLevels][];
        Span<ulong> places = stackalloc ulong[PointerLevels];
        ulong taken = 0;
        ulong next = goal;
        for (ulong fileBlock = 0; fileBlock < blocks; fileBlock++)
        {
            int level = LevelOf(fileBlock, perBlock, out ulong index);
            ulong span = 1;
            for (int up = 1; up < level; up++)
            {
                span *= perBlock;
            }

            // From the top: each block of pointers that begins here is taken before what it points at.
            for (int down = level; down >= 1; down--, span /= perBlock)
            {
                if (index % (span * perBlock) == 0)
                {
                    FlushNode(nodes[down - 1], ref places[down - 1]);
                    if (!TryTake(ref next, out ulong place))
                    {
                        return ExtFormatReasons.JournalRoom.With($"{blocks} blocks");
                    }

                    taken++;
                    nodes[down - 1] ??= new byte[super.BlockSize];
                    nodes[down - 1].AsSpan().Clear();
                    places[down - 1] = place;
                    SetPointer(inode.Map, nodes, level, down, index / (span * perBlock), place);
                }
            }

            if (!TryTake(ref next, out ulong data))
            {
                return ExtFormatReasons.PointerRoom.With($"{blocks} blocks");
            }

            taken++;
            Append(data);
            SetPointer(inode.Map, nodes, level, 0, level == 0 ? fileBlock : index, data);
        }

        for (int level = 0; level < PointerLevels; level++)
        {
            FlushNode(nodes[level], ref places[level]);
        }

        return taken;
    }

    // Which level of indirection maps a block, and which of that level's blocks it is.
    private static int LevelOf(ulong fileBlock, ulong perBlock, out ulong index)
    {
        index = fileBlock;
        ulong room = DirectPointers;
        int level = 0;
        while (index >= room)
        {
            index -= room;
            room = level == 0 ? perBlock : room * perBlock;
            level++;
        }

        return level;
    }

    private static void SetPointer(
        Span<byte> map, byte[][] nodes, int level, int depth, ulong index, ulong place)
    {
        Span<byte> target = depth == level ? map : nodes[depth];
        int slot = depth != level
            ? (int)(index % ((ulong)target.Length / sizeof(uint)))
            : level == 0 ? (int)index : DirectPointers + level - 1;
        Disk.Overlay<LeUInt32>(target, slot * sizeof(uint)) = checked((uint)place);
    }

    private void FlushNode(byte[]? node, ref ulong place)
    {
        if (place != 0)
        {
            output.Write(place, node);
            place = 0;
        }
    }

    private bool TryTake(ref ulong next, out ulong place)
    {
        place = 0;
        if (used.NextFree(next, 1) is not (ulong start, _))
        {
            return false;
        }

        used.TakeClusters(start, 1);
        (place, next) = (start, start + 1);
        return true;
    }

    private void Append(ulong block)
    {
        if (Runs.Count > 0 && Runs[^1].Start + Runs[^1].Count == block)
        {
            Runs[^1] = (Runs[^1].Start, Runs[^1].Count + 1);
            return;
        }

        Runs.Add((block, 1));
    }
}
