// The one way to ask where a file block lies, whatever kind of map the inode has.

using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Block maps of a volume, of either kind.</summary>
internal sealed class BlockMap
{
    private readonly ExtentTree _trees;
    private readonly IndirectMap _maps;
    private readonly FastCommitChanges? _changes;

    internal BlockMap(ExtSuperBlock super, BufferCache buffers, FastCommitChanges? changes)
    {
        _changes = changes;
        _trees = new ExtentTree(super, buffers);
        _maps = new IndirectMap(super, buffers);
    }

    /// <summary>The extent trees.</summary>
    internal ExtentTree Trees => _trees;

    /// <summary>The block maps of ext2 and ext3.</summary>
    internal IndirectMap Pointers => _maps;

    /// <summary>Looks a file block up.</summary>
    /// <param name="inode">An inode whose data are in blocks.</param>
    /// <param name="fileBlock">The file block.</param>
    /// <returns>A range with one state around it.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal MappedRange Lookup(InodeRecord inode, ulong fileBlock)
    {
        Check.That(!inode.Has(ExtInodeFlags.InlineData));
        if (fileBlock >= uint.MaxValue)
        {
            return new MappedRange(uint.MaxValue, ulong.MaxValue - uint.MaxValue, MapState.Hole, 0);
        }

        MappedRange range = inode.Has(ExtInodeFlags.Extents)
            ? _trees.Lookup(inode, fileBlock)
            : _maps.Lookup(inode, fileBlock);
        Check.That(range.Contains(fileBlock));
        if ((_changes is null)
            || !_changes.Maps.TryGetValue(inode.Number.Value, out ExtentChanges? changes))
        {
            return range;
        }

        range = changes.Apply(fileBlock, range);
        Check.That(range.Contains(fileBlock));
        return range;
    }

    /// <summary>Depth of an inode's extent tree.</summary>
    /// <param name="inode">An inode with an extent tree.</param>
    /// <returns>0 when the extents lie in the inode.</returns>
    internal int TreeDepth(InodeRecord inode) => _trees.Depth(inode);
}
