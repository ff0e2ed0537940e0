// The subclasses with which two directories are locked at once: parents before children.

namespace Faultline.Vfs.Inodes;

/// <summary>Subclasses of the inode lock of directories (I_MUTEX_PARENT and the like).</summary>
internal static class LockSubclass
{
    /// <summary>A directory whose names change; the first of two.</summary>
    internal const int Parent = 1;

    /// <summary>The second parent of a rename.</summary>
    internal const int Parent2 = 2;

    /// <summary>A directory that is removed, replaced or moved.</summary>
    internal const int Child = 3;

    /// <summary>The second child of a rename.</summary>
    internal const int Child2 = 4;

    /// <summary>Of two files, the one with the higher number.</summary>
    internal const int SecondFile = 1;
}
