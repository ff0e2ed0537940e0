// What can be wrong with a directory record.

namespace Faultline.Ext.Directories;

/// <summary>What can be wrong with a directory record.</summary>
internal enum DirectoryProblem
{
    /// <summary>Its length.</summary>
    Record,

    /// <summary>Its name.</summary>
    Name,

    /// <summary>The inode it names.</summary>
    Inode,
}
