// Claims every block that an inode's map has, inner blocks included, and counts them. A block that has an owner already
// is a finding and is not gone into: so the walk ends whatever the map says.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.Checking;

/// <summary>Walks the block map of an inode.</summary>
/// <param name="state">The check.</param>
/// <param name="inode">An inode whose data are in blocks.</param>
internal sealed class MapWalk(CheckState state, InodeRecord inode)
{
    private const int DirectCount = 12;
    private const int LevelMax = 3;

    private readonly ExtVolume _volume = state.Volume;
    private readonly ulong _endBlock = (ulong)Bits.DivideRoundUp(inode.SizeBytes, (long)state.Volume.Super.BlockSize);
    private bool _isBeyondEnd;

    /// <summary>Clusters that the inode owns.</summary>
    internal ulong ClusterCount { get; private set; }

    /// <summary>Walks the map.</summary>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal void Run()
    {
        if (inode.Has(ExtInodeFlags.Extents))
        {
            _volume.Map.Trees.VerifyRoot(inode);
            Node(inode.Map, default, Disk.View<ExtentHeaderDisk>(inode.Map).Depth);
            return;
        }

        Pointers(inode.Map.Slice(0, DirectCount * sizeof(uint)), 0, 0);
        ulong first = DirectCount;
        ulong covered = _volume.Map.Pointers.PointersPerBlock;
        for (int level = 1; level <= LevelMax; level++)
        {
            // Looking one block up verifies the pointer of the tree.
            _ = _volume.Map.Lookup(inode, first);
            Tree(Disk.View<LeUInt32>(inode.Map, (DirectCount + level - 1) * sizeof(uint)), first, level);
            first += covered;
            covered *= _volume.Map.Pointers.PointersPerBlock;
        }
    }

    /// <summary>Claims a block that is not in the map.</summary>
    /// <param name="block">The block.</param>
    internal void ClaimOther(BlockNumber block) => _ = Claim(block.Value);

    private void Node(ReadOnlySpan<byte> node, BlockNumber place, int depth)
    {
        int count = ExtentTree.Count(node);
        for (int index = 0; index < count; index++)
        {
            if (depth == 0)
            {
                ref readonly ExtentDisk extent =
                    ref Disk.View<ExtentDisk>(node, ExtentNode.EntryOffset(index));
                Data(extent.FileBlock, extent.Start, extent.Length, extent.IsUnwritten, place);
                continue;
            }

            BlockNumber child = new(Disk.View<ExtentIndexDisk>(node, ExtentNode.EntryOffset(index)).Child);
            if (!Claim(child.Value))
            {
                continue;
            }

            ulong first = ExtentTree.Key(node, index);
            ulong end = index + 1 < count ? ExtentTree.Key(node, index + 1) : uint.MaxValue;
            BlockContext context = new(inode.Number, inode.ChecksumSeed, (uint)depth - 1);
            ReadOnlySpan<byte> below = _volume.Buffers.Read(child, _volume.Map.Trees.Format, context).Bytes;
            ExtentTree.CheckParent(below, first, end, depth - 1, inode.Number, child);
            Node(below, child, depth - 1);
        }
    }

    private void Tree(uint block, ulong first, int level)
    {
        if (block == 0 || !Claim(block))
        {
            return;
        }

        BlockContext context = new(inode.Number, 0);
        ReadOnlySpan<byte> pointers =
            _volume.Buffers.Read(new BlockNumber(block), _volume.Map.Pointers.BlockKind, context).Bytes;
        if (level == 1)
        {
            Pointers(pointers, first, block);
            return;
        }

        ulong covered = 1;
        for (int below = 1; below < level; below++)
        {
            covered *= _volume.Map.Pointers.PointersPerBlock;
        }

        for (int index = 0; index < pointers.Length / sizeof(uint); index++)
        {
            Tree(Disk.View<LeUInt32>(pointers, index * sizeof(uint)), first + ((ulong)index * covered), level - 1);
        }
    }

    private void Pointers(ReadOnlySpan<byte> pointers, ulong first, ulong place)
    {
        for (int index = 0; index < pointers.Length / sizeof(uint); index++)
        {
            uint block = Disk.View<LeUInt32>(pointers, index * sizeof(uint));
            if (block != 0)
            {
                Data(first + (ulong)index, block, 1, isUnwritten: false, new BlockNumber(place));
            }
        }
    }

    private void Data(ulong fileBlock, ulong start, ulong length, bool isUnwritten, BlockNumber place)
    {
        if (!isUnwritten && (fileBlock + length > _endBlock))
        {
            NoteBeyondEnd(fileBlock, length, place);
        }

        for (ulong index = 0; index < length; index++)
        {
            _ = Claim(start + index);
        }
    }

    private void NoteBeyondEnd(ulong fileBlock, ulong length, BlockNumber place)
    {
        // The reserved descriptors are a sparse file of the size of the volume; fs-verity keeps its tree behind the
        // end.
        bool isFree = (inode.Number.Value == SpecialInodes.Resize) || inode.Has(ExtInodeFlags.Verity) || _isBeyondEnd;
        if (isFree)
        {
            return;
        }

        _isBeyondEnd = true;
        string detail = $"file blocks {fileBlock}..{fileBlock + length - 1}, size {inode.SizeBytes}";
        state.Add(inode.IsDirectory
            ? ExtCheckReasons.DirectoryBeyondEnd.At(inode.Number, place, detail)
            : ExtCheckReasons.WrittenBeyondEnd.At(inode.Number, place, detail));
    }

    // False when the block has another owner, or this one where that cannot be.
    private bool Claim(ulong block)
    {
        uint owner = (uint)inode.Number.Value;
        uint was = state.Owners.Claim(block, owner);
        if (was == 0)
        {
            ClusterCount++;
            return true;
        }

        if (was == BlockOwners.System)
        {
            if (owner == SpecialInodes.Resize)
            {
                return true;
            }

            state.Add(ExtCheckReasons.OwnedSystem.At(inode.Number, new BlockNumber(block)));
            return false;
        }

        if (was == owner && state.Owners.HasClusters)
        {
            return true;
        }

        state.Add(ExtCheckReasons.OwnedTwice.At(inode.Number, new BlockNumber(block), $"also of inode {was}"));
        return false;
    }
}
