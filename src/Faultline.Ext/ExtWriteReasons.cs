// Every cause of failure of changing a volume, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext;

/// <summary>The causes of failure of changing ext volumes.</summary>
public static class ExtWriteReasons
{
    /// <summary>There is no free inode.</summary>
    public static readonly Reason NoInodes = new("Ext.NoInodes", Errno.ENOSPC, "no free inode");

    /// <summary>An inode to be freed is free.</summary>
    public static readonly Reason InodeFreeTwice =
        new("Ext.InodeFreeTwice", Errno.EUCLEAN, "inode bitmap: the inode to be freed is free");

    /// <summary>An inode bitmap does not match its checksum.</summary>
    public static readonly Reason InodeBitmapChecksum =
        new("Ext.InodeBitmapChecksum", Errno.EUCLEAN, "inode bitmap: wrong checksum");

    /// <summary>Splitting blocks of a hash tree makes no room.</summary>
    public static readonly Reason HtreeSplit =
        new("Ext.HtreeSplit", Errno.EUCLEAN, "hash tree: splitting blocks makes no room for a name");

    /// <summary>A leaf of a hash tree is full of nothing.</summary>
    public static readonly Reason HtreeLeaf =
        new("Ext.HtreeLeaf", Errno.EUCLEAN, "hash tree: a full leaf has fewer than two names");

    /// <summary>A hash tree is as large as it may be.</summary>
    public static readonly Reason HtreeFull =
        new("Ext.HtreeFull", Errno.ENOSPC, "directory: the hash tree is full");

    /// <summary>A directory is as large as it may be.</summary>
    public static readonly Reason DirectoryFull =
        new("Ext.DirectoryFull", Errno.ENOSPC, "directory: as large as it may be");

    /// <summary>The first two entries of a directory are not those of the directory and its parent.</summary>
    public static readonly Reason DirectoryDots =
        new("Ext.DirectoryDots", Errno.EUCLEAN, "directory: does not begin with \".\" and \"..\"");

    /// <summary>A directory has a hash tree and the volume has none.</summary>
    public static readonly Reason IndexWithoutFeature = new(
        "Ext.IndexWithoutFeature", Errno.EUCLEAN, "directory: has a hash tree on a volume without the feature");

    /// <summary>A name is not where it was looked up.</summary>
    public static readonly Reason NameChanged =
        new("Ext.NameChanged", Errno.EUCLEAN, "directory: a name is gone, or names another inode");

    /// <summary>A name is not where it was looked up, in an inode.</summary>
    public static readonly Reason InlineNameChanged =
        new("Ext.InlineNameChanged", Errno.EUCLEAN, "inline directory: a name is gone, or names another inode");

    /// <summary>A directory has no entry of its parent.</summary>
    public static readonly Reason DirectoryParent =
        new("Ext.DirectoryParent", Errno.EUCLEAN, "directory: no entry \"..\" behind \".\"");

    /// <summary>Attributes of the namespace cannot be stored.</summary>
    public static readonly Reason XattrNamespace =
        new("Ext.XattrNamespace", Errno.EOPNOTSUPP, "extended attribute: this namespace cannot be stored");

    /// <summary>The attribute is there already.</summary>
    public static readonly Reason XattrExists = new("Ext.XattrExists", Errno.EEXIST, "extended attribute exists");

    /// <summary>The attribute to be replaced is not there.</summary>
    public static readonly Reason XattrAbsent =
        new("Ext.XattrAbsent", Errno.ENODATA, "extended attribute to be replaced not found");

    /// <summary>The attribute to be removed is not there.</summary>
    public static readonly Reason XattrNotThere =
        new("Ext.XattrNotThere", Errno.ENODATA, "extended attribute to be removed not found");

    /// <summary>The attribute fits neither in the inode nor in the block.</summary>
    public static readonly Reason XattrNoSpace =
        new("Ext.XattrNoSpace", Errno.ENOSPC, "extended attributes: no room in the inode and in the block");

    /// <summary>The inode of an attribute's value is none.</summary>
    public static readonly Reason XattrValueInode =
        new("Ext.XattrValueInode", Errno.EUCLEAN, "extended attributes: the inode of a value is none");

    /// <summary>The directory of a new link belongs to another project.</summary>
    public static readonly Reason LinkAcrossProjects = new(
        "Ext.LinkAcrossProjects", Errno.EXDEV, "link: the directory belongs to another project");

    /// <summary>The new directory belongs to another project.</summary>
    public static readonly Reason RenameAcrossProjects = new(
        "Ext.RenameAcrossProjects", Errno.EXDEV, "rename: the new directory belongs to another project");

    /// <summary>A directory to be removed has names.</summary>
    public static readonly Reason DirectoryNotEmpty = new(
        "Ext.DirectoryNotEmpty", Errno.ENOTEMPTY, "directory is not empty");

    /// <summary>A directory to be replaced has names.</summary>
    public static readonly Reason ReplacedNotEmpty = new(
        "Ext.ReplacedNotEmpty", Errno.ENOTEMPTY, "directory to be replaced is not empty");

    /// <summary>An encrypted directory takes no names.</summary>
    public static readonly Reason EncryptedName = new(
        "Ext.EncryptedName", Errno.ENOKEY, "names of an encrypted directory cannot be made without its key");

    /// <summary>An encrypted directory moves no names.</summary>
    public static readonly Reason EncryptedRename = new(
        "Ext.EncryptedRename", Errno.ENOKEY, "names of encrypted directories cannot be moved without their keys");

    /// <summary>The volume keeps no project ids.</summary>
    public static readonly Reason NoProjects = new(
        "Ext.NoProjects", Errno.EOPNOTSUPP, "project: the volume, or the inode, has no project ids");

    /// <summary>Folding changes on empty directories only.</summary>
    public static readonly Reason FoldingNotEmpty = new(
        "Ext.FoldingNotEmpty", Errno.ENOTEMPTY, "casefold: the directory is not empty");

    /// <summary>A target does not fit in a block.</summary>
    public static readonly Reason LinkTooLong = new(
        "Ext.LinkTooLong", Errno.ENAMETOOLONG, "symbolic link: the target does not fit in a block");

    /// <summary>The inode is being made.</summary>
    public static readonly Reason InodeInMaking = new(
        "Ext.InodeInMaking", Errno.ESTALE, "inode: is being made");

    /// <summary>The superblock is not what it was at the mount.</summary>
    public static readonly Reason SuperChanged = new(
        "Ext.SuperChanged", Errno.EUCLEAN, "superblock: changed beneath the mount");

    /// <summary>The device cannot be written.</summary>
    public static readonly Reason DeviceReadOnly = new(
        "Ext.DeviceReadOnly", Errno.EROFS, "the device is read-only");

    /// <summary>A backup superblock is for reading.</summary>
    public static readonly Reason BackupSuperBlock = new(
        "Ext.BackupSuperBlock", Errno.EROFS, "a volume opened by a backup superblock can only be read");

    /// <summary>The volume has features that we only read.</summary>
    public static readonly Reason ReadOnlyFeature = new(
        "Ext.ReadOnlyFeature", Errno.EOPNOTSUPP, "volume can only be read: unsupported feature");

    /// <summary>The volume has multiple-mount protection.</summary>
    public static readonly Reason MmpVolume = new(
        "Ext.MmpVolume", Errno.EOPNOTSUPP, "volume can only be read: multiple-mount protection");

    /// <summary>An unclean volume without a journal.</summary>
    public static readonly Reason NotClean = new(
        "Ext.NotClean", Errno.EUCLEAN, "volume was not unmounted cleanly and has no journal: check it first");

    /// <summary>The journal must be replayed before the volume is written.</summary>
    public static readonly Reason WriteWithoutRecovery = new(
        "Ext.WriteWithoutRecovery", Errno.EROFS, "journal: a volume whose journal is not replayed can only be read");

    /// <summary>Fast commits are replayed for reading only.</summary>
    public static readonly Reason FastCommits = new(
        "Ext.FastCommits", Errno.EOPNOTSUPP, "journal: fast commits cannot be replayed in place; the volume can only be read");

    /// <summary>A directory to be listed has no entry of its parent.</summary>
    public static readonly Reason NoParentEntry =
        new("Ext.NoParentEntry", Errno.EUCLEAN, "directory: no entry \"..\"");

    /// <summary>Blocks are larger than a page of the cache.</summary>
    public static readonly Reason LargeBlocks = new(
        "Ext.LargeBlocks", Errno.EOPNOTSUPP, "volume can only be read: blocks larger than 4 KiB");

    /// <summary>Data in the journal.</summary>
    public static readonly Reason DataJournal = new(
        "Ext.DataJournal", Errno.EOPNOTSUPP, "mount option data=journal is not supported");
}
