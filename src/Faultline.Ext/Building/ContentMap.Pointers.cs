// Maps of pointers: twelve in the inode, then trees of one, two and three levels. What has no data has no pointer, and
// a block without pointers is not there.

using System;
using Faultline.Base;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <content>Maps of pointers.</content>
internal sealed partial class ContentMap
{
    private const int DirectPointers = 12;
    private const int PointerLevels = 3;
    private const ulong NoNode = ulong.MaxValue;

    private readonly byte[][] _nodes = new byte[PointerLevels][]; // of each level, the lowest first
    private readonly ulong[] _nodeIndexes = new ulong[PointerLevels]; // which one of its tree
    private int _tree; // levels of the tree that the nodes are of

    private bool GivePointers(in NewInode inode, IBuildContent source, long sizeBytes)
    {
        _tree = 0;
        _nodeIndexes.AsSpan().Fill(NoNode);
        foreach ((ulong first, ulong count) in _parts)
        {
            ulong done = 0;
            while (done < count)
            {
                ulong fileBlock = first + done;
                int level = LevelOf(fileBlock, out ulong index, out ulong restOfTree);
                if (!TryOpenNodes(inode, level, index))
                {
                    return false;
                }

                // As many as the lowest block of pointers, or the inode, has room for.
                ulong perBlock = (ulong)super.BlockSize / sizeof(uint);
                ulong room = level == 0 ? restOfTree : perBlock - (index % perBlock);
                if (!cursor.TryTake(ulong.Min(room, count - done), out ulong place, out ulong length))
                {
                    return false;
                }

                Span<byte> target = level == 0 ? inode.Map : _nodes[0];
                ulong slot = level == 0 ? index : index % perBlock;
                for (ulong at = 0; at < length; at++)
                {
                    SetPointer(target, slot + at, place + at);
                }

                AddData(source, fileBlock, place, length, sizeBytes);
                done += length;
            }
        }

        return true;
    }

    // From the top: each block of pointers that is entered anew is taken before what it points at.
    private bool TryOpenNodes(in NewInode inode, int level, ulong index)
    {
        if (level != _tree)
        {
            _tree = level;
            _nodeIndexes.AsSpan().Fill(NoNode);
        }

        ulong perBlock = (ulong)super.BlockSize / sizeof(uint);
        for (int down = level; down >= 1; down--)
        {
            ulong span = 1;
            for (int below = 0; below < down; below++)
            {
                span *= perBlock;
            }

            ulong node = index / span;
            if (_nodeIndexes[down - 1] == node)
            {
                continue;
            }

            if (!cursor.TryTake(1, out ulong place, out _))
            {
                return false;
            }

            _nodes[down - 1] = new byte[super.BlockSize];
            _nodeIndexes[down - 1] = node;
            pieces.Add(place, _nodes[down - 1]);
            if (down == level)
            {
                SetPointer(inode.Map, (ulong)(DirectPointers + level - 1), place);
            }
            else
            {
                SetPointer(_nodes[down], node % perBlock, place);
            }
        }

        return true;
    }

    private int LevelOf(ulong fileBlock, out ulong index, out ulong rest)
    {
        index = fileBlock;
        ulong perBlock = (ulong)super.BlockSize / sizeof(uint);
        ulong room = DirectPointers;
        int level = 0;
        while (index >= room)
        {
            index -= room;
            room = level == 0 ? perBlock : room * perBlock;
            level++;
        }

        rest = room - index;
        return level;
    }

    private static void SetPointer(Span<byte> target, ulong slot, ulong place) =>
        Disk.Overlay<LeUInt32>(target, (int)slot * sizeof(uint)) = checked((uint)place);
}
