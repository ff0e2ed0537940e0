// The kinds of structures that are damaged, each with a line of its own in the report.

namespace Faultline.Fuzz;

/// <summary>Kinds of structures.</summary>
public enum StructureKind
{
    SuperBlock,
    GroupDescriptor,
    Inode,
    ExtentRoot,
    ExtentNode,
    IndirectBlock,
    DirectoryBlock,
    HashTree,
    InlineData,
    InodeXattrs,
    XattrBlock,
    AttributeInode,
    SymbolicLink,
    JournalSuperBlock,
    JournalDescriptor,
    JournalRevoke,
    JournalCommit,
    FastCommit,
    OrphanFile,
    Mmp,
    MasterBootRecord,
    GuidPartitionTable,
}
