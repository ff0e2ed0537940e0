// Values of s_feature_incompat: whoever does not know one of them must not touch the volume.

using System;

namespace Faultline.Ext.Format;

/// <summary>Incompatible features.</summary>
/// <source>Linux Documentation/filesystems/ext4/super.rst; ext4(5)</source>
[Flags]
internal enum FeatureIncompat : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Compressed files; nobody ever wrote them to the end.</summary>
    Compression = 0x1,

    /// <summary>Directory entries record the file type.</summary>
    FileType = 0x2,

    /// <summary>The journal must be replayed.</summary>
    NeedsRecovery = 0x4,

    /// <summary>This is a journal, not a volume.</summary>
    JournalDevice = 0x8,

    /// <summary>Descriptors lie in meta block groups.</summary>
    MetaGroups = 0x10,

    /// <summary>Files may have extent trees.</summary>
    Extents = 0x40,

    /// <summary>Block numbers have 64 bits.</summary>
    SixtyFourBit = 0x80,

    /// <summary>Multiple mount protection.</summary>
    Mmp = 0x100,

    /// <summary>Bitmaps and inode tables may lie in other groups.</summary>
    FlexGroups = 0x200,

    /// <summary>Large attribute values lie in inodes of their own.</summary>
    EaInode = 0x400,

    /// <summary>Data in directory entries.</summary>
    DirData = 0x1000,

    /// <summary>The checksum seed is in the superblock.</summary>
    ChecksumSeed = 0x2000,

    /// <summary>Directories over 2 GiB and hash trees of three levels.</summary>
    LargeDir = 0x4000,

    /// <summary>Small files and directories lie in their inode.</summary>
    InlineData = 0x8000,

    /// <summary>Has encrypted files.</summary>
    Encrypt = 0x10000,

    /// <summary>Directories may compare names without case.</summary>
    Casefold = 0x20000,

    /// <summary>What we read.</summary>
    Readable = FileType | NeedsRecovery | MetaGroups | Extents | SixtyFourBit | Mmp | FlexGroups
        | EaInode | ChecksumSeed | LargeDir | InlineData | Encrypt | Casefold,
}
