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

    /// <summary>Adding a name to a directory.</summary>
    internal int AddName => DirectoryWriter.BlocksMax + (DirectoryWriter.NewBlocksMax * volume.Space!.InsertCredits)
        + (2 * InodeBlock) + OrphanBlocks;

    /// <summary>Removing a name.</summary>
    internal int RemoveName => 2 + (2 * InodeBlock) + OrphanBlocks;

    /// <summary>Making an inode with a name.</summary>
    /// <param name="fresh">What is to be made.</param>
    /// <returns>The credits.</returns>
    internal int Create(in NewInode fresh) =>
        AddName + InodeAllocator.Credits + volume.Space!.InsertCredits + 1
        + (fresh.AccessAcl.IsEmpty && fresh.DefaultAcl.IsEmpty
            ? 0
            : volume.XattrWriter!.CreditsFor(fresh.AccessAcl.Length) + XattrWriter.Credits);

    /// <summary>Renaming.</summary>
    /// <param name="hasWhiteout">Whether an inode is made.</param>
    /// <returns>The credits.</returns>
    internal int Rename(bool hasWhiteout) =>
        AddName + RemoveName + 4 + (hasWhiteout ? InodeAllocator.Credits + InodeBlock : 0);
}
