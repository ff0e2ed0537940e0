// First pass: every inode of the table: the inodes themselves, their maps, their attributes.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Checking;

/// <summary>Checks the inodes.</summary>
/// <param name="state">The check.</param>
internal sealed class InodePass(CheckState state)
{
    private readonly ExtVolume _volume = state.Volume;

    /// <summary>Runs the pass.</summary>
    internal void Run()
    {
        ExtSuperBlock super = _volume.Super;
        for (ulong group = 0; group < super.GroupCount; group++)
        {
            foreach (BlockRun run in state.Bitmaps.System.In(group))
            {
                for (ulong block = run.Start; block < run.End; block++)
                {
                    _ = state.Owners.Claim(block, BlockOwners.System);
                }
            }
        }

        for (ulong group = 0; group < super.GroupCount && !state.IsFull; group++)
        {
            ulong count = CountIn(_volume.Groups.Read(group));
            for (ulong index = 0; index < count && !state.IsFull; index++)
            {
                Read(new InodeNumber((group * super.InodesPerGroup) + index + 1));
            }
        }

        foreach ((ulong block, long count) in state.XattrBlocks)
        {
            CheckReferences(new BlockNumber(block), count);
        }
    }

    // Inodes that were ever used.
    private ulong CountIn(GroupDescriptor group)
    {
        ulong all = _volume.Super.InodesPerGroup;
        if (!_volume.Super.HasGroupChecksums)
        {
            return all;
        }

        bool isUnused = (group.Flags & GroupDescriptorDisk.FlagInodeUninit) != 0;
        return isUnused ? 0 : all - ulong.Min(group.UnusedInodeCount, all);
    }

    private void Read(InodeNumber number)
    {
        try
        {
            if (!_volume.Inodes.Read(number).TryGet(out InodeRecord? record, out _))
            {
                return;
            }

            bool isInUse = (record.LinkCount > 0) || (number.Value < _volume.Super.FirstInode);
            if (isInUse)
            {
                state.Inodes.Add(number.Value, new InodeUse(record));
                CheckSpace(record);
            }
        }
        catch (FsException damage)
        {
            state.Add(damage.Error);
        }
    }

    private void CheckSpace(InodeRecord record)
    {
        MapWalk walk = new(state, record);
        if (HasMap(record))
        {
            walk.Run();
        }

        ulong shared = 0;
        if (record.XattrBlock.Value != 0)
        {
            ulong block = record.XattrBlock.Value;
            long owners = state.XattrBlocks.GetValueOrDefault(block);
            state.XattrBlocks[block] = owners + 1;
            if (owners == 0)
            {
                walk.ClaimOther(record.XattrBlock);
            }
            else
            {
                shared = 1;
            }
        }

        // The space of a value in an inode of its own counts as the owner's, too.
        ulong values = 0;
        foreach (XattrItem item in _volume.Xattrs.ReadAll(record))
        {
            values += item.ValueInode == 0
                ? 0
                : Bits.DivideRoundUp((ulong)item.ValueSize, (ulong)_volume.Super.ClusterSize);
        }

        ulong clusterSectors = (ulong)_volume.Super.ClusterSize / 512;
        ulong sectors = (walk.ClusterCount + shared + values) * clusterSectors;
        if (sectors != record.Sectors && !state.IsHidden(record.Number.Value))
        {
            state.Add(ExtCheckReasons.SpaceCount.At(
                record.Number, default, $"{record.Sectors} sectors, its map has {sectors}"));
        }
    }

    private bool HasMap(InodeRecord record)
    {
        bool isFastLink = record.IsSymbolicLink && SymbolicLink.IsFast(_volume.Super, record);
        return (record.IsRegular || record.IsDirectory || record.IsSymbolicLink)
            && !isFastLink && !record.Has(ExtInodeFlags.InlineData);
    }

    private void CheckReferences(BlockNumber block, long count)
    {
        try
        {
            uint stored = Disk.View<XattrHeaderDisk>(_volume.Xattrs.ReadBlock(block).Bytes).ReferenceCount;
            if (stored != count)
            {
                state.Add(ExtCheckReasons.XattrReferences.At(
                    InodeNumber.None, block, $"{stored}, {count} inodes have it"));
            }
        }
        catch (FsException)
        {
            // OK: because the damage was noted where the inode was read.
        }
    }
}
