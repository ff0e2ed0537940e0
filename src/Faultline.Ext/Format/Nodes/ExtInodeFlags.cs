// Values of i_flags.

using System;

namespace Faultline.Ext.Format.Nodes;

/// <summary>Flags of an inode.</summary>
/// <source>Linux Documentation/filesystems/ext4/inodes.rst</source>
[Flags]
internal enum ExtInodeFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Compressed.</summary>
    Compressed = 0x4,

    /// <summary>Synchronous.</summary>
    Synchronous = 0x8,

    /// <summary>May not be changed.</summary>
    Immutable = 0x10,

    /// <summary>May only grow.</summary>
    Append = 0x20,

    /// <summary>Not dumped.</summary>
    NoDump = 0x40,

    /// <summary>Access time stays.</summary>
    NoAtime = 0x80,

    /// <summary>Names or contents are encrypted.</summary>
    Encrypted = 0x800,

    /// <summary>The directory has a hash tree.</summary>
    Index = 0x1000,

    /// <summary>Space is counted in blocks of the volume.</summary>
    HugeFile = 0x4_0000,

    /// <summary>The map is an extent tree.</summary>
    Extents = 0x8_0000,

    /// <summary>Under fs-verity.</summary>
    Verity = 0x10_0000,

    /// <summary>Holds the value of an extended attribute.</summary>
    EaInode = 0x20_0000,

    /// <summary>The data lie in the inode.</summary>
    InlineData = 0x1000_0000,

    /// <summary>Children inherit the project.</summary>
    ProjectInherit = 0x2000_0000,

    /// <summary>Names compare without case.</summary>
    Casefold = 0x4000_0000,
}
