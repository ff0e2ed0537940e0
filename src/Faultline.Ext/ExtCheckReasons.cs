// What a check of a volume finds, each raised at exactly one place. Damage that reading alone meets has its own
// reasons in ExtReasons.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext;

/// <summary>What a check of a volume finds.</summary>
public static class ExtCheckReasons
{
    /// <summary>Two owners of a block.</summary>
    public static readonly Reason OwnedTwice = new("Ext.OwnedTwice", Errno.EUCLEAN, "block: owned twice");

    /// <summary>A file's block is the volume's own metadata.</summary>
    public static readonly Reason OwnedSystem =
        new("Ext.OwnedSystem", Errno.EUCLEAN, "block: owned by an inode and by the volume");

    /// <summary>A block in use is marked free.</summary>
    public static readonly Reason BlockMarkedFree =
        new("Ext.BlockMarkedFree", Errno.EUCLEAN, "block bitmap: a block in use is marked free");

    /// <summary>Nobody uses a block that is marked used.</summary>
    public static readonly Reason BlockLeaked =
        new("Ext.BlockLeaked", Errno.EUCLEAN, "block bitmap: a block that nobody uses is marked used");

    /// <summary>The space that an inode says it uses.</summary>
    public static readonly Reason SpaceCount =
        new("Ext.SpaceCount", Errno.EUCLEAN, "inode: space used is not what its map has");

    /// <summary>Written data behind the end.</summary>
    public static readonly Reason WrittenBeyondEnd =
        new("Ext.WrittenBeyondEnd", Errno.EUCLEAN, "block map: written blocks beyond the size");

    /// <summary>A block map continues behind a directory's size.</summary>
    public static readonly Reason DirectoryBeyondEnd =
        new("Ext.DirectoryBeyondEnd", Errno.EUCLEAN, "block map: a directory has blocks beyond its size");

    /// <summary>An inode in use that no name leads to.</summary>
    public static readonly Reason Unreachable =
        new("Ext.Unreachable", Errno.EUCLEAN, "inode: in use, but nothing leads to it");

    /// <summary>The number of links.</summary>
    public static readonly Reason LinkCount =
        new("Ext.LinkCount", Errno.EUCLEAN, "inode: link count is not the number of names");

    /// <summary>A name of a free inode.</summary>
    public static readonly Reason NameOfFree =
        new("Ext.NameOfFree", Errno.EUCLEAN, "directory: names a free inode");

    /// <summary>A name with another type than its inode.</summary>
    public static readonly Reason NameType =
        new("Ext.NameType", Errno.EUCLEAN, "directory: an entry's type is not its inode's");

    /// <summary>One name twice.</summary>
    public static readonly Reason NameTwice = new("Ext.NameTwice", Errno.EUCLEAN, "directory: a name is there twice");

    /// <summary>"." or "..".</summary>
    public static readonly Reason Dots =
        new("Ext.Dots", Errno.EUCLEAN, "directory: \".\" or \"..\" is missing or names another inode");

    /// <summary>Two names of one directory.</summary>
    public static readonly Reason DirectoryTwice =
        new("Ext.DirectoryTwice", Errno.EUCLEAN, "directory: a directory has two names");

    /// <summary>A name that is listed and not found.</summary>
    public static readonly Reason NameNotFound =
        new("Ext.NameNotFound", Errno.EUCLEAN, "directory: a name is listed but the hash tree does not lead to it");

    /// <summary>An inode in use is marked free.</summary>
    public static readonly Reason InodeMarkedFree =
        new("Ext.InodeMarkedFree", Errno.EUCLEAN, "inode bitmap: an inode in use is marked free");

    /// <summary>A free inode is marked used.</summary>
    public static readonly Reason InodeLeaked =
        new("Ext.InodeLeaked", Errno.EUCLEAN, "inode bitmap: a free inode is marked used");

    /// <summary>The counters of a group's inodes.</summary>
    public static readonly Reason GroupInodeCounts = new(
        "Ext.GroupInodeCounts", Errno.EUCLEAN, "group descriptor: inodes or directories are not as many as counted");

    /// <summary>The counters of the superblock.</summary>
    public static readonly Reason SuperCounts =
        new("Ext.SuperCounts", Errno.EUCLEAN, "superblock: free blocks or inodes are not as many as counted");

    /// <summary>An orphan on a clean volume.</summary>
    public static readonly Reason OrphanLeft =
        new("Ext.OrphanLeft", Errno.EUCLEAN, "orphan list: an inode is left on it");

    /// <summary>The references of a block of extended attributes.</summary>
    public static readonly Reason XattrReferences =
        new("Ext.XattrReferences", Errno.EUCLEAN, "extended attributes: reference count is not the number of owners");

    /// <summary>The references of an inode that holds a value.</summary>
    public static readonly Reason ValueReferences =
        new("Ext.ValueReferences", Errno.EUCLEAN, "attribute value: reference count is not the number of attributes");
}
