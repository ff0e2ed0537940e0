// What a check knows of an inode in use.

using Faultline.Ext.Inodes;

namespace Faultline.Ext.Checking;

/// <summary>What a check knows of an inode in use.</summary>
/// <param name="record">The inode.</param>
internal sealed class InodeUse(InodeRecord record)
{
    /// <summary>The inode.</summary>
    internal InodeRecord Record { get; } = record;

    /// <summary>Names that lead to it, or attributes whose value it holds.</summary>
    internal long NameCount { get; set; }

    /// <summary>Directories in it.</summary>
    internal long SubdirectoryCount { get; set; }

    /// <summary>Whether the walk came to it.</summary>
    internal bool IsWalked { get; set; }
}
