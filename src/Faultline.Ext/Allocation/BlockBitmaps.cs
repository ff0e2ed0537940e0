// The block bitmaps on disk: read, verified, made for groups that were never used, and changed in transactions. One
// bit a cluster; bits behind the group's last cluster are set. The checksum lies in the group's descriptor, computed at
// each change, so that both go into the same transaction; hence it is checked here, under the group's lock, and not
// by the format.
//
// Locks: the caller holds the lock of the group.

using System;
using System.Collections.Generic;
using System.Numerics;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Allocation;

/// <summary>The block bitmaps of a volume.</summary>
internal sealed class BlockBitmaps
{
    private static readonly BlockFormat s_format = new("block bitmap", Verify);

    private readonly ExtSuperBlock _super;
    private readonly BufferCache _buffers;
    private readonly GroupTable _groups;
    private readonly ulong _ratio;

    internal BlockBitmaps(ExtSuperBlock super, BufferCache buffers, GroupTable groups)
    {
        _super = super;
        _buffers = buffers;
        _groups = groups;
        _ratio = (ulong)super.BlocksPerCluster;
        System = new SystemBlocks(super, groups);
    }

    /// <summary>Where the volume's own metadata lie.</summary>
    internal SystemBlocks System { get; }

    /// <summary>Clusters of a group.</summary>
    internal int ClusterCount(ulong group)
    {
        ulong first = _super.GroupFirstBlock(group);
        ulong blocks = ulong.Min(_super.BlocksPerGroup, _super.BlockCount - first);
        return (int)Bits.DivideRoundUp(blocks, _ratio);
    }

    /// <summary>Reads a group's bitmap, or makes it when the group was never used.</summary>
    /// <param name="group">The group.</param>
    /// <returns>What can be given out.</returns>
    /// <errors>FsException EUCLEAN wrong checksum, metadata marked free, or a count that is not the
    /// descriptor's.</errors>
    internal GroupSpace Load(GroupDescriptor group)
    {
        int count = ClusterCount(group.Group);
        ReadOnlySpan<byte> bytes = IsUnused(group) ? Initial(group.Group) : Read(group).Bytes;
        GroupSpace space = new(count);
        int at = 0;
        while (at < count)
        {
            int taken = NextBit(bytes, at, count, value: true);
            int stop = NextBit(bytes, taken, count, value: false);
            if (taken < stop)
            {
                space.Take(taken, stop - taken);
            }

            at = int.Max(stop, taken);
        }

        CheckLoaded(group, space);
        return space;
    }

    /// <summary>Marks clusters used or free on disk, and counts them in the descriptor.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="piece">The clusters.</param>
    /// <param name="used">What they become; they are the other thing now.</param>
    internal void Change(MetadataHandle handle, in GroupPiece piece, bool used)
    {
        (GroupDescriptor group, int first, int length) = piece;
        Span<byte> bytes = Writable(handle, group);
        Check.That(NextBit(bytes, first, first + length, value: used) == first + length);
        SetBits(bytes, first, length, used);
        group.FreeClusterCount = used
            ? group.FreeClusterCount - (uint)length
            : group.FreeClusterCount + (uint)length;
        StoreChecksum(group, bytes);
        _groups.Store(handle, group);
    }

    /// <summary>Whether clusters are all marked used on disk.</summary>
    /// <param name="piece">The clusters.</param>
    internal bool AreUsed(in GroupPiece piece)
    {
        ReadOnlySpan<byte> bytes = IsUnused(piece.Group) ? Initial(piece.Group.Group) : Read(piece.Group).Bytes;
        int end = piece.First + piece.Length;
        return NextBit(bytes, piece.First, end, value: false) == end;
    }

    /// <summary>Gives a group that was never used its bitmap: an inode of it is about to be used.</summary>
    /// <param name="handle">Two credits.</param>
    /// <param name="group">The group.</param>
    internal void Initialise(MetadataHandle handle, GroupDescriptor group)
    {
        if (IsUnused(group))
        {
            StoreChecksum(group, Writable(handle, group));
            _groups.Store(handle, group);
        }
    }

    private bool IsUnused(GroupDescriptor group) =>
        _super.HasGroupChecksums && (group.Flags & GroupDescriptorDisk.FlagBlockUninit) != 0;

    // What comes from the device is held against the descriptor; what a transaction changed has no checksum there.
    private MetadataBuffer Read(GroupDescriptor group)
    {
        BlockNumber block = new(group.BlockBitmap);
        MetadataBuffer buffer = _buffers.Read(block, s_format, default);
        if (_super.HasMetadataChecksums && buffer.Newest is null)
        {
            uint computed = Checksum(buffer.Bytes);
            if (computed != group.BlockBitmapChecksum)
            {
                throw new FsException(ExtSpaceReasons.BitmapChecksum.At(
                    InodeNumber.None,
                    block,
                    $"group {group.Group}: 0x{group.BlockBitmapChecksum:x8}, computed 0x{computed:x8}"));
            }
        }

        return buffer;
    }

    private Span<byte> Writable(MetadataHandle handle, GroupDescriptor group)
    {
        if (!IsUnused(group))
        {
            return handle.Change(Read(group));
        }

        byte[] initial = Initial(group.Group);
        MetadataBuffer made = handle.Create(new BlockNumber(group.BlockBitmap), s_format, default);
        Span<byte> bytes = handle.Change(made);
        initial.CopyTo(bytes);
        group.Flags = (ushort)(group.Flags & ~GroupDescriptorDisk.FlagBlockUninit);
        return bytes;
    }

    private byte[] Initial(ulong group)
    {
        byte[] bytes = new byte[_super.BlockSize];
        ulong first = _super.GroupFirstBlock(group);
        foreach (BlockRun run in System.In(group))
        {
            int from = (int)((run.Start - first) / _ratio);
            int to = (int)Bits.DivideRoundUp(run.End - first, _ratio);
            SetBits(bytes, from, to - from, value: true);
        }

        int count = ClusterCount(group);
        SetBits(bytes, count, (bytes.Length * 8) - count, value: true);
        return bytes;
    }

    private void CheckLoaded(GroupDescriptor group, GroupSpace space)
    {
        ulong first = _super.GroupFirstBlock(group.Group);
        foreach (BlockRun run in System.In(group.Group))
        {
            int from = (int)((run.Start - first) / _ratio);
            int to = (int)Bits.DivideRoundUp(run.End - first, _ratio);
            if (space.NextFree(from, to) < to)
            {
                throw new FsException(ExtSpaceReasons.BitmapSystem.At(
                    InodeNumber.None, new BlockNumber(group.BlockBitmap), $"group {group.Group}: block {run.Start}"));
            }
        }

        if (space.Free != group.FreeClusterCount)
        {
            throw new FsException(ExtSpaceReasons.BitmapCount.At(
                InodeNumber.None,
                new BlockNumber(group.BlockBitmap),
                $"group {group.Group}: {space.Free}, descriptor {group.FreeClusterCount}"));
        }
    }

    private void StoreChecksum(GroupDescriptor group, ReadOnlySpan<byte> bytes)
    {
        if (_super.HasMetadataChecksums)
        {
            group.BlockBitmapChecksum = Checksum(bytes);
        }
    }

    private uint Checksum(ReadOnlySpan<byte> bytes)
    {
        int length = (int)(_super.BlocksPerGroup / _ratio / 8UL);
        uint crc = Crc32c.Update(_super.ChecksumSeed, bytes.Slice(0, length));
        return _super.DescriptorSize > GroupDescriptorDisk.SizeBytes ? crc : crc & 0xFFFF;
    }

    private static Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;

    private static void SetBits(Span<byte> bytes, int first, int length, bool value)
    {
        int at = first;
        int end = first + length;
        while (at < end)
        {
            int bit = at % 8;
            int take = int.Min(8 - bit, end - at);
            int mask = (0xFF >> (8 - take)) << bit;
            bytes[at / 8] = (byte)(value ? bytes[at / 8] | mask : bytes[at / 8] & ~mask & 0xFF);
            at += take;
        }
    }

    // The first bit of a value in a range, or its end.
    private static int NextBit(ReadOnlySpan<byte> bytes, int from, int end, bool value)
    {
        int at = from;
        int flip = value ? 0 : 0xFF;
        while (at < end)
        {
            int found = (bytes[at / 8] ^ flip) >> (at % 8);
            if (found != 0)
            {
                return int.Min(end, at + BitOperations.TrailingZeroCount(found));
            }

            int next = (at / 8) + 1;
            int skip = bytes.Slice(next).IndexOfAnyExcept((byte)flip);
            at = skip < 0 ? end : int.Min(end, (next + skip) * 8);
        }

        return end;
    }
}
