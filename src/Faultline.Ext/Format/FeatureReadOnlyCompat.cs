// Values of s_feature_ro_compat: whoever does not know them may read, but not write.

using System;

namespace Faultline.Ext.Format;

/// <summary>Features that allow reading to those who do not know them.</summary>
/// <source>Linux Documentation/filesystems/ext4/super.rst; ext4(5)</source>
[Flags]
internal enum FeatureReadOnlyCompat : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Backups only in groups 0, 1 and powers of 3, 5 and 7.</summary>
    SparseSuper = 0x1,

    /// <summary>Has files of 2 GiB and more.</summary>
    LargeFile = 0x2,

    /// <summary>Space may be counted in blocks.</summary>
    HugeFile = 0x8,

    /// <summary>Descriptors have CRC-16 checksums and may be uninitialized.</summary>
    UninitGroups = 0x10,

    /// <summary>Directories may have more than 65,000 subdirectories.</summary>
    DirNlink = 0x20,

    /// <summary>Inodes have extra fields.</summary>
    ExtraIsize = 0x40,

    /// <summary>Quota lies in inodes of the volume.</summary>
    Quota = 0x100,

    /// <summary>Blocks are allocated in clusters.</summary>
    Bigalloc = 0x200,

    /// <summary>Metadata have CRC-32C checksums.</summary>
    MetadataChecksums = 0x400,

    /// <summary>Must not be written.</summary>
    ReadOnly = 0x1000,

    /// <summary>Project quota.</summary>
    Project = 0x2000,

    /// <summary>Has files under fs-verity.</summary>
    Verity = 0x8000,

    /// <summary>The orphan file may have entries.</summary>
    OrphanPresent = 0x10000,
}
