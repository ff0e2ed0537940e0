// Every cause for which a volume is not made, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>Why volumes are not made.</summary>
public static class ExtFormatReasons
{
    /// <summary>No such type.</summary>
    public static readonly Reason Type = new("Ext.FormatType", Errno.EINVAL, "type: ext2, ext3 and ext4 can be made");

    /// <summary>No such usage type.</summary>
    public static readonly Reason UsageType = new("Ext.FormatUsageType", Errno.EINVAL, "usage type: unknown");

    /// <summary>No such feature, or one that we do not make.</summary>
    public static readonly Reason Feature =
        new("Ext.FormatFeature", Errno.EOPNOTSUPP, "feature: unknown, or not made by us");

    /// <summary>Features that need, or exclude, one another.</summary>
    public static readonly Reason Combination = new("Ext.FormatCombination", Errno.EINVAL, "features and options");

    /// <summary>A number that cannot be.</summary>
    public static readonly Reason Number = new("Ext.FormatNumber", Errno.EINVAL, "option");

    /// <summary>The volume would be too small.</summary>
    public static readonly Reason TooSmall = new("Ext.FormatTooSmall", Errno.ENOSPC, "the volume is too small");

    /// <summary>The volume would be too large.</summary>
    public static readonly Reason TooLarge =
        new("Ext.FormatTooLarge", Errno.EFBIG, "the volume is too large for 32-bit block numbers");

    /// <summary>The volume does not fit on the device.</summary>
    public static readonly Reason Device =
        new("Ext.FormatDevice", Errno.EINVAL, "the device is smaller than the volume");

    /// <summary>No room for what every volume has.</summary>
    public static readonly Reason NoRoom = new("Ext.FormatNoRoom", Errno.ENOSPC, "no room for the volume's own files");

    /// <summary>The journal does not fit.</summary>
    public static readonly Reason Journal = new("Ext.FormatJournal", Errno.EINVAL, "journal: size");

    /// <summary>No room for blocks of pointers.</summary>
    public static readonly Reason JournalRoom = new("Ext.FormatJournalRoom", Errno.ENOSPC, "no room for a map");

    /// <summary>No room for blocks of a file mapped by pointers.</summary>
    public static readonly Reason PointerRoom = new("Ext.FormatPointerRoom", Errno.ENOSPC, "no room for a file");

    /// <summary>No room for the map of the journal.</summary>
    public static readonly Reason TreeRoom = new("Ext.FormatTreeRoom", Errno.ENOSPC, "no room for an extent tree");

    /// <summary>The device of the journal is none.</summary>
    public static readonly Reason JournalDevice =
        new("Ext.FormatJournalDevice", Errno.EINVAL, "journal device: was not made as one with these blocks");

    /// <summary>No room for the resize inode.</summary>
    public static readonly Reason ResizeRoom =
        new("Ext.FormatResizeRoom", Errno.ENOSPC, "no room for the resize inode");

    /// <summary>No room for the block of multiple-mount protection.</summary>
    public static readonly Reason MmpRoom =
        new("Ext.FormatMmpRoom", Errno.ENOSPC, "no room for the block of multiple-mount protection");

    /// <summary>The device of the journal is too small.</summary>
    public static readonly Reason JournalDeviceSize =
        new("Ext.FormatJournalDeviceSize", Errno.EINVAL, "journal device: too small");

    /// <summary>A journal device cannot be made so.</summary>
    public static readonly Reason JournalDeviceNumbers =
        new("Ext.FormatJournalDeviceNumbers", Errno.EINVAL, "journal device: number and size of blocks, or label");

    /// <summary>Blocks of a group.</summary>
    public static readonly Reason GroupBlocks =
        new("Ext.FormatGroupBlocks", Errno.EINVAL, "blocks per group: at least 256, a multiple of 8");

    /// <summary>Inodes of a group.</summary>
    public static readonly Reason GroupInodes =
        new("Ext.FormatGroupInodes", Errno.EINVAL, "inodes: more than a bitmap describes");

    /// <summary>The only group has no room for its own metadata.</summary>
    public static readonly Reason OneGroup =
        new("Ext.FormatOneGroup", Errno.ENOSPC, "the volume is too small for its metadata");

    /// <summary>Metadata of groups do not fit.</summary>
    public static readonly Reason GroupRoom =
        new("Ext.FormatGroupRoom", Errno.ENOSPC, "no room for bitmaps and inode tables");
}
