// Causes of failure of allocation and of changing block maps, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext;

/// <summary>The causes of failure of allocation and of changing block maps.</summary>
public static class ExtSpaceReasons
{
    /// <summary>Metadata of two groups overlap, or lie outside the volume.</summary>
    public static readonly Reason GroupLayout = new(
        "Ext.GroupLayout", Errno.EUCLEAN, "group descriptor: bitmaps or inode table outside the volume or overlapping");

    /// <summary>A block bitmap does not match its checksum.</summary>
    public static readonly Reason BitmapChecksum =
        new("Ext.BitmapChecksum", Errno.EUCLEAN, "block bitmap: wrong checksum");

    /// <summary>A block bitmap says that metadata blocks are free.</summary>
    public static readonly Reason BitmapSystem =
        new("Ext.BitmapSystem", Errno.EUCLEAN, "block bitmap: blocks of the volume's own metadata are marked free");

    /// <summary>A block bitmap and its descriptor count differently.</summary>
    public static readonly Reason BitmapCount =
        new("Ext.BitmapCount", Errno.EUCLEAN, "block bitmap: free clusters are not as many as the descriptor says");

    /// <summary>Freeing what is free.</summary>
    public static readonly Reason FreedTwice =
        new("Ext.FreedTwice", Errno.EUCLEAN, "block bitmap: blocks of a file are marked free");

    /// <summary>Freeing what belongs to the volume.</summary>
    public static readonly Reason FreedSystem =
        new("Ext.FreedSystem", Errno.EUCLEAN, "block map: names blocks of the volume's own metadata");

    /// <summary>Freeing what is not on the volume.</summary>
    public static readonly Reason FreedOutside =
        new("Ext.FreedOutside", Errno.EUCLEAN, "block map: names blocks outside the volume");

    /// <summary>No space for data that a write would make dirty.</summary>
    public static readonly Reason NoSpaceToReserve =
        new("Ext.NoSpaceToReserve", Errno.ENOSPC, "no space left on the volume");

    /// <summary>No space for a write.</summary>
    public static readonly Reason NoSpaceToWrite =
        new("Ext.NoSpaceToWrite", Errno.ENOSPC, "no space left on the volume for data");

    /// <summary>No space for data that leave the inode.</summary>
    public static readonly Reason NoSpaceToLeave =
        new("Ext.NoSpaceToLeave", Errno.ENOSPC, "no space left on the volume for data that do not fit in the inode");

    /// <summary>No space for a metadata block.</summary>
    public static readonly Reason NoSpaceForMetadata =
        new("Ext.NoSpaceForMetadata", Errno.ENOSPC, "no space left on the volume for metadata");

    /// <summary>No space for blocks to be allocated now.</summary>
    public static readonly Reason NoSpaceToAllocate =
        new("Ext.NoSpaceToAllocate", Errno.ENOSPC, "no space left on the volume for blocks allocated at once");

    /// <summary>The counters promised space that the bitmaps do not have.</summary>
    public static readonly Reason SpaceLost = new(
        "Ext.SpaceLost", Errno.EUCLEAN, "block bitmaps: hold less free space than the descriptors promised");

    /// <summary>A file block beyond what the map can hold.</summary>
    public static readonly Reason MapTooLarge =
        new("Ext.MapTooLarge", Errno.EFBIG, "block map: the file block lies beyond what the map can hold");

    /// <summary>A range beyond what the map can hold.</summary>
    public static readonly Reason RangeTooLarge =
        new("Ext.RangeTooLarge", Errno.EFBIG, "block map: the range lies beyond what the map can hold");

    /// <summary>A pointer of a block map beyond what it can hold.</summary>
    public static readonly Reason PointersTooLarge =
        new("Ext.PointersTooLarge", Errno.EFBIG, "block map: the file block lies beyond the third tree");

    /// <summary>A block beyond what the pointers of a block map can name.</summary>
    public static readonly Reason PointerTooLarge =
        new("Ext.PointerTooLarge", Errno.ENOSPC, "block map: no space below block 2^32, where pointers end");

    /// <summary>An indirect block beyond what pointers can name.</summary>
    public static readonly Reason NodeTooLarge = new(
        "Ext.NodeTooLarge", Errno.ENOSPC, "block map: no space for an indirect block below block 2^32");

    /// <summary>The tree cannot become deeper.</summary>
    public static readonly Reason TreeTooDeep =
        new("Ext.TreeTooDeep", Errno.EFBIG, "extent tree: as deep as the format allows, and full");

    /// <summary>A range to be inserted is mapped already.</summary>
    public static readonly Reason MappedTwice =
        new("Ext.MappedTwice", Errno.EUCLEAN, "block map: a range to be filled is not a hole");

    /// <summary>A pointer to be set is set already.</summary>
    public static readonly Reason PointerTaken =
        new("Ext.PointerTaken", Errno.EUCLEAN, "block map: a pointer to be set is set already");

    /// <summary>Splitting nodes makes no room.</summary>
    public static readonly Reason TreeNoRoom =
        new("Ext.TreeNoRoom", Errno.EUCLEAN, "extent tree: splitting its nodes makes no room in them");

    /// <summary>A tree node changed under an operation.</summary>
    public static readonly Reason TreeInconsistent =
        new("Ext.TreeInconsistent", Errno.EUCLEAN, "extent tree: the index does not lead where it did");

    /// <summary>Preallocation on a file without unwritten extents.</summary>
    public static readonly Reason NoUnwrittenBlocks = new(
        "Ext.NoUnwrittenBlocks", Errno.EOPNOTSUPP, "block map: cannot hold blocks that are not written");

    /// <summary>Zeroing by conversion on a file without unwritten extents.</summary>
    public static readonly Reason NoUnwrittenZeroes = new(
        "Ext.NoUnwrittenZeroes", Errno.EOPNOTSUPP, "block map: cannot make blocks unwritten");

    /// <summary>Collapse or insert on a file without an extent tree.</summary>
    public static readonly Reason NoShift =
        new("Ext.NoShift", Errno.EOPNOTSUPP, "block map: only extent trees can be shifted");

    /// <summary>Collapse or insert by a distance that is not whole clusters.</summary>
    public static readonly Reason CannotShift = new(
        "Ext.CannotShift", Errno.EINVAL, "block map: can be shifted by whole clusters only");

    /// <summary>Insertion that moves blocks beyond what the map can hold.</summary>
    public static readonly Reason ShiftTooFar = new(
        "Ext.ShiftTooFar", Errno.EFBIG, "block map: blocks would move beyond what the map can hold");

    /// <summary>Dirty data without a place.</summary>
    public static readonly Reason DirtyUnmapped = new(
        "Ext.DirtyUnmapped", Errno.EIO, "dirty data have neither a block nor a reservation");
}
