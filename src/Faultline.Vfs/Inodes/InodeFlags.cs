// Attributes of an inode that every file system shares.

using System;

namespace Faultline.Vfs.Inodes;

/// <summary>Attributes of an inode, as chattr(1) and statx(2) know them. Values are our own.</summary>
[Flags]
public enum InodeFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>May not be changed at all.</summary>
    Immutable = 1,

    /// <summary>May only be appended to.</summary>
    Append = 2,

    /// <summary>No access-time updates.</summary>
    NoAtime = 4,

    /// <summary>Writes are synchronous.</summary>
    Synchronous = 8,

    /// <summary>Names and contents are encrypted.</summary>
    Encrypted = 16,

    /// <summary>Names of this directory compare without case.</summary>
    Casefold = 32,

    /// <summary>Contents are protected by fs-verity.</summary>
    Verity = 64,

    /// <summary>Not to be dumped.</summary>
    NoDump = 128,

    /// <summary>Contents are compressed.</summary>
    Compressed = 256,

    /// <summary>Belongs to the file system itself (journal, quota, resize inode); not reachable by name.</summary>
    System = 512,
}
