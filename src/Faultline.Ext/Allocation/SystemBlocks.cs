// Where the volume's own metadata lie: superblocks and descriptors with their copies, bitmaps, inode tables. Built
// once from all descriptors, which a volume that is written reads anyway to count its free space. Whoever frees
// blocks asks here first, and the bitmap of a group that was never used is made from here.
//
// Invariants: runs are ascending, disjoint and inside the volume. Locks: none; immutable.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format;

namespace Faultline.Ext.Allocation;

/// <summary>The blocks of a volume's own metadata.</summary>
internal sealed class SystemBlocks
{
    private readonly ExtSuperBlock _super;
    private readonly List<BlockRun> _runs = []; // bitmaps and inode tables, ascending, joined

    /// <summary>Collects the places from all descriptors.</summary>
    /// <param name="super">The superblock.</param>
    /// <param name="groups">The descriptors.</param>
    /// <errors>FsException EUCLEAN when metadata lie outside the volume or overlap.</errors>
    internal SystemBlocks(ExtSuperBlock super, GroupTable groups)
    {
        _super = super;
        ulong tableBlocks = Bits.DivideRoundUp(
            (ulong)super.InodesPerGroup * (ulong)super.InodeSize, (ulong)super.BlockSize);
        List<BlockRun> found = [];
        for (ulong group = 0; group < super.GroupCount; group++)
        {
            GroupDescriptor descriptor = groups.Read(group);
            Add(found, new BlockRun(descriptor.BlockBitmap, 1));
            Add(found, new BlockRun(descriptor.InodeBitmap, 1));
            Add(found, new BlockRun(descriptor.InodeTable, tableBlocks));
        }

        found.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        foreach (BlockRun run in found)
        {
            Join(run);
        }
    }

    /// <summary>Calls back for each run of metadata that touches a group, in no order.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The runs, clipped to the group.</returns>
    internal List<BlockRun> In(ulong group)
    {
        ulong first = _super.GroupFirstBlock(group);
        ulong end = ulong.Min(first + _super.BlocksPerGroup, _super.BlockCount);
        List<BlockRun> runs = [];
        ulong fixedCount = FixedCount(group);
        if (fixedCount > 0)
        {
            runs.Add(new BlockRun(first, ulong.Min(fixedCount, end - first)));
        }

        for (int index = IndexAfter(first); index < _runs.Count && _runs[index].Start < end; index++)
        {
            ulong from = ulong.Max(first, _runs[index].Start);
            runs.Add(new BlockRun(from, ulong.Min(end, _runs[index].End) - from));
        }

        return runs;
    }

    /// <summary>Whether a run touches metadata.</summary>
    /// <param name="group">The group that the run lies in.</param>
    /// <param name="run">Blocks of one group.</param>
    /// <returns>True when it does.</returns>
    internal bool Touches(ulong group, BlockRun run)
    {
        ulong first = _super.GroupFirstBlock(group);
        if (run.Start < first + FixedCount(group))
        {
            return true;
        }

        int index = IndexAfter(run.Start);
        return index < _runs.Count && _runs[index].Start < run.End;
    }

    // Blocks at the start of a group that hold a superblock and descriptors.
    private ulong FixedCount(ulong group)
    {
        // With clusters of 1 KiB blocks, block 0 comes before the superblock and belongs to group 0.
        ulong boot = group == 0 && _super.FirstDataBlock < _super.SuperBlockBlock ? 1UL : 0UL;
        ulong copies = _super.GroupHasSuperBlock(group) ? 1UL : 0UL;
        ulong perBlock = (ulong)_super.DescriptorsPerBlock;
        bool isMeta = _super.Has(FeatureIncompat.MetaGroups) && group / perBlock >= _super.Raw.FirstMetaGroup;
        if (isMeta)
        {
            ulong place = group % perBlock;
            bool hasDescriptors = place == 0 || place == 1 || place == perBlock - 1;
            return boot + copies + (hasDescriptors ? 1UL : 0UL);
        }

        if (copies == 0)
        {
            return boot;
        }

        ulong descriptors = _super.Has(FeatureIncompat.MetaGroups)
            ? _super.Raw.FirstMetaGroup
            : _super.DescriptorBlockCount;
        return boot + copies + descriptors + _super.Raw.ReservedDescriptorBlocks;
    }

    private void Add(List<BlockRun> found, BlockRun run)
    {
        bool isInside = run.Start > _super.SuperBlockBlock
            && run.Start < _super.BlockCount
            && run.Count <= _super.BlockCount - run.Start;
        if (!isInside)
        {
            throw Damaged(run);
        }

        found.Add(run);
    }

    private void Join(BlockRun run)
    {
        if (_runs.Count > 0 && run.Start < _runs[^1].End)
        {
            throw Damaged(run);
        }

        if (_runs.Count > 0 && run.Start == _runs[^1].End)
        {
            _runs[^1] = _runs[^1] with { Count = _runs[^1].Count + run.Count };
            return;
        }

        _runs.Add(run);
    }

    private static FsException Damaged(BlockRun run) =>
        new(ExtSpaceReasons.GroupLayout.At(InodeNumber.None, new BlockNumber(run.Start), $"{run.Count} blocks"));

    // The first run that ends after a block.
    private int IndexAfter(ulong block)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].End > block)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
