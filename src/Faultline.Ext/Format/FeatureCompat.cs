// Values of s_feature_compat: whoever does not know them may read and write all the same.

using System;

namespace Faultline.Ext.Format;

/// <summary>Compatible features.</summary>
/// <source>Linux Documentation/filesystems/ext4/super.rst</source>
[Flags]
internal enum FeatureCompat : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Directories get blocks ahead of need.</summary>
    DirPrealloc = 0x1,

    /// <summary>AFS inodes.</summary>
    ImagicInodes = 0x2,

    /// <summary>Has a journal.</summary>
    HasJournal = 0x4,

    /// <summary>Has extended attributes.</summary>
    ExtAttr = 0x8,

    /// <summary>Descriptor blocks are reserved for growth.</summary>
    ResizeInode = 0x10,

    /// <summary>Directories may have hash trees.</summary>
    DirIndex = 0x20,

    /// <summary>Backups in two chosen groups only.</summary>
    SparseSuper2 = 0x200,

    /// <summary>The journal may hold fast commits.</summary>
    FastCommit = 0x400,

    /// <summary>Inode numbers and UUID never change.</summary>
    StableInodes = 0x800,

    /// <summary>Orphans are listed in a file.</summary>
    OrphanFile = 0x1000,
}
