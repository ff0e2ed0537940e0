// Kinds of tags in the fast-commit area.

namespace Faultline.Ext.FastCommit;

/// <summary>Kinds of tags. The document names them; the numbers are those of images.</summary>
/// <source>docs/format/jbd2.md#fast-commits; Linux
/// Documentation/filesystems/ext4/journal.rst</source>
internal enum FastCommitTagKind : ushort
{
    /// <summary>Blocks come to a file.</summary>
    AddRange = 1,

    /// <summary>Blocks leave a file.</summary>
    DeleteRange = 2,

    /// <summary>A new inode gets its first name.</summary>
    Create = 3,

    /// <summary>An inode gets a name.</summary>
    Link = 4,

    /// <summary>A name goes.</summary>
    Unlink = 5,

    /// <summary>An inode as it is now.</summary>
    Inode = 6,

    /// <summary>Nothing.</summary>
    Pad = 7,

    /// <summary>End of a fast commit.</summary>
    Tail = 8,

    /// <summary>Start of the area.</summary>
    Head = 9,
}
