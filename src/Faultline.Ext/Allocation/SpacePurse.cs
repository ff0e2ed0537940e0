// Clusters that were reserved for a purpose: a file's purse pays for the blocks its map will need, so that an I/O end
// never fails for space.
//
// Locks: whatever guards the owner (a file's block-map lock).

namespace Faultline.Ext.Allocation;

/// <summary>Reserved clusters of one owner.</summary>
internal sealed class SpacePurse
{
    /// <summary>Clusters left.</summary>
    internal long Clusters { get; set; }
}
