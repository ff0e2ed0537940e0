// Worst cases of what operations change, in blocks: what a handle asks for.

using Faultline.Ext.Allocation;
using Faultline.Ext.Attributes;
using Faultline.Ext.Directories;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>Credits of operations.</summary>
/// <param name="volume">The volume.</param>
internal sealed class OperationCosts(ExtVolume volume)
{
    private const int InodeBlock = 1;
    private const int OrphanBlocks = 3; // superblock or orphan file, the inode, its predecessor in the list

    /// <summary>Removing a name.</summary>
    internal int RemoveName => 2 + (2 * InodeBlock) + OrphanBlocks;

    /// <summary>Adding a name to a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The credits.</returns>
    internal int AddName(InodeRecord directory) => DirectoryWriter.BlocksMax
        + (DirectoryWriter.NewBlocksMax * volume.Space!.InsertCredits(directory))
        + (2 * InodeBlock) + OrphanBlocks;

    /// <summary>Making an inode with a name.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="fresh">What is to be made.</param>
    /// <returns>The credits.</returns>
    internal int Create(InodeRecord directory, in NewInode fresh) =>
        AddName(directory) + InodeAllocator.Credits + volume.Space!.FirstInsertCredits + 1
        + (fresh.AccessAcl.IsEmpty && fresh.DefaultAcl.IsEmpty
            ? 0
            : volume.XattrWriter!.CreditsFor(fresh.AccessAcl.Length) + XattrWriter.Credits);

    /// <summary>Renaming.</summary>
    /// <param name="target">The new directory.</param>
    /// <param name="hasWhiteout">Whether an inode is made.</param>
    /// <returns>The credits.</returns>
    internal int Rename(InodeRecord target, bool hasWhiteout) =>
        AddName(target) + RemoveName + 4 + (hasWhiteout ? InodeAllocator.Credits + InodeBlock : 0);
}
