// Every cause for which a tree does not go into a new volume, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext.Building;

/// <summary>Why trees do not go into new volumes.</summary>
public static class ExtBuildReasons
{
    /// <summary>The contents do not fit.</summary>
    public static readonly Reason NoSpace =
        new("Ext.BuildNoSpace", Errno.ENOSPC, "the volume is too small for its contents");

    /// <summary>No size makes the contents fit.</summary>
    public static readonly Reason NoSize =
        new("Ext.BuildNoSize", Errno.ENOSPC, "with these options no size holds the contents");

    /// <summary>More inodes are needed than the volume has.</summary>
    public static readonly Reason NoInodes =
        new("Ext.BuildNoInodes", Errno.ENOSPC, "the volume has too few inodes for its contents");

    /// <summary>A name that no directory entry holds.</summary>
    public static readonly Reason NameLength =
        new("Ext.BuildNameLength", Errno.ENAMETOOLONG, "name: 1 to 255 bytes, not . or .., no slash, no zero byte");

    /// <summary>The root has a lost+found that is no directory.</summary>
    public static readonly Reason LostFound =
        new("Ext.BuildLostFound", Errno.ENOTDIR, "/lost+found belongs to the volume and has to be a directory");

    /// <summary>A directory with more names than its blocks can number.</summary>
    public static readonly Reason DirectorySize =
        new("Ext.BuildDirectorySize", Errno.ENOSPC, "directory: 2 GiB or more need the feature large_dir");

    /// <summary>More names than a link count holds.</summary>
    public static readonly Reason LinkCount =
        new("Ext.BuildLinkCount", Errno.EMLINK, "more than 65000 links");

    /// <summary>A target that no symbolic link holds.</summary>
    public static readonly Reason LinkTarget =
        new("Ext.BuildLinkTarget", Errno.ENAMETOOLONG, "symbolic link: its target is empty, or as long as a block or 4096 bytes");

    /// <summary>A file that is larger than its map, or the features, allow.</summary>
    public static readonly Reason FileSize =
        new("Ext.BuildFileSize", Errno.EFBIG, "file: larger than the volume's features allow");

    /// <summary>Data that are no parts of the file, in order.</summary>
    public static readonly Reason Ranges =
        new("Ext.BuildRanges", Errno.EINVAL, "file: its data lie outside of it, or overlap");

    /// <summary>Space that the count of an inode does not hold.</summary>
    public static readonly Reason FileSpace =
        new("Ext.BuildFileSpace", Errno.EFBIG, "file: 2 TiB of space need the feature huge_file");

    /// <summary>An attribute outside of the namespaces that are stored.</summary>
    public static readonly Reason XattrNamespace =
        new("Ext.BuildXattrNamespace", Errno.EOPNOTSUPP, "extended attribute: its namespace is not stored");

    /// <summary>Attributes that do not fit.</summary>
    public static readonly Reason XattrRoom = new(
        "Ext.BuildXattrRoom", Errno.ENOSPC, "extended attributes: more than inode and block hold; values in inodes need the feature ea_inode");

    /// <summary>An attribute of an impossible length.</summary>
    public static readonly Reason XattrLength = new(
        "Ext.BuildXattrLength", Errno.ERANGE, "extended attribute: its name has more than 255 bytes, or its value more than 65536");

    /// <summary>A malformed access control list.</summary>
    public static readonly Reason Acl = new("Ext.BuildAcl", Errno.EINVAL, "access control list: malformed");

    /// <summary>Device numbers with more bits than are stored.</summary>
    public static readonly Reason Device =
        new("Ext.BuildDevice", Errno.EINVAL, "device: major numbers have 12 bits, minor numbers 20");

    /// <summary>A directory entered below itself, or under two names.</summary>
    public static readonly Reason DirectoryTwice =
        new("Ext.BuildDirectoryTwice", Errno.EINVAL, "a directory has two names");

    /// <summary>No type that an inode can have.</summary>
    public static readonly Reason Type = new("Ext.BuildType", Errno.EINVAL, "an inode of no known type");

    /// <summary>A journal device holds no files.</summary>
    public static readonly Reason JournalDevice =
        new("Ext.BuildJournalDevice", Errno.EINVAL, "a journal device holds no files");

    /// <summary>The device is too small.</summary>
    public static readonly Reason DeviceSize =
        new("Ext.BuildDeviceSize", Errno.ENOSPC, "the device is smaller than the volume");
}
