// What the last component of a path is.

namespace Faultline.Vfs.Walk;

/// <summary>What the last component of a path is.</summary>
internal enum LastName
{
    /// <summary>A name.</summary>
    Normal,

    /// <summary>Nothing: the path is slashes alone.</summary>
    Root,

    /// <summary>"."</summary>
    Dot,

    /// <summary>".."</summary>
    DotDot,
}
