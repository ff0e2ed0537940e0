// What the map of a regular file asks of the inode it belongs to.

using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>The inode that a file's map belongs to.</summary>
internal interface IFileMapHost
{
    /// <summary>Size in memory.</summary>
    long SizeBytes { get; }

    /// <summary>Credits of <see cref="Store"/>.</summary>
    int StoreCredits { get; }

    /// <summary>Credits of <see cref="AddOrphan"/> and of <see cref="RemoveOrphan"/>.</summary>
    int OrphanCredits { get; }

    /// <summary>Copies the inode record, with times and whatever else changed, into its block, and notes the
    /// transaction for fsync.</summary>
    /// <param name="handle">The transaction.</param>
    /// <locks>Caller: block-map lock exclusive. Takes: rank 460 and deeper.</locks>
    void Store(MetadataHandle handle);

    /// <summary>The file is about to become shorter: if the volume goes down half way, what lies beyond the end is
    /// to be freed at the next mount. Nothing when it is an orphan already.</summary>
    /// <param name="handle">The transaction.</param>
    /// <locks>Caller: inode lock exclusive, a handle; no block-map lock.</locks>
    void AddOrphan(MetadataHandle handle);

    /// <summary>Nothing lies beyond the end any more: the inode is stored once more. Nothing when the inode has no
    /// link.</summary>
    /// <param name="handle">The transaction.</param>
    /// <locks>As <see cref="AddOrphan"/>.</locks>
    void RemoveOrphan(MetadataHandle handle);

    /// <summary>The data leave the inode: removes the attribute that holds the rest of them.</summary>
    /// <param name="handle">The transaction.</param>
    /// <locks>Caller: block-map lock exclusive; takes nothing of rank below 460.</locks>
    void DropInlineData(MetadataHandle handle);

    /// <summary>Credits of <see cref="DropInlineData"/>.</summary>
    int InlineCredits { get; }
}
