// Changes extended attributes. A value goes into the inode if it fits behind the fields; else into the block; else,
// where the volume has them, into an inode of its own. What finds no place changes nothing.
//
// A block may be shared by inodes with the same attributes: it is never changed while others have it, but left for a
// new one. Locks: caller, the inode lock exclusive, the xattr lock, and an open handle; the caller stores the inode.
// Counts of references change under Sharing (rank 460, before any group).

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Attributes;

/// <summary>Changes extended attributes.</summary>
internal sealed class XattrWriter
{
    /// <summary>Credits of one change, without values in inodes: the old block or its release, and a new
    /// one.</summary>
    internal const int Credits = 8;

    private readonly ExtSuperBlock _super;
    private readonly XattrStore _store;
    private readonly IBlockSource _space;
    private readonly XattrValues _values;
    private readonly FairMutex _sharing = new(LockClasses.MetadataBuffer.For("ext"));

    internal XattrWriter(ExtSuperBlock super, XattrStore store, IBlockSource space, XattrValues values)
    {
        _super = super;
        _store = store;
        _space = space;
        _values = values;
    }

    /// <summary>Credits of storing a value.</summary>
    /// <param name="valueBytes">Its length.</param>
    /// <returns>The credits.</returns>
    internal int CreditsFor(int valueBytes) => Credits + _values.CreditsFor(valueBytes);

    /// <summary>Stores an attribute.</summary>
    /// <param name="handle">With <see cref="CreditsFor"/>.</param>
    /// <param name="inode">The inode.</param>
    /// <param name="name">Whole name.</param>
    /// <param name="value">The value, as programs see it.</param>
    /// <param name="flags">Create, replace, or either.</param>
    /// <returns>Success.</returns>
    /// <errors>EEXIST; ENODATA; ENOSPC; EOPNOTSUPP the namespace; damage throws FsException.</errors>
    internal Result Set(
        MetadataHandle handle,
        InodeRecord inode,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        XattrFlags flags)
    {
        byte index = XattrNames.IndexOf(name, out ReadOnlySpan<byte> rest);
        if (index == 0)
        {
            return ExtWriteReasons.XattrNamespace;
        }

        List<XattrItem> items = _store.ReadAll(inode);
        int at = Find(items, index, rest);
        if ((at >= 0) && ((flags & XattrFlags.XATTR_CREATE) != 0))
        {
            return ExtWriteReasons.XattrExists;
        }

        if ((at < 0) && ((flags & XattrFlags.XATTR_REPLACE) != 0))
        {
            return ExtWriteReasons.XattrAbsent;
        }

        bool isAcl = index is XattrNames.AclAccessIndex or XattrNames.AclDefaultIndex;
        byte[] stored = isAcl ? AclValue.ToDisk(value) : value.ToArray();
        XattrItem item = new(
            index, rest.ToArray(), stored, 0, (uint)stored.Length, XattrHash.Of(rest, stored), IsInInode: true);
        XattrItem? old = at >= 0 ? items[at] : null;
        if (at >= 0)
        {
            items.RemoveAt(at);
        }

        return Place(handle, inode, items, item, old);
    }

    /// <summary>Removes an attribute.</summary>
    /// <param name="handle">With <see cref="CreditsFor"/> of nothing.</param>
    /// <param name="inode">The inode.</param>
    /// <param name="name">Whole name.</param>
    /// <returns>Success.</returns>
    /// <errors>ENODATA; ENOSPC a shared block must be replaced; damage throws FsException.</errors>
    internal Result Remove(MetadataHandle handle, InodeRecord inode, ReadOnlySpan<byte> name)
    {
        byte index = XattrNames.IndexOf(name, out ReadOnlySpan<byte> rest);
        List<XattrItem> items = _store.ReadAll(inode);
        int at = index == 0 ? -1 : Find(items, index, rest);
        if (at < 0)
        {
            return ExtWriteReasons.XattrNotThere;
        }

        XattrItem old = items[at];
        items.RemoveAt(at);
        Result stored = Store(handle, inode, items, !old.IsInInode);
        if (stored.IsOk && (old.ValueInode != 0))
        {
            _values.Release(handle, inode, new InodeNumber(old.ValueInode));
        }

        return stored;
    }

    /// <summary>The inode is deleted: its block and its values lose a reference.</summary>
    /// <param name="handle">With <see cref="Credits"/> and those of each value.</param>
    /// <param name="inode">The inode.</param>
    internal void RemoveAll(MetadataHandle handle, InodeRecord inode)
    {
        foreach (XattrItem item in _store.ReadAll(inode))
        {
            if (item.ValueInode != 0)
            {
                _values.Release(handle, inode, new InodeNumber(item.ValueInode));
            }
        }

        if (inode.XattrBlock.Value != 0)
        {
            ReleaseBlock(handle, inode, inode.XattrBlock);
            inode.XattrBlock = default;
        }
    }

    /// <summary>Writes the attributes of the inode's own space.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="items">All its attributes; those in the inode are written.</param>
    internal static void WriteInInode(InodeRecord inode, List<XattrItem> items)
    {
        Span<byte> space = InodeSpace(inode);
        if (space.Length <= XattrHeaderDisk.MagicBytes)
        {
            return;
        }

        List<XattrItem> own = items.FindAll(static item => item.IsInInode);
        Disk.Overlay<LeUInt32>(space) = own.Count == 0 ? 0 : XattrHeaderDisk.ExpectedMagic;
        _ = XattrSpace.Write(own, space.Slice(XattrHeaderDisk.MagicBytes), 0);
    }

    private static int Find(List<XattrItem> items, byte index, ReadOnlySpan<byte> rest)
    {
        for (int at = 0; at < items.Count; at++)
        {
            if ((items[at].Index == index) && rest.SequenceEqual(items[at].Name))
            {
                return at;
            }
        }

        return -1;
    }

    private static Span<byte> InodeSpace(InodeRecord inode) => inode.ExtraSize == 0
        ? default
        : inode.Writable.Slice(InodeDisk.SizeBytes + inode.ExtraSize);

    private int InodeRoom(InodeRecord inode) =>
        Math.Max(0, InodeSpace(inode).Length - XattrHeaderDisk.MagicBytes);

    private int BlockRoom => _super.BlockSize - XattrHeaderDisk.SizeBytes;

    // The first of the places where the attribute fits.
    private Result Place(
        MetadataHandle handle, InodeRecord inode, List<XattrItem> items, XattrItem item, XattrItem? old)
    {
        bool changesBlock = old is { IsInInode: false };
        XattrItem? placed = TryPlace(inode, items, item);
        InodeNumber holder = default;
        if (placed is null && _values.AreSupported)
        {
            Result<XattrItem> moved = _values.Store(handle, inode, item);
            if (!moved.TryGet(out item!, out FsError error))
            {
                return error;
            }

            holder = new InodeNumber(item.ValueInode);
            placed = TryPlace(inode, items, item);
        }

        Result stored = ExtWriteReasons.XattrNoSpace;
        if (placed is not null)
        {
            items.Add(placed);
            stored = Store(handle, inode, items, changesBlock || !placed.IsInInode);
        }

        if (!stored.IsOk && (holder != InodeNumber.None))
        {
            _values.Release(handle, inode, holder);
        }

        if (stored.IsOk && (old is { ValueInode: not 0 }))
        {
            _values.Release(handle, inode, new InodeNumber(old.ValueInode));
        }

        return stored;
    }

    private XattrItem? TryPlace(InodeRecord inode, List<XattrItem> items, XattrItem item)
    {
        List<XattrItem> own = items.FindAll(static other => other.IsInInode);
        own.Add(item with { IsInInode = true });
        if (XattrSpace.BytesOf(own) <= InodeRoom(inode))
        {
            return item with { IsInInode = true };
        }

        List<XattrItem> block = items.FindAll(static other => !other.IsInInode);
        block.Add(item with { IsInInode = false });
        return XattrSpace.BytesOf(block) <= BlockRoom ? item with { IsInInode = false } : null;
    }

    // The block first: that alone may fail.
    private Result Store(MetadataHandle handle, InodeRecord inode, List<XattrItem> items, bool changesBlock)
    {
        if (changesBlock)
        {
            List<XattrItem> block = items.FindAll(static item => !item.IsInInode);
            block.Sort(XattrSpace.Compare);
            Result stored = StoreBlock(handle, inode, block);
            if (!stored.IsOk)
            {
                return stored;
            }
        }

        WriteInInode(inode, items);
        return Result.Ok;
    }

    private Result StoreBlock(MetadataHandle handle, InodeRecord inode, List<XattrItem> items)
    {
        BlockNumber old = inode.XattrBlock;
        if (items.Count == 0)
        {
            if (old.Value != 0)
            {
                ReleaseBlock(handle, inode, old);
                inode.XattrBlock = default;
            }

            return Result.Ok;
        }

        if ((old.Value != 0) && IsSole(old))
        {
            WriteBlock(handle.Change(_store.ReadBlock(old)), items);
            return Result.Ok;
        }

        Result<BlockNumber> allocated = _space.AllocateMetadata(handle, inode);
        if (!allocated.TryGet(out BlockNumber fresh, out FsError error))
        {
            return error;
        }

        WriteBlock(handle.Change(_store.CreateBlock(handle, fresh)), items);
        inode.Sectors += SectorsOfBlock;
        if (old.Value != 0)
        {
            ReleaseBlock(handle, inode, old);
        }

        inode.XattrBlock = fresh;
        return Result.Ok;
    }

    private ulong SectorsOfBlock => (ulong)_super.ClusterSize / 512;

    private bool IsSole(BlockNumber block)
    {
        using MutexGuard guard = _sharing.Acquire();
        return Disk.View<XattrHeaderDisk>(_store.ReadBlock(block).Bytes).ReferenceCount == 1;
    }

    /// <summary>Writes a block of attributes with one reference.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="items">The attributes, in order.</param>
    internal static void WriteBlock(Span<byte> bytes, List<XattrItem> items)
    {
        uint hash = XattrSpace.Write(items, bytes, XattrHeaderDisk.SizeBytes);
        ref XattrHeaderDisk header = ref Disk.Overlay<XattrHeaderDisk>(bytes);
        header = default;
        header.Magic = XattrHeaderDisk.ExpectedMagic;
        header.ReferenceCount = 1;
        header.BlockCount = 1;
        header.Hash = hash;
    }

    private void ReleaseBlock(MetadataHandle handle, InodeRecord inode, BlockNumber block)
    {
        bool isLast;
        using (MutexGuard guard = _sharing.Acquire())
        {
            MetadataBuffer buffer = _store.ReadBlock(block);
            uint count = Disk.View<XattrHeaderDisk>(buffer.Bytes).ReferenceCount;
            isLast = count == 1;
            if (!isLast)
            {
                Disk.Overlay<XattrHeaderDisk>(handle.Change(buffer)).ReferenceCount = count - 1;
            }
        }

        inode.Sectors -= ulong.Min(inode.Sectors, SectorsOfBlock);
        if (isLast)
        {
            _space.FreeMetadata(handle, block);
        }
    }
}
