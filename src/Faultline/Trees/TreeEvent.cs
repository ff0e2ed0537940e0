// Why a walk shows an entry.

namespace Faultline.Trees;

/// <summary>Why a walk shows an entry.</summary>
public enum TreeEvent
{
    /// <summary>A file, link or other inode; or a directory before its names.</summary>
    Enter,

    /// <summary>A directory after its names.</summary>
    Leave,
}
