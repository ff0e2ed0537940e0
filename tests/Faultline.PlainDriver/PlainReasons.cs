// Why a plain volume refuses.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.PlainDriver;

/// <summary>Reasons of the plain driver.</summary>
public static class PlainReasons
{
    /// <summary>No block is left.</summary>
    public static readonly Reason NoSpace = new("Plain.NoSpace", Errno.ENOSPC, "no free block");

    /// <summary>No block is left to write to.</summary>
    public static readonly Reason NoSpaceToWrite =
        new("Plain.NoSpaceToWrite", Errno.ENOSPC, "no free block to reserve");

    /// <summary>No block is left to write to directly.</summary>
    public static readonly Reason NoSpaceDirect = new("Plain.NoSpaceDirect", Errno.ENOSPC, "no free block to allocate");

    /// <summary>Both copies of the metadata are damaged.</summary>
    public static readonly Reason NoMetadata = new("Plain.NoMetadata", Errno.EUCLEAN, "no valid copy of the metadata");

    /// <summary>Metadata name a block that is not there.</summary>
    public static readonly Reason BadExtent = new("Plain.BadExtent", Errno.EUCLEAN, "extent outside the volume");

    /// <summary>The metadata do not fit in their area.</summary>
    public static readonly Reason MetadataFull = new("Plain.MetadataFull", Errno.ENOSPC, "the metadata area is full");

    /// <summary>No such inode.</summary>
    public static readonly Reason NoInode = new("Plain.NoInode", Errno.ESTALE, "no such inode");

    /// <summary>No such name.</summary>
    public static readonly Reason NoName = new("Plain.NoName", Errno.ENOENT, "no such name");

    /// <summary>Directories inside the root.</summary>
    public static readonly Reason FlatOnly =
        new("Plain.FlatOnly", Errno.EPERM, "a plain volume has regular files in its root only");

    /// <summary>Ranges of a file that is shared with itself in a way that overlaps.</summary>
    public static readonly Reason Overlap = new("Plain.Overlap", Errno.EINVAL, "source and target overlap");
}
