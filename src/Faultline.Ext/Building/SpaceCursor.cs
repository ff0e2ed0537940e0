// Gives space from the front of a volume to its end: what was passed over is used up. Takes whole clusters.

using Faultline.Base;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>Gives space from front to end.</summary>
/// <param name="used">The blocks in use.</param>
/// <param name="clusterBlocks">Blocks of a cluster.</param>
/// <param name="start">Where to begin.</param>
internal sealed class SpaceCursor(UsedRuns used, ulong clusterBlocks, ulong start)
{
    private ulong _next = start;

    /// <summary>Blocks of a cluster.</summary>
    internal ulong ClusterBlocks => clusterBlocks;

    /// <summary>Clusters taken so far.</summary>
    internal ulong TakenClusters { get; private set; }

    /// <summary>Takes the next free blocks.</summary>
    /// <param name="most">Blocks wanted, at least one.</param>
    /// <param name="first">First block taken, first of a cluster.</param>
    /// <param name="count">Blocks taken; whole clusters are used up.</param>
    /// <returns>False when there are none.</returns>
    internal bool TryTake(ulong most, out ulong first, out ulong count)
    {
        if (used.NextFree(_next, most) is not (ulong found, ulong room))
        {
            (first, count) = (0, 0);
            return false;
        }

        used.TakeClusters(found, room);
        ulong clusters = Bits.DivideRoundUp(room, clusterBlocks);
        (first, count) = (found, room);
        _next = found + (clusters * clusterBlocks);
        TakenClusters += clusters;
        return true;
    }
}
