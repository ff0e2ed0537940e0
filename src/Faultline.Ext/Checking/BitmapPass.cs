// Third pass: what the bitmaps, the group descriptors, the superblock and the orphan list say, against what is in use.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Checking;

/// <summary>Checks the bitmaps and counters.</summary>
/// <param name="state">The check.</param>
internal sealed class BitmapPass(CheckState state)
{
    private static readonly BlockFormat s_format = new("inode bitmap", VerifyNothing);

    private readonly ExtVolume _volume = state.Volume;
    private ulong _freeClusters;
    private ulong _freeInodes;

    /// <summary>Runs the pass.</summary>
    internal void Run()
    {
        for (ulong group = 0; group < _volume.Super.GroupCount && !state.IsFull; group++)
        {
            try
            {
                GroupDescriptor descriptor = _volume.Groups.Read(group);
                CheckBlocks(descriptor);
                CheckInodes(descriptor);
            }
            catch (FsException damage)
            {
                state.Add(damage.Error);
            }
        }

        CheckSuper();
        CheckOrphans();
    }

    private void CheckBlocks(GroupDescriptor group)
    {
        GroupSpace space = state.Bitmaps.Load(group);
        _freeClusters += (ulong)space.Free;
        for (int cluster = 0; cluster < space.Count && !state.IsFull; cluster++)
        {
            uint owner = state.Owners.Of(group.Group, cluster);
            bool isTaken = space.IsTaken(cluster);
            if (isTaken == (owner != 0))
            {
                continue;
            }

            ulong block = _volume.Super.GroupFirstBlock(group.Group)
                + ((ulong)cluster * (ulong)_volume.Super.BlocksPerCluster);
            state.Add(isTaken
                ? ExtCheckReasons.BlockLeaked.At(InodeNumber.None, new BlockNumber(block), $"group {group.Group}")
                : ExtCheckReasons.BlockMarkedFree.At(
                    new InodeNumber(owner == BlockOwners.System ? 0 : owner),
                    new BlockNumber(block),
                    $"group {group.Group}"));
        }
    }

    private void CheckInodes(GroupDescriptor group)
    {
        ExtSuperBlock super = _volume.Super;
        bool isUnused = super.HasGroupChecksums && (group.Flags & GroupDescriptorDisk.FlagInodeUninit) != 0;
        ReadOnlySpan<byte> bits = isUnused
            ? new byte[super.BlockSize]
            : _volume.Buffers.Read(new BlockNumber(group.InodeBitmap), s_format, default).Bytes;
        uint used = 0;
        uint directories = 0;
        for (int index = 0; index < (int)super.InodesPerGroup && !state.IsFull; index++)
        {
            ulong number = (group.Group * super.InodesPerGroup) + (ulong)index + 1;
            bool isMarked = (bits[index / 8] & (1 << (index % 8))) != 0;
            bool isUsed = state.Inodes.TryGetValue(number, out InodeUse? use) || number < super.FirstInode;
            used += isUsed ? 1U : 0U;
            directories += use is not null && use.Record.IsDirectory ? 1U : 0U;
            if (isMarked != isUsed)
            {
                BlockNumber place = new(group.InodeBitmap);
                state.Add(isUsed
                    ? ExtCheckReasons.InodeMarkedFree.At(new InodeNumber(number), place)
                    : ExtCheckReasons.InodeLeaked.At(new InodeNumber(number), place));
            }
        }

        uint free = super.InodesPerGroup - used;
        _freeInodes += free;
        if (free != group.FreeInodeCount || directories != group.DirectoryCount)
        {
            state.Add(ExtCheckReasons.GroupInodeCounts.At(
                InodeNumber.None,
                _volume.Groups.DescriptorBlock(group.Group),
                $"group {group.Group}: {group.FreeInodeCount} free and {group.DirectoryCount} directories, "
                + $"counted {free} and {directories}"));
        }
    }

    private void CheckSuper()
    {
        ulong freeBlocks = _freeClusters * (ulong)_volume.Super.BlocksPerCluster;
        bool isRight = _volume.Super.FreeBlockCount == freeBlocks && _volume.Super.FreeInodeCount == _freeInodes;
        if (!isRight && !state.IsFull && state.Findings.Count == 0)
        {
            state.Add(ExtCheckReasons.SuperCounts.With(
                $"{_volume.Super.FreeBlockCount} blocks and {_volume.Super.FreeInodeCount} inodes, "
                + $"counted {freeBlocks} and {_freeInodes}"));
        }
    }

    private void CheckOrphans()
    {
        try
        {
            foreach (InodeNumber orphan in OrphanList.Read(_volume))
            {
                state.Add(ExtCheckReasons.OrphanLeft.At(orphan));
            }
        }
        catch (FsException damage)
        {
            state.Add(damage.Error);
        }
    }

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;
}
