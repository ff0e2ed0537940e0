// Inodes that a crash must not leave half deleted or half truncated: on disk in the orphan file where the volume has
// one with room, else in the list that goes from the superblock through the inodes' deletion times.
//
//     s_last_orphan --> newest --i_dtime--> older --i_dtime--> 0
//
// Invariants: an inode is in at most one place; the list in memory (newest last) is the list on disk.
// Locks: OrphanList (rank 445) around everything.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Inodes;

/// <summary>Inodes to be deleted or truncated.</summary>
internal sealed class Orphans
{
    private readonly ExtVolume _volume;
    private readonly FairMutex _lock = new(LockClasses.OrphanList.For("ext"));
    private readonly LinkedList<InodeRecord> _chain = []; // guarded by _lock; newest last
    private readonly Dictionary<ulong, LinkedListNode<InodeRecord>> _inChain = []; // guarded by _lock
    private readonly Dictionary<ulong, (int Block, int Slot)> _inFile = []; // guarded by _lock
    private readonly MetadataBuffer[] _blocks;
    private readonly List<(int Block, int Slot)> _free = []; // guarded by _lock

    internal Orphans(ExtVolume volume)
    {
        _volume = volume;
        _blocks = OrphanList.ReadBlocks(volume);
        int slots = (volume.Super.BlockSize - OrphanTailDisk.SizeBytes) / sizeof(uint);
        for (int block = _blocks.Length - 1; block >= 0; block--)
        {
            for (int slot = slots - 1; slot >= 0; slot--)
            {
                if (Disk.View<LeUInt32>(_blocks[block].Bytes, slot * sizeof(uint)) == 0)
                {
                    _free.Add((block, slot));
                }
            }
        }
    }

    /// <summary>Whether there are any.</summary>
    internal bool HasAny
    {
        get
        {
            using MutexGuard guard = _lock.Acquire();
            return (_chain.Count > 0) || (_inFile.Count > 0);
        }
    }

    /// <summary>Notes an inode. The caller stores it afterwards.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="inode">The inode.</param>
    internal void Add(MetadataHandle handle, InodeRecord inode)
    {
        using MutexGuard guard = _lock.Acquire();
        if (IsKnown(inode))
        {
            return;
        }

        if (_free.Count > 0)
        {
            (int block, int slot) = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            Disk.Overlay<LeUInt32>(handle.Change(_blocks[block]), slot * sizeof(uint)) = Number(inode);
            _inFile.Add(inode.Number.Value, (block, slot));
            return;
        }

        ref SuperBlockDisk super = ref _volume.SuperStore.Change(handle);
        inode.DeletionTime = super.LastOrphan;
        super.LastOrphan = Number(inode);
        Link(inode);
    }

    /// <summary>An inode is whole again, or gone. The caller stores it afterwards.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="inode">The inode; its deletion time becomes 0.</param>
    internal void Remove(MetadataHandle handle, InodeRecord inode)
    {
        using MutexGuard guard = _lock.Acquire();
        if (_inFile.Remove(inode.Number.Value, out (int Block, int Slot) place))
        {
            Disk.Overlay<LeUInt32>(handle.Change(_blocks[place.Block]), place.Slot * sizeof(uint)) = 0;
            _free.Add(place);
            return;
        }

        if (!_inChain.Remove(inode.Number.Value, out LinkedListNode<InodeRecord>? node))
        {
            return;
        }

        uint next = inode.DeletionTime;
        if (node.Next is null)
        {
            _volume.SuperStore.Change(handle).LastOrphan = next;
        }
        else
        {
            InodeRecord newer = node.Next.Value;
            newer.DeletionTime = next;
            _volume.Inodes.Store(handle, newer);
        }

        inode.DeletionTime = 0;
        _chain.Remove(node);
    }

    /// <summary>Takes over what recovery found, oldest first.</summary>
    /// <param name="inode">An inode of the list on disk; those of the file are known by their place.</param>
    internal void Adopt(InodeRecord inode)
    {
        using MutexGuard guard = _lock.Acquire();
        int slots = (_volume.Super.BlockSize - OrphanTailDisk.SizeBytes) / sizeof(uint);
        for (int block = 0; block < _blocks.Length; block++)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                if (Disk.View<LeUInt32>(_blocks[block].Bytes, slot * sizeof(uint)) == Number(inode))
                {
                    _inFile.Add(inode.Number.Value, (block, slot));
                    return;
                }
            }
        }

        Link(inode);
    }

    private static uint Number(InodeRecord inode) => checked((uint)inode.Number.Value);

    private bool IsKnown(InodeRecord inode) =>
        _inFile.ContainsKey(inode.Number.Value) || _inChain.ContainsKey(inode.Number.Value);

    private void Link(InodeRecord inode) => _inChain.Add(inode.Number.Value, _chain.AddLast(inode));
}
