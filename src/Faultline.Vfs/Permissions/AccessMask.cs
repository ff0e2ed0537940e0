// What a caller wants to do with an inode.

using System;

namespace Faultline.Vfs.Permissions;

/// <summary>What a caller wants to do with an inode; the values are those of one rwx triplet.</summary>
[Flags]
public enum AccessMask
{
    /// <summary>Nothing: existence.</summary>
    None = 0,

    /// <summary>Execute a file, search a directory.</summary>
    Execute = 1,

    /// <summary>Write.</summary>
    Write = 2,

    /// <summary>Read.</summary>
    Read = 4,
}
