// How a structure is protected, and so how a mutant's checksum is repaired.

namespace Faultline.Fuzz;

/// <summary>Kinds of checksums.</summary>
internal enum ChecksumRule
{
    None,
    SuperBlock,
    GroupCrc32c,
    GroupCrc16,
    Inode,
    ExtentNode,
    DirectoryTail,
    HashTree,
    XattrBlock,
    JournalSuperBlock,
    JournalTail,
    JournalCommit,
    FastCommit,
    OrphanFile,
    Mmp,
    GuidPartitionTable,
}
