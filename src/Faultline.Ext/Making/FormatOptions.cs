// How a volume is made. Everything has the default of mke2fs(8) and of the mke2fs.conf(5) that comes with it.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Ext.Making;

/// <summary>How a volume is made.</summary>
public sealed record FormatOptions
{
    /// <summary>ext2, ext3 or ext4: which features there are by default.</summary>
    public string Type { get; init; } = "ext4";

    /// <summary>Usage types, or none: then the size decides between floppy, small, default, big and huge.</summary>
    public IReadOnlyList<string> UsageTypes { get; init; } = [];

    /// <summary>Bytes of the volume, or null for the whole device.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Bytes of a block, a power of two from 1024 to 65536, or null.</summary>
    public int? BlockSize { get; init; }

    /// <summary>Bytes of a cluster, a power of two, or null for 16 blocks. Only with the feature bigalloc.</summary>
    public int? ClusterSize { get; init; }

    /// <summary>Bytes for each inode, or null.</summary>
    public long? BytesPerInode { get; init; }

    /// <summary>Number of inodes wanted, or null. The volume has that many or a few more.</summary>
    public long? InodeCount { get; init; }

    /// <summary>Bytes of an inode, a power of two from 128 to the block size, or null for 256.</summary>
    public int? InodeSize { get; init; }

    /// <summary>Blocks of a group, a multiple of 8, or null for what a bitmap of one block describes.</summary>
    public int? BlocksPerGroup { get; init; }

    /// <summary>Groups whose bitmaps and inode tables lie together, a power of two, or null for 16.</summary>
    public int? GroupsPerFlex { get; init; }

    /// <summary>Edits of the features: names, with ^ before those to be removed; "none" removes all.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Mebibytes of the journal, or null for what suits the size.</summary>
    public long? JournalMegabytes { get; init; }

    /// <summary>Kibibytes for fast commits, or null for 1/64 of the journal. Only with the feature.</summary>
    public long? FastCommitKilobytes { get; init; }

    /// <summary>Block near which the journal lies, or null for the middle of the volume.</summary>
    public ulong? JournalLocation { get; init; }

    /// <summary>The device of an external journal, made before, or null. Stays the caller's.</summary>
    public IBlockDevice? JournalDevice { get; init; }

    /// <summary>Up to 16 bytes of UTF-8.</summary>
    public string Label { get; init; } = "";

    /// <summary>Directory of the last mount, up to 64 bytes of UTF-8.</summary>
    public string LastMounted { get; init; } = "";

    /// <summary>Identity; null takes a random one.</summary>
    public Uuid? Uuid { get; init; }

    /// <summary>Seed of the hashes of names; null takes a random one.</summary>
    public Uuid? HashSeed { get; init; }

    /// <summary>Per cent of the blocks that only the superuser may use, 0 to 50.</summary>
    public double ReservedPercent { get; init; } = 5;

    /// <summary>Owner of the root directory, or null for 0, or for what a tree's root has.</summary>
    public uint? RootUid { get; init; }

    /// <summary>Group of the root directory, or null for 0, or for what a tree's root has.</summary>
    public uint? RootGid { get; init; }

    /// <summary>What the kernel does when it meets damage: 1 go on, 2 read only, 3 panic.</summary>
    public int ErrorPolicy { get; init; } = 1;

    /// <summary>0 or 1.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>Inode tables of volumes with checksums of groups are left to the first mount.</summary>
    public bool LazyInodeTables { get; init; } = true;

    /// <summary>The journal is not zeroed.</summary>
    public bool LazyJournal { get; init; }

    /// <summary>Blocks up to which the volume can grow while mounted, or null for 1024 times its size.</summary>
    public ulong? ResizeLimitBlocks { get; init; }

    /// <summary>Blocks a disk of the array has in one stripe; recorded.</summary>
    public ushort Stride { get; init; }

    /// <summary>Blocks of a whole stripe; recorded.</summary>
    public uint StripeWidth { get; init; }

    /// <summary>Backup superblocks with the feature sparse_super2, 0 to 2.</summary>
    public int BackupSuperBlockCount { get; init; } = 2;

    /// <summary>Seconds between updates of multiple-mount protection; 0 is the default, 5.</summary>
    public ushort MmpInterval { get; init; }

    /// <summary>Whether casefolded directories refuse names that are no UTF-8.</summary>
    public bool IsEncodingStrict { get; init; }

    /// <summary>The device is discarded first.</summary>
    public bool Discard { get; init; } = true;

    /// <summary>The device is known to read as zeros everywhere: zeros are not written again.</summary>
    public bool IsBlank { get; init; }

    /// <summary>Time of the making, or null for now.</summary>
    public UnixTime? Now { get; init; }
}
