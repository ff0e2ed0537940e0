// Who owns each cluster of the volume: an inode, or the volume itself. Memory: four bytes a cluster, for the groups in
// which something is owned.
//
// Clusters of one inode may be claimed again by the same inode where a cluster has many blocks.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Checking;

/// <summary>The owners of a volume's clusters.</summary>
/// <param name="super">The superblock.</param>
internal sealed class BlockOwners(ExtSuperBlock super)
{
    /// <summary>The owner of the volume's own metadata.</summary>
    internal const uint System = uint.MaxValue;

    private readonly Dictionary<ulong, uint[]> _groups = [];
    private readonly ulong _ratio = (ulong)super.BlocksPerCluster;

    /// <summary>Clusters that have an owner.</summary>
    internal long Count { get; private set; }

    /// <summary>Whether one inode may come to a cluster more than once.</summary>
    internal bool HasClusters => _ratio > 1;

    /// <summary>Owner of a cluster of a group; 0 for none.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cluster">Index of the cluster in it.</param>
    /// <returns>The inode's number, System, or 0.</returns>
    internal uint Of(ulong group, int cluster) =>
        _groups.TryGetValue(group, out uint[]? owners) ? owners[cluster] : 0;

    /// <summary>Owner of a block.</summary>
    /// <param name="block">A block of the volume.</param>
    /// <returns>As <see cref="Of"/>.</returns>
    internal uint OfBlock(ulong block)
    {
        ulong index = block - super.FirstDataBlock;
        return Of(index / super.BlocksPerGroup, (int)(index % super.BlocksPerGroup / _ratio));
    }

    /// <summary>Makes an inode the owner of a block's cluster.</summary>
    /// <param name="block">A block of the volume.</param>
    /// <param name="owner">The owner, not 0.</param>
    /// <returns>Who owned it before; 0 for none.</returns>
    internal uint Claim(ulong block, uint owner)
    {
        ulong index = block - super.FirstDataBlock;
        ulong group = index / super.BlocksPerGroup;
        if (!_groups.TryGetValue(group, out uint[]? owners))
        {
            owners = new uint[(int)Bits.DivideRoundUp(super.BlocksPerGroup, _ratio)];
            _groups.Add(group, owners);
        }

        ref uint place = ref owners[(int)(index % super.BlocksPerGroup / _ratio)];
        uint was = place;
        if (was == 0)
        {
            place = owner;
            Count++;
        }

        return was;
    }
}
