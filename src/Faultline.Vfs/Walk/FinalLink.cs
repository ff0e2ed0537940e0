// What to do with a symbolic link at the end of a path.

namespace Faultline.Vfs.Walk;

/// <summary>What to do with a symbolic link at the end of a path.</summary>
public enum FinalLink
{
    /// <summary>Go where it points (stat, open).</summary>
    Follow,

    /// <summary>Answer the link itself (lstat, readlink).</summary>
    Keep,
}
