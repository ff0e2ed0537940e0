// Blocks for what lives in files of the format's own.
//
// Locks: as MapWriter.

using Faultline.Base;
using Faultline.Ext.Inodes;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>Blocks for directories, links and attribute values.</summary>
/// <param name="super">The superblock.</param>
/// <param name="writer">Block maps.</param>
internal sealed class BlockSource(ExtSuperBlock super, MapWriter writer) : IBlockSource
{
    private const int GrowthCredits = 4; // of one more level, which an insertion before may have made

    /// <inheritdoc/>
    public int FirstInsertCredits => writer.FirstBlockCredits;

    /// <inheritdoc/>
    public int InsertCredits(InodeRecord inode) => writer.AllocateBlockCredits(inode) + GrowthCredits;

    /// <inheritdoc/>
    public Result<BlockNumber> AllocateBlock(MetadataHandle handle, InodeRecord inode, ulong fileBlock) =>
        writer.AllocateBlock(handle, inode, fileBlock);

    /// <inheritdoc/>
    public Result<BlockNumber> AllocateMetadata(MetadataHandle handle, InodeRecord near) =>
        writer.Allocator.AllocateMetadata(handle, writer.Allocator.GoalOf(near.Number));

    /// <inheritdoc/>
    public void FreeMetadata(MetadataHandle handle, BlockNumber block)
    {
        ulong ratio = (ulong)super.BlocksPerCluster;
        ulong start = block.Value - ((block.Value - super.FirstDataBlock) % ratio);
        writer.Allocator.Free(handle, start, ratio, isMetadata: false);
        handle.Forget(block);
    }

    /// <inheritdoc/>
    public void FreeSmall(MetadataHandle handle, InodeRecord inode)
    {
        ulong end = writer.BlocksMax(inode);
        MapChange change = new(handle, inode);
        Result<bool> removed = writer.RemoveRange(change, 0, ref end, isMetadata: true);
        // The credits of whoever made or sized the file cover it.
        Check.That(removed.OrThrow());
    }
}
