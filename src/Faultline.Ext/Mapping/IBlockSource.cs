// The seam between what lives in files of the format's own, directories first, and the block maps.

using Faultline.Base;
using Faultline.Ext.Inodes;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>Gives blocks to directories, links and attribute values.</summary>
internal interface IBlockSource
{
    /// <summary>Credits of allocating and mapping one block, at worst: also when the map grew meanwhile.</summary>
    /// <param name="inode">Whose block.</param>
    /// <returns>The credits.</returns>
    int InsertCredits(InodeRecord inode);

    /// <summary>Credits of the first blocks of a new inode, one at a time.</summary>
    int FirstInsertCredits { get; }

    /// <summary>Allocates a block of a file and maps it as written. The space is counted in the record, which the
    /// caller stores.</summary>
    /// <param name="handle">With the credits of one insertion.</param>
    /// <param name="inode">Whose block.</param>
    /// <param name="fileBlock">Which.</param>
    /// <returns>The block; nothing was changed when there is none.</returns>
    /// <errors>ENOSPC; EDQUOT; damage throws FsException.</errors>
    Result<BlockNumber> AllocateBlock(MetadataHandle handle, InodeRecord inode, ulong fileBlock);

    /// <summary>Allocates a metadata block that no map names. Its space is not counted in any record.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="near">An inode that it should lie near to.</param>
    /// <returns>The block; nothing was changed when there is none.</returns>
    /// <errors>ENOSPC; damage throws FsException.</errors>
    Result<BlockNumber> AllocateMetadata(MetadataHandle handle, InodeRecord near);

    /// <summary>Frees a metadata block that no map names.</summary>
    /// <param name="handle">Three credits.</param>
    /// <param name="block">The block.</param>
    void FreeMetadata(MetadataHandle handle, BlockNumber block);

    /// <summary>Frees all blocks of a small file whose contents are metadata, in one handle. The space is uncounted
    /// in the record, which the caller stores.</summary>
    /// <param name="handle">With a credit for each block, and those of removing them from the map.</param>
    /// <param name="inode">At most 64 KiB long.</param>
    void FreeSmall(MetadataHandle handle, InodeRecord inode);
}
