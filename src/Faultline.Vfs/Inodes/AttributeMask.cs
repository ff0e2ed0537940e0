// Which attributes a change sets.

using System;

namespace Faultline.Vfs.Inodes;

/// <summary>Which attributes a change sets.</summary>
[Flags]
public enum AttributeMask
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Permission bits.</summary>
    Mode = 1,

    /// <summary>Owner.</summary>
    Uid = 2,

    /// <summary>Group.</summary>
    Gid = 4,

    /// <summary>Last access.</summary>
    AccessTime = 8,

    /// <summary>Last modification.</summary>
    ModifyTime = 16,

    /// <summary>Last change.</summary>
    ChangeTime = 32,

    /// <summary>Flags of chattr(1).</summary>
    Flags = 64,

    /// <summary>Project id.</summary>
    Project = 128,
}
