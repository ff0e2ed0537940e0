// Every cause of failure of this room, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext;

/// <summary>The causes of failure of ext volumes.</summary>
public static class ExtReasons
{
    /// <summary>There is no ext volume on the device.</summary>
    public static readonly Reason SuperMagic =
        new("Ext.SuperMagic", Errno.EINVAL, "superblock: not an ext2, ext3 or ext4 volume");

    /// <summary>The device ends before the superblock.</summary>
    public static readonly Reason SuperTooSmall =
        new("Ext.SuperTooSmall", Errno.EINVAL, "superblock: the device is too small for one");

    /// <summary>The superblock does not match its checksum.</summary>
    public static readonly Reason SuperChecksum =
        new("Ext.SuperChecksum", Errno.EUCLEAN, "superblock: wrong checksum");

    /// <summary>The checksum algorithm is unknown.</summary>
    public static readonly Reason SuperChecksumType = new(
        "Ext.SuperChecksumType", Errno.EUCLEAN, "superblock: unknown checksum algorithm");

    /// <summary>The revision is unknown.</summary>
    public static readonly Reason SuperRevision =
        new("Ext.SuperRevision", Errno.EOPNOTSUPP, "superblock: unsupported revision");

    /// <summary>The volume needs features that we do not have.</summary>
    public static readonly Reason SuperIncompat =
        new("Ext.SuperIncompat", Errno.EOPNOTSUPP, "superblock: unsupported feature");

    /// <summary>The device is a journal of a volume elsewhere.</summary>
    public static readonly Reason SuperJournalDevice = new(
        "Ext.SuperJournalDevice", Errno.EINVAL, "superblock: the device is an external journal");

    /// <summary>The encoding of names is unknown.</summary>
    public static readonly Reason SuperEncoding =
        new("Ext.SuperEncoding", Errno.EOPNOTSUPP, "superblock: unsupported encoding of names");

    /// <summary>Block or cluster size is impossible.</summary>
    public static readonly Reason SuperBlockSize =
        new("Ext.SuperBlockSize", Errno.EUCLEAN, "superblock: impossible block or cluster size");

    /// <summary>Inode or descriptor size is impossible.</summary>
    public static readonly Reason SuperInodeSize = new(
        "Ext.SuperInodeSize", Errno.EUCLEAN, "superblock: impossible inode or descriptor size");

    /// <summary>The sizes of groups are impossible.</summary>
    public static readonly Reason SuperGroupSize =
        new("Ext.SuperGroupSize", Errno.EUCLEAN, "superblock: impossible size of groups");

    /// <summary>The number of blocks is impossible.</summary>
    public static readonly Reason SuperCounts =
        new("Ext.SuperCounts", Errno.EUCLEAN, "superblock: impossible number of blocks");

    /// <summary>Numbers of groups and inodes contradict each other.</summary>
    public static readonly Reason SuperInodeCounts = new(
        "Ext.SuperInodeCounts", Errno.EUCLEAN, "superblock: inode counts contradict the groups");

    /// <summary>The volume claims more blocks than the device has.</summary>
    public static readonly Reason SuperDeviceSize = new(
        "Ext.SuperDeviceSize", Errno.EUCLEAN, "superblock: the volume is larger than the device");

    /// <summary>A group descriptor does not match its checksum.</summary>
    public static readonly Reason GroupChecksum =
        new("Ext.GroupChecksum", Errno.EUCLEAN, "group descriptor: wrong checksum");

    /// <summary>A group's inode table is not inside the volume.</summary>
    public static readonly Reason GroupInodeTable = new(
        "Ext.GroupInodeTable", Errno.EUCLEAN, "group descriptor: inode table outside the volume");

    /// <summary>An inode number is not on the volume.</summary>
    public static readonly Reason InodeNumberRange =
        new("Ext.InodeNumberRange", Errno.EUCLEAN, "inode: number beyond the volume");

    /// <summary>The inode is free.</summary>
    public static readonly Reason InodeFree = new("Ext.InodeFree", Errno.ESTALE, "inode: free");

    /// <summary>The inode was deleted; it may still be on the orphan list.</summary>
    public static readonly Reason InodeDeleted =
        new("Ext.InodeDeleted", Errno.ESTALE, "inode: deleted");

    /// <summary>An inode does not match its checksum.</summary>
    public static readonly Reason InodeChecksum =
        new("Ext.InodeChecksum", Errno.EUCLEAN, "inode: wrong checksum");

    /// <summary>The extra fields do not fit in the inode.</summary>
    public static readonly Reason InodeExtraSize =
        new("Ext.InodeExtraSize", Errno.EUCLEAN, "inode: impossible size of the extra fields");

    /// <summary>The file type is unknown.</summary>
    public static readonly Reason InodeType =
        new("Ext.InodeType", Errno.EUCLEAN, "inode: unknown file type");

    /// <summary>The size is more than the map can hold.</summary>
    public static readonly Reason InodeSize =
        new("Ext.InodeSize", Errno.EUCLEAN, "inode: impossible size");

    /// <summary>Flags contradict each other or the features.</summary>
    public static readonly Reason InodeFlags =
        new("Ext.InodeFlags", Errno.EUCLEAN, "inode: flags that exclude each other");

    /// <summary>An attribute's inode was reached as a file.</summary>
    public static readonly Reason InodeIsXattr = new(
        "Ext.InodeIsXattr", Errno.EUCLEAN, "inode: belongs to an extended attribute, not to a name");

    /// <summary>A node of an extent tree has no magic.</summary>
    public static readonly Reason ExtentMagic =
        new("Ext.ExtentMagic", Errno.EUCLEAN, "extent tree: node without magic");

    /// <summary>A node of an extent tree has another depth than its place.</summary>
    public static readonly Reason ExtentDepth =
        new("Ext.ExtentDepth", Errno.EUCLEAN, "extent tree: node of the wrong depth");

    /// <summary>A node of an extent tree claims more entries than fit.</summary>
    public static readonly Reason ExtentCount =
        new("Ext.ExtentCount", Errno.EUCLEAN, "extent tree: impossible number of entries");

    /// <summary>A node of an extent tree does not match its checksum.</summary>
    public static readonly Reason ExtentChecksum =
        new("Ext.ExtentChecksum", Errno.EUCLEAN, "extent tree: wrong checksum");

    /// <summary>Entries are out of order, overlap or are empty.</summary>
    public static readonly Reason ExtentOrder = new(
        "Ext.ExtentOrder", Errno.EUCLEAN, "extent tree: entries out of order, overlapping or empty");

    /// <summary>Keys of an inner node are out of order.</summary>
    public static readonly Reason ExtentIndexOrder = new(
        "Ext.ExtentIndexOrder", Errno.EUCLEAN, "extent tree: keys of an inner node out of order");

    /// <summary>A node covers blocks that its parent gives to another one.</summary>
    public static readonly Reason ExtentParent = new(
        "Ext.ExtentParent", Errno.EUCLEAN, "extent tree: node outside its parent's range");

    /// <summary>A child node lies outside the volume.</summary>
    public static readonly Reason ExtentChild =
        new("Ext.ExtentChild", Errno.EUCLEAN, "extent tree: child outside the volume");

    /// <summary>An extent lies outside the volume.</summary>
    public static readonly Reason ExtentRange = new(
        "Ext.ExtentRange", Errno.EUCLEAN, "extent tree: extent outside the volume's data blocks");

    /// <summary>An indirect block names a block outside the volume.</summary>
    public static readonly Reason IndirectRange = new(
        "Ext.IndirectRange", Errno.EUCLEAN, "block map: block outside the volume's data blocks");

    /// <summary>Inline data do not fit in the inode.</summary>
    public static readonly Reason InlineData =
        new("Ext.InlineData", Errno.EUCLEAN, "inline data: do not fit in the inode");

    /// <summary>Contents are encrypted.</summary>
    public static readonly Reason Encrypted =
        new("Ext.Encrypted", Errno.ENOKEY, "contents are encrypted (feature encrypt)");

    /// <summary>Reading the target of an encrypted symbolic link.</summary>
    public static readonly Reason EncryptedLink = new(
        "Ext.EncryptedLink", Errno.ENOKEY, "target is encrypted (feature encrypt)");

    /// <summary>A symbolic link whose target is impossible.</summary>
    public static readonly Reason LinkSize =
        new("Ext.LinkSize", Errno.EUCLEAN, "symbolic link: impossible length of its target");

    /// <summary>A directory has a hole or an unwritten block.</summary>
    public static readonly Reason DirectoryHole =
        new("Ext.DirectoryHole", Errno.EUCLEAN, "directory: block not mapped");

    /// <summary>A directory's size is no multiple of the block size.</summary>
    public static readonly Reason DirectorySize =
        new("Ext.DirectorySize", Errno.EUCLEAN, "directory: impossible size");

    /// <summary>A directory block does not match its checksum.</summary>
    public static readonly Reason DirectoryChecksum =
        new("Ext.DirectoryChecksum", Errno.EUCLEAN, "directory block: wrong checksum");

    /// <summary>A record of a directory is too short, too long or misaligned.</summary>
    public static readonly Reason DirectoryRecord =
        new("Ext.DirectoryRecord", Errno.EUCLEAN, "directory block: impossible record length");

    /// <summary>A name does not fit in its record, is empty, or holds a slash or a zero.</summary>
    public static readonly Reason DirectoryName =
        new("Ext.DirectoryName", Errno.EUCLEAN, "directory block: impossible name");

    /// <summary>An entry names an inode that cannot be.</summary>
    public static readonly Reason DirectoryInode = new(
        "Ext.DirectoryInode", Errno.EUCLEAN, "directory block: inode number beyond the volume");

    /// <summary>The name does not exist.</summary>
    public static readonly Reason NameMissing =
        new("Ext.NameMissing", Errno.ENOENT, "name not found");

    /// <summary>A fast commit took the name away.</summary>
    public static readonly Reason NameGone = new("Ext.NameGone", Errno.ENOENT, "name not found");

    /// <summary>The name is longer than 255 bytes.</summary>
    public static readonly Reason NameTooLong =
        new("Ext.NameTooLong", Errno.ENAMETOOLONG, "name longer than 255 bytes");

    /// <summary>The name is not valid text of a volume that demands it.</summary>
    public static readonly Reason NameEncoding =
        new("Ext.NameEncoding", Errno.EINVAL, "name is not valid in the volume's encoding");

    /// <summary>The root of a hash tree is malformed.</summary>
    public static readonly Reason HtreeRoot =
        new("Ext.HtreeRoot", Errno.EUCLEAN, "hash tree: malformed root");

    /// <summary>A hash tree uses a hash that we cannot compute.</summary>
    public static readonly Reason HtreeHash =
        new("Ext.HtreeHash", Errno.EOPNOTSUPP, "hash tree: unsupported hash version");

    /// <summary>A hash tree is deeper than allowed.</summary>
    public static readonly Reason HtreeDepth =
        new("Ext.HtreeDepth", Errno.EUCLEAN, "hash tree: too deep");

    /// <summary>Limit or count of a hash-tree block is impossible.</summary>
    public static readonly Reason HtreeCount =
        new("Ext.HtreeCount", Errno.EUCLEAN, "hash tree: impossible limit or count");

    /// <summary>Entries of a hash-tree block are out of order.</summary>
    public static readonly Reason HtreeEntry =
        new("Ext.HtreeEntry", Errno.EUCLEAN, "hash tree: entry out of order");

    /// <summary>An entry of a hash tree names a block outside the directory.</summary>
    public static readonly Reason HtreeChild =
        new("Ext.HtreeChild", Errno.EUCLEAN, "hash tree: child outside the directory");

    /// <summary>A hash-tree block does not match its checksum.</summary>
    public static readonly Reason HtreeChecksum =
        new("Ext.HtreeChecksum", Errno.EUCLEAN, "hash tree: wrong checksum");

    /// <summary>An inner block where a leaf belongs, or the other way round.</summary>
    public static readonly Reason HtreeLevel =
        new("Ext.HtreeLevel", Errno.EUCLEAN, "hash tree: block of the wrong level");

    /// <summary>A block of attributes has no magic.</summary>
    public static readonly Reason XattrMagic =
        new("Ext.XattrMagic", Errno.EUCLEAN, "extended attributes: wrong magic");

    /// <summary>The head of a block of attributes is malformed.</summary>
    public static readonly Reason XattrHeader = new(
        "Ext.XattrHeader", Errno.EUCLEAN, "extended attributes: impossible reference or block count");

    /// <summary>A block of attributes does not match its checksum.</summary>
    public static readonly Reason XattrChecksum =
        new("Ext.XattrChecksum", Errno.EUCLEAN, "extended attributes: wrong checksum");

    /// <summary>An attribute does not match its hash.</summary>
    public static readonly Reason XattrHash =
        new("Ext.XattrHash", Errno.EUCLEAN, "extended attributes: wrong hash");

    /// <summary>The attribute list runs out of its space.</summary>
    public static readonly Reason XattrEntry = new(
        "Ext.XattrEntry", Errno.EUCLEAN, "extended attributes: entry outside its space");

    /// <summary>A value lies outside its space or over the entries.</summary>
    public static readonly Reason XattrValue = new(
        "Ext.XattrValue", Errno.EUCLEAN, "extended attributes: value outside its space");

    /// <summary>The block number of the attributes is impossible.</summary>
    public static readonly Reason XattrBlock = new(
        "Ext.XattrBlock", Errno.EUCLEAN, "extended attributes: block outside the volume");

    /// <summary>The inode of an attribute's value is not what it should be.</summary>
    public static readonly Reason XattrInode = new(
        "Ext.XattrInode", Errno.EUCLEAN, "extended attributes: inode of a value is malformed");

    /// <summary>The value in an inode does not match its hash.</summary>
    public static readonly Reason XattrInodeHash = new(
        "Ext.XattrInodeHash", Errno.EUCLEAN, "extended attributes: value in an inode: wrong hash");

    /// <summary>An access control list is malformed.</summary>
    public static readonly Reason AclFormat =
        new("Ext.AclFormat", Errno.EUCLEAN, "access control list: malformed");

    /// <summary>There is no such attribute.</summary>
    public static readonly Reason XattrMissing =
        new("Ext.XattrMissing", Errno.ENODATA, "extended attribute not found");

    /// <summary>The caller's buffer is too small.</summary>
    public static readonly Reason XattrRange = new(
        "Ext.XattrRange", Errno.ERANGE, "extended attribute does not fit in the buffer");

    /// <summary>The block of multiple mount protection is malformed.</summary>
    public static readonly Reason MmpBlock =
        new("Ext.MmpBlock", Errno.EUCLEAN, "multiple mount protection: malformed block");

    /// <summary>The orphan file is malformed.</summary>
    public static readonly Reason OrphanFile =
        new("Ext.OrphanFile", Errno.EUCLEAN, "orphan file: malformed block");

    /// <summary>The list of orphans does not end.</summary>
    public static readonly Reason OrphanList =
        new("Ext.OrphanList", Errno.EUCLEAN, "orphan list: loop or impossible inode number");

    /// <summary>The journal lies on another device that was not given.</summary>
    public static readonly Reason JournalMissing = new(
        "Ext.JournalMissing",
        Errno.ENODEV,
        "journal: lies on another device, which is needed for recovery");

    /// <summary>The journal device cannot be one.</summary>
    public static readonly Reason JournalForeign =
        new("Ext.JournalForeign", Errno.EINVAL, "journal: the device is no journal");

    /// <summary>The journal device belongs to another volume.</summary>
    public static readonly Reason JournalForeignUuid = new(
        "Ext.JournalForeignUuid", Errno.EINVAL, "journal: the device is not this volume's journal");

    /// <summary>The journal's inode cannot be used.</summary>
    public static readonly Reason JournalInode =
        new("Ext.JournalInode", Errno.EUCLEAN, "journal: malformed inode");

    /// <summary>The fast commits hold more changes than any real ones.</summary>
    public static readonly Reason FastCommitSize =
        new("Ext.FastCommitSize", Errno.EUCLEAN, "fast commit: impossible number of changes");

    /// <summary>The fast-commit area holds what cannot be.</summary>
    public static readonly Reason FastCommitTag =
        new("Ext.FastCommitTag", Errno.EUCLEAN, "fast commit: malformed tag");
}
