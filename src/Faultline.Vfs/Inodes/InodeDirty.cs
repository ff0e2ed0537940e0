// Which part of an inode changed in memory.

using System;

namespace Faultline.Vfs.Inodes;

/// <summary>Which part of an inode changed in memory and has to reach the disk.</summary>
[Flags]
public enum InodeDirty
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Time stamps (I_DIRTY_TIME, or I_DIRTY_SYNC without lazytime).</summary>
    Times = 1,

    /// <summary>Size or space used: fdatasync(2) needs it (I_DIRTY_DATASYNC).</summary>
    Size = 2,

    /// <summary>Mode, owner, links, flags (I_DIRTY_SYNC).</summary>
    Attributes = 4,
}
