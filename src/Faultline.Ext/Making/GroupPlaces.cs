// Where the bitmaps and inode tables of the groups lie: in each group, or those of a flex group in its first one.
//
// Documented choices: in a flex group come all block bitmaps, all inode bitmaps, all tables. A flex group of one group
// leaves the room of a whole one between them, as the tools do.

using System;
using Faultline.Base;
using Faultline.Ext.Format;

namespace Faultline.Ext.Making;

/// <summary>Where the metadata of the groups lie.</summary>
internal sealed class GroupPlaces
{
    private readonly FormatPlan _plan;
    private readonly ExtSuperBlock _super;
    private readonly Place[] _places;

    private GroupPlaces(FormatPlan plan)
    {
        _plan = plan;
        _super = plan.Super;
        _places = new Place[checked((int)_super.GroupCount)];
        Used = new UsedRuns(_super.BlockCount, (ulong)_super.BlocksPerCluster);
    }

    /// <summary>The blocks in use.</summary>
    internal UsedRuns Used { get; }

    /// <summary>Clusters of each group that hold metadata of groups.</summary>
    internal uint[] MetadataClusters { get; private set; } = [];

    internal ref readonly Place this[ulong group] => ref _places[group];

    /// <summary>Places the metadata of all groups.</summary>
    /// <param name="plan">What the volume will be.</param>
    /// <returns>The places.</returns>
    /// <errors>ENOSPC no room.</errors>
    internal static Result<GroupPlaces> Of(FormatPlan plan)
    {
        GroupPlaces places = new(plan);
        places.TakeSuperBlocks();
        ulong flex = plan.GroupsPerFlex;
        for (ulong first = 0; first < plan.Super.GroupCount; first += flex)
        {
            ulong count = ulong.Min(flex, plan.Super.GroupCount - first);
            bool isPlaced = flex == 1
                ? places.PlaceGroup(first)
                : places.PlaceFlex(first, count, spacing: count == 1 ? flex : count);
            if (!isPlaced)
            {
                return ExtFormatReasons.GroupRoom.With($"group {first}: no room for bitmaps and inode table");
            }
        }

        places.MetadataClusters = new uint[plan.Super.GroupCount];
        places.Used.CountClusters(plan.Super.FirstDataBlock, plan.Super.BlocksPerGroup, places.MetadataClusters);
        return places;
    }

    /// <summary>Blocks at the start of a group for superblock and descriptors.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The blocks; with clusters, the block before the superblock too.</returns>
    internal ulong HeadBlocks(ulong group)
    {
        ulong boot = group == 0 && _super.SuperBlockBlock > _super.FirstDataBlock ? 1UL : 0;
        ulong super = _super.GroupHasSuperBlock(group) ? 1UL : 0;
        if (_super.Has(FeatureIncompat.MetaGroups))
        {
            ulong perBlock = (ulong)_super.DescriptorsPerBlock;
            ulong index = group % perBlock;
            bool hasDescriptors = index <= 1 || index == perBlock - 1;
            return boot + super + (hasDescriptors ? 1UL : 0);
        }

        return super == 0 ? 0 : boot + 1 + _super.DescriptorBlockCount + _super.Raw.ReservedDescriptorBlocks;
    }

    /// <summary>Whether a group uses no block but those that its own metadata need at its start, so that its bitmap
    /// needs not be there.</summary>
    /// <param name="group">The group.</param>
    /// <param name="usedClusters">Clusters in use.</param>
    /// <returns>True when it is so.</returns>
    internal bool IsUntouched(ulong group, uint usedClusters)
    {
        ulong start = _super.GroupFirstBlock(group);
        ulong end = _plan.GroupEnd(group);
        ulong own = HeadBlocks(group);
        Place place = _places[group];
        own += IsIn(place.BlockBitmap, start, end) ? 1UL : 0;
        own += IsIn(place.InodeBitmap, start, end) ? 1UL : 0;
        own += IsIn(place.Table, start, end) ? _plan.TableBlocks : 0;
        return Bits.DivideRoundUp(own, (ulong)_super.BlocksPerCluster) == usedClusters;
    }

    private static bool IsIn(ulong block, ulong start, ulong end) => block >= start && block < end;

    private void TakeSuperBlocks()
    {
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            ulong head = HeadBlocks(group);
            if (head > 0)
            {
                Used.Take(_super.GroupFirstBlock(group), head);
            }
        }
    }

    private bool PlaceGroup(ulong group)
    {
        ulong end = _plan.GroupEnd(group);
        return PlaceOne(_super.GroupFirstBlock(group), 1, end, out _places[group].BlockBitmap)
            && PlaceOne(_places[group].BlockBitmap, 1, end, out _places[group].InodeBitmap)
            && PlaceOne(_places[group].InodeBitmap, _plan.TableBlocks, end, out _places[group].Table);
    }

    private bool PlaceFlex(ulong first, ulong count, ulong spacing)
    {
        ulong end = _super.BlockCount;
        ulong goal = _super.GroupFirstBlock(first);
        Span<Place> places = _places.AsSpan((int)first, (int)count);
        foreach (ref Place place in places)
        {
            if (!PlaceOne(goal, 1, end, out place.BlockBitmap))
            {
                return false;
            }

            goal = place.BlockBitmap + 1;
        }

        goal = places[0].BlockBitmap + spacing;
        foreach (ref Place place in places)
        {
            if (!PlaceOne(goal, 1, end, out place.InodeBitmap))
            {
                return false;
            }

            goal = place.InodeBitmap + 1;
        }

        goal = places[0].BlockBitmap + (2 * spacing);
        foreach (ref Place place in places)
        {
            if (!PlaceOne(goal, _plan.TableBlocks, end, out place.Table))
            {
                return false;
            }

            goal = place.Table + _plan.TableBlocks;
        }

        return true;
    }

    private bool PlaceOne(ulong goal, ulong count, ulong limit, out ulong place)
    {
        ulong? found = Used.Find(goal, count, limit);
        place = found ?? 0;
        if (found is null)
        {
            return false;
        }

        Used.Take(place, count);
        return true;
    }

    /// <summary>Where a group's metadata lie.</summary>
    internal struct Place
    {
        /// <summary>Block of the block bitmap.</summary>
        internal ulong BlockBitmap;

        /// <summary>Block of the inode bitmap.</summary>
        internal ulong InodeBitmap;

        /// <summary>First block of the inode table.</summary>
        internal ulong Table;
    }
}
