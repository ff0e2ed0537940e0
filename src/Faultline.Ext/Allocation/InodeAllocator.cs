// Finds free inodes and frees them. A new inode goes to its directory's group if there is room; a new directory goes
// where there is room for what will be in it: those of the root are spread over the volume, deeper ones stay near
// their parent.
//
// Invariants
//   - A bitmap that was never written is made in memory on first use: all inodes free, padding set.
//   - Without a journal an inode that was freed is not taken again, while there are others, before its epoch is
//     written: a crash in between could leave its old name leading to the new file.
//   - The inodes behind the last one ever used are counted in the descriptor (bg_itable_unused); their blocks of the
//     table may hold anything, and become zeros when the first inode of the block is taken.
// Locks: a group's lock (rank 460), one at a time.

using System;
using System.Collections.Concurrent;
using System.Threading;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Inodes;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <summary>Allocates inodes.</summary>
internal sealed class InodeAllocator
{
    /// <summary>Credits of taking or freeing an inode: both bitmaps of a group never used, descriptor, block of the
    /// table.</summary>
    internal const int Credits = 5;

    private readonly ExtSuperBlock _super;
    private readonly GroupTable _groups;
    private readonly BufferCache _buffers;
    private readonly InodeTable _table;
    private readonly BlockAllocator _blocks;
    private readonly BlockFormat _format;
    private readonly ulong _flexGroups;
    private readonly ConcurrentDictionary<ulong, TransactionId> _leaving = new(); // freed and not durable
    private long _freeCount; // interlocked
    private long _spread; // interlocked: where the next directory of the root is looked for

    internal InodeAllocator(
        ExtSuperBlock super, GroupTable groups, BufferCache buffers, InodeTable table, BlockAllocator blocks)
    {
        _super = super;
        _groups = groups;
        _buffers = buffers;
        _table = table;
        _blocks = blocks;
        _format = new BlockFormat("inode bitmap", VerifyNothing);
        _flexGroups = super.Has(FeatureIncompat.FlexGroups) ? 1UL << super.Raw.GroupsPerFlexLog : 1;
        long free = 0;
        for (ulong group = 0; group < super.GroupCount; group++)
        {
            free += groups.Read(group).FreeInodeCount;
        }

        _freeCount = free;
    }

    /// <summary>Free inodes of the volume.</summary>
    internal uint FreeCount => (uint)long.Clamp(Volatile.Read(ref _freeCount), 0, uint.MaxValue);

    /// <summary>Takes a free inode.</summary>
    /// <param name="handle">With <see cref="Credits"/>.</param>
    /// <param name="parent">The directory.</param>
    /// <param name="isDirectory">Whether it will be a directory.</param>
    /// <returns>Its number; nothing else of it is changed.</returns>
    /// <errors>ENOSPC there is none; damage throws FsException.</errors>
    internal Result<InodeNumber> Take(MetadataHandle handle, InodeNumber parent, bool isDirectory)
    {
        Result<InodeNumber> taken = Take(handle, parent, isDirectory, takesLeaving: _leaving.IsEmpty);
        return taken.IsOk || _leaving.IsEmpty ? taken : Take(handle, parent, isDirectory, takesLeaving: true);
    }

    /// <summary>A transaction is durable: what it freed can be had again.</summary>
    /// <param name="transaction">The transaction.</param>
    internal void Durable(TransactionId transaction)
    {
        foreach ((ulong number, TransactionId freed) in _leaving)
        {
            if (!freed.IsAfter(transaction))
            {
                _ = _leaving.TryRemove(number, out _);
            }
        }
    }

    private Result<InodeNumber> Take(MetadataHandle handle, InodeNumber parent, bool isDirectory, bool takesLeaving)
    {
        ulong first = isDirectory ? GroupForDirectory(parent) : GroupOf(parent);
        for (ulong step = 0; step < _super.GroupCount; step++)
        {
            GroupDescriptor group = _groups.Read((first + step) % _super.GroupCount);
            if (group.FreeInodeCount == 0)
            {
                continue;
            }

            InodeNumber found = TakeIn(handle, group, isDirectory, takesLeaving);
            if (found != InodeNumber.None)
            {
                return found;
            }
        }

        return ExtWriteReasons.NoInodes;
    }

    /// <summary>Gives an inode back.</summary>
    /// <param name="handle">With <see cref="Credits"/>.</param>
    /// <param name="number">The inode.</param>
    /// <param name="isDirectory">Whether it was a directory.</param>
    /// <errors>Damage throws FsException: it was free already.</errors>
    internal void Give(MetadataHandle handle, InodeNumber number, bool isDirectory)
    {
        GroupDescriptor group = _groups.Read(GroupOf(number));
        int index = (int)((number.Value - 1) % _super.InodesPerGroup);
        using (MutexGuard guard = group.Lock.Acquire())
        {
            MetadataBuffer buffer = ReadBitmap(handle, group);
            if (!IsSet(buffer.Bytes, index))
            {
                throw new FsException(ExtWriteReasons.InodeFreeTwice.At(number, buffer.Block));
            }

            if (!_super.Has(FeatureCompat.HasJournal))
            {
                _leaving[number.Value] = handle.Transaction;
            }

            Span<byte> bits = handle.Change(buffer);
            bits[index / 8] &= unchecked((byte)~(1 << (index % 8)));
            group.FreeInodeCount++;
            group.DirectoryCount -= isDirectory ? 1U : 0;
            StoreBitmap(handle, group, bits);
        }

        _ = Interlocked.Increment(ref _freeCount);
    }

    /// <summary>Whether an inode is in use.</summary>
    /// <param name="number">An inode of the volume.</param>
    /// <returns>What the bitmap says.</returns>
    internal bool IsUsed(InodeNumber number)
    {
        GroupDescriptor group = _groups.Read(GroupOf(number));
        using MutexGuard guard = group.Lock.Acquire();
        if (IsUninitialised(group))
        {
            return false;
        }

        MetadataBuffer buffer = ReadInitialised(group);
        return IsSet(buffer.Bytes, (int)((number.Value - 1) % _super.InodesPerGroup));
    }

    private static bool IsSet(ReadOnlySpan<byte> bits, int index) => (bits[index / 8] & (1 << (index % 8))) != 0;

    private ulong GroupOf(InodeNumber number) => (number.Value - 1) / _super.InodesPerGroup;

    private bool IsUninitialised(GroupDescriptor group) =>
        _super.HasGroupChecksums && ((group.Flags & GroupDescriptorDisk.FlagInodeUninit) != 0);

    // Of the root: the flexible group after the last one used that has at least the average of both inodes and space.
    // Of others: the parent's flexible group, unless it is nearly full.
    private ulong GroupForDirectory(InodeNumber parent)
    {
        ulong flexCount = Bits.DivideRoundUp(_super.GroupCount, _flexGroups);
        ulong own = GroupOf(parent) / _flexGroups;
        bool isTop = parent.Value == SpecialInodes.Root;
        ulong first = isTop ? (ulong)Interlocked.Increment(ref _spread) % flexCount : own;
        long average = Volatile.Read(ref _freeCount) / (long)flexCount;
        for (ulong step = 0; step < flexCount; step++)
        {
            ulong flex = (first + step) % flexCount;
            (long inodes, long clusters) = FreeOf(flex);
            if ((inodes >= (isTop ? average : average / 4)) && (inodes > 0) && (clusters > 0))
            {
                return flex * _flexGroups;
            }
        }

        return own * _flexGroups;
    }

    private (long Inodes, long Clusters) FreeOf(ulong flex)
    {
        long inodes = 0;
        long clusters = 0;
        ulong end = ulong.Min((flex + 1) * _flexGroups, _super.GroupCount);
        for (ulong group = flex * _flexGroups; group < end; group++)
        {
            GroupDescriptor descriptor = _groups.Read(group);
            inodes += descriptor.FreeInodeCount;
            clusters += descriptor.FreeClusterCount;
        }

        return (inodes, clusters);
    }

    private InodeNumber TakeIn(MetadataHandle handle, GroupDescriptor group, bool isDirectory, bool takesLeaving)
    {
        int index;
        using (MutexGuard guard = group.Lock.Acquire())
        {
            MetadataBuffer buffer = ReadBitmap(handle, group);
            int from = group.Group == 0 ? (int)_super.FirstInode - 1 : 0;
            index = FindClear(buffer.Bytes, from, (int)_super.InodesPerGroup);
            while (!takesLeaving && (index >= 0) && _leaving.ContainsKey(NumberOf(group, index)))
            {
                index = FindClear(buffer.Bytes, index + 1, (int)_super.InodesPerGroup);
            }

            if (index < 0)
            {
                return InodeNumber.None;
            }

            Span<byte> bits = handle.Change(buffer);
            bits[index / 8] |= (byte)(1 << (index % 8));
            group.FreeInodeCount = group.FreeInodeCount == 0 ? 0 : group.FreeInodeCount - 1;
            group.DirectoryCount += isDirectory ? 1U : 0;
            UseTable(handle, group, index);
            StoreBitmap(handle, group, bits);
        }

        _ = Interlocked.Decrement(ref _freeCount);
        return new InodeNumber(NumberOf(group, index));
    }

    private ulong NumberOf(GroupDescriptor group, int index) =>
        (group.Group * _super.InodesPerGroup) + (ulong)index + 1;

    // Under the group's lock. Blocks of the table behind the last inode ever used may hold anything.
    private void UseTable(MetadataHandle handle, GroupDescriptor group, int index)
    {
        if (!_super.HasGroupChecksums)
        {
            return;
        }

        int used = (int)(_super.InodesPerGroup - group.UnusedInodeCount);
        if (index < used)
        {
            return;
        }

        int inBlock = _super.BlockSize / _super.InodeSize;
        int firstOfBlock = index - (index % inBlock);
        if (firstOfBlock >= used)
        {
            ulong number = (group.Group * _super.InodesPerGroup) + (ulong)firstOfBlock + 1;
            _table.CreateBlock(handle, new InodeNumber(number));
        }

        group.UnusedInodeCount = _super.InodesPerGroup - (uint)index - 1;
    }

    private MetadataBuffer ReadBitmap(MetadataHandle handle, GroupDescriptor group)
    {
        if (!IsUninitialised(group))
        {
            return ReadInitialised(group);
        }

        MetadataBuffer buffer = handle.Create(new BlockNumber(group.InodeBitmap), _format, default);
        Span<byte> bits = handle.Change(buffer);
        int used = (int)_super.InodesPerGroup;
        bits.Slice(used / 8).Fill(0xFF);
        group.Flags &= unchecked((ushort)~GroupDescriptorDisk.FlagInodeUninit);
        _blocks.InitialiseBitmap(handle, group);
        StoreBitmap(handle, group, bits);
        return buffer;
    }

    private void StoreBitmap(MetadataHandle handle, GroupDescriptor group, ReadOnlySpan<byte> bits)
    {
        group.InodeBitmapChecksum = Checksum(bits);
        _groups.Store(handle, group);
    }

    private uint Checksum(ReadOnlySpan<byte> bits)
    {
        if (!_super.HasMetadataChecksums)
        {
            return 0;
        }

        uint crc = Crc32c.Update(_super.ChecksumSeed, bits.Slice(0, (int)_super.InodesPerGroup / 8));
        return _super.DescriptorSize > GroupDescriptorDisk.SizeBytes ? crc : crc & 0xFFFF;
    }

    private static int FindClear(ReadOnlySpan<byte> bits, int from, int count)
    {
        int index = from;
        while (index < count)
        {
            if ((index % 8 == 0) && (bits[index / 8] == 0xFF))
            {
                index += 8;
                continue;
            }

            if (!IsSet(bits, index))
            {
                return index;
            }

            index++;
        }

        return -1;
    }

    // Under the group's lock. The descriptor's checksum is that of the newest version, so that only what comes from
    // the device can be compared with it.
    private MetadataBuffer ReadInitialised(GroupDescriptor group)
    {
        MetadataBuffer buffer = _buffers.Read(new BlockNumber(group.InodeBitmap), _format, default);
        bool isWrong = _super.HasMetadataChecksums && buffer.Newest is null
            && (Checksum(buffer.Bytes) != group.InodeBitmapChecksum);
        return isWrong
            ? throw new FsException(ExtWriteReasons.InodeBitmapChecksum.At(
                InodeNumber.None, buffer.Block, $"group {group.Group}"))
            : buffer;
    }

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;
}
