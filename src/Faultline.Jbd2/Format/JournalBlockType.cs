// Values of h_blocktype.

namespace Faultline.Jbd2.Format;

/// <summary>Kinds of journal metadata blocks.</summary>
/// <source>Linux Documentation/filesystems/ext4/journal.rst</source>
internal enum JournalBlockType : uint
{
    /// <summary>Tags naming the blocks that follow.</summary>
    Descriptor = 1,

    /// <summary>End of a transaction.</summary>
    Commit = 2,

    /// <summary>Superblock of version 1, without features.</summary>
    SuperBlockV1 = 3,

    /// <summary>Superblock of version 2.</summary>
    SuperBlockV2 = 4,

    /// <summary>Blocks that earlier transactions must not restore.</summary>
    Revoke = 5,
}
