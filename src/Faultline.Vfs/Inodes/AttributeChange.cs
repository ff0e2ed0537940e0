// New attributes of an inode, checked by the VFS, to be stored by a driver.

using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>New attributes of an inode. Only those that <see cref="Mask"/> names count.</summary>
public readonly record struct AttributeChange
{
    /// <summary>Which are set.</summary>
    public AttributeMask Mask { get; init; }

    /// <summary>Type and permission bits.</summary>
    public uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>Last access.</summary>
    public UnixTime AccessTime { get; init; }

    /// <summary>Last modification.</summary>
    public UnixTime ModifyTime { get; init; }

    /// <summary>Last change.</summary>
    public UnixTime ChangeTime { get; init; }

    /// <summary>All flags of chattr(1), not only those that change.</summary>
    public InodeFlags Flags { get; init; }

    /// <summary>Project id.</summary>
    public uint ProjectId { get; init; }

    /// <summary>Whether an attribute is set.</summary>
    /// <param name="one">Which.</param>
    /// <returns>True when it is.</returns>
    public bool Has(AttributeMask one) => (Mask & one) != 0;
}
