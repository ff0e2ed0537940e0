// Changes the block maps of ext2 and ext3: pointers, and the indirect blocks that hold them. An indirect block is made
// when its first pointer is set and given back with its last. Each step leaves a map that is whole.
//
// Locks: the caller holds the inode's block-map lock exclusive, and a handle.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Changes block maps of pointers.</summary>
internal sealed class IndirectWriter
{
    private const int PointerBytes = sizeof(uint);
    private const int CreditsPerNode = 1 + BlockAllocator.CreditsPerRun;

    private readonly BufferCache _buffers;
    private readonly IndirectMap _map;
    private readonly SpaceOfInodes _space;
    private readonly ulong _pointers;

    internal IndirectWriter(BufferCache buffers, IndirectMap map, SpaceOfInodes space)
    {
        _buffers = buffers;
        _map = map;
        _space = space;
        _pointers = map.PointersPerBlock;
    }

    /// <summary>Credits for inserting a run.</summary>
    internal int InsertCredits(ulong count)
    {
        ulong containers = (count / _pointers) + 2;
        ulong above = (containers / _pointers) + 2;
        return (int)ulong.Min(int.MaxValue, (containers + above + 1) * CreditsPerNode);
    }

    /// <summary>Inserts written blocks where there is a hole.</summary>
    /// <param name="change">The change; <see cref="InsertCredits"/>.</param>
    /// <param name="range">File blocks and blocks.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC an indirect block is needed: an ascending prefix may be inserted; or the blocks lie beyond
    /// what pointers can name. EFBIG. FsException EUCLEAN it is no hole.</errors>
    internal Result Insert(in MapChange change, in MappedRange range)
    {
        if (range.End > PointerPath.BlocksMax(_pointers))
        {
            return ExtSpaceReasons.PointersTooLarge.At(change.Inode.Number, $"file block {range.End - 1}");
        }

        if (range.Start + range.Count > uint.MaxValue)
        {
            return ExtSpaceReasons.PointerTooLarge.At(change.Inode.Number, new BlockNumber(range.Start));
        }

        ulong at = range.First;
        while (at < range.End)
        {
            PointerPath path = new(at, _pointers);
            ulong stop = ulong.Min(range.End, path.ContainerEnd);
            Result<MetadataBuffer?> container = MakeContainer(change, path, range.At(at).Value);
            if (!container.TryGet(out MetadataBuffer? buffer, out FsError error))
            {
                return error;
            }

            Span<byte> pointers = buffer is null ? change.WritableMap : change.Handle.Change(buffer);
            for (; at < stop; at++)
            {
                ref LeUInt32 pointer = ref At(pointers, (int)(at - path.ContainerFirst));
                if (pointer.Value != 0)
                {
                    throw new FsException(ExtSpaceReasons.PointerTaken.At(
                        change.Inode.Number, new BlockNumber(pointer.Value), $"file block {at}"));
                }

                pointer = (uint)range.At(at).Value;
            }
        }

        return Result.Ok;
    }

    /// <summary>Makes a range a hole and gives its blocks back.</summary>
    /// <param name="change">The change.</param>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range; moved down to where it stopped.</param>
    /// <param name="isMetadata">Whether the blocks hold metadata (directories, links).</param>
    /// <returns>True when done; false when the handle's credits ran short: go on with a new one.</returns>
    /// <errors>FsException EUCLEAN damage.</errors>
    internal Result<bool> Remove(in MapChange change, ulong first, ref ulong end, bool isMetadata)
    {
        Span<ulong> chain = stackalloc ulong[PointerPath.LevelMax];
        end = ulong.Min(end, PointerPath.BlocksMax(_pointers));
        while (first < end)
        {
            MappedRange found = _map.Lookup(change.Inode, end - 1);
            ulong from = ulong.Max(first, found.First);
            if (found.State == MapState.Hole)
            {
                end = from;
                continue;
            }

            from = isMetadata ? ulong.Max(from, end - ulong.Min(end, 64)) : from;
            MappedRange piece = new(from, end - from, MapState.Written, found.At(from).Value);
            int credits = (PointerPath.LevelMax * (CreditsPerNode + 2)) + _space.FreeCredits(piece, isMetadata);
            if (!change.HasCredits(credits))
            {
                return false;
            }

            Clear(change, piece, chain);
            _space.FreeData(change, piece, isMetadata);
            end = from;
        }

        return true;
    }

    // The indirect block that holds the pointers of a way, made with those above it; null for the inode itself.
    private Result<MetadataBuffer?> MakeContainer(in MapChange change, in PointerPath path, ulong goal)
    {
        MetadataBuffer? holder = null;
        int index = path.Slot;
        for (int level = 0; level < path.Levels; level++)
        {
            ReadOnlySpan<byte> bytes = holder is null ? change.Inode.Map : holder.Bytes;
            uint pointer = Disk.View<LeUInt32>(bytes, index * PointerBytes);
            BlockContext context = new(change.Inode.Number, 0);
            if (pointer == 0)
            {
                Result<BlockNumber> allocated = _space.AllocateNode(change, goal);
                if (!allocated.TryGet(out BlockNumber block, out FsError error))
                {
                    return error;
                }

                if (block.Value > uint.MaxValue)
                {
                    _space.FreeNode(change, block);
                    return ExtSpaceReasons.NodeTooLarge.At(change.Inode.Number, block);
                }

                MetadataBuffer made = change.Handle.Create(block, _map.BlockKind, context);
                Span<byte> pointers = holder is null ? change.WritableMap : change.Handle.Change(holder);
                At(pointers, index) = (uint)block.Value;
                holder = made;
            }
            else
            {
                holder = _buffers.Read(new BlockNumber(pointer), _map.BlockKind, context);
            }

            index = path.Index(level);
        }

        return holder;
    }

    // Sets the pointers of a piece that lies in one indirect block to zero, and gives back the blocks that are all
    // zero then.
    private void Clear(in MapChange change, in MappedRange piece, Span<ulong> chain)
    {
        InodeRecord inode = change.Inode;
        PointerPath path = new(piece.First, _pointers);
        Check.That(piece.End <= path.ContainerEnd);
        BlockContext context = new(inode.Number, 0);
        uint pointer = Disk.View<LeUInt32>(inode.Map, path.Slot * PointerBytes);
        for (int level = 0; level < path.Levels; level++)
        {
            chain[level] = pointer;
            ReadOnlySpan<byte> bytes = _buffers.Read(new BlockNumber(pointer), _map.BlockKind, context).Bytes;
            pointer = Disk.View<LeUInt32>(bytes, path.Index(level) * PointerBytes);
        }

        int first = (int)(piece.First - path.ContainerFirst) * PointerBytes;
        int length = (int)piece.Count * PointerBytes;
        for (int level = path.Levels - 1; level >= 0; level--)
        {
            BlockNumber block = new(chain[level]);
            Span<byte> bytes = change.Handle.Change(_buffers.Read(block, _map.BlockKind, context));
            bytes.Slice(first, length).Clear();
            if (bytes.IndexOfAnyExcept((byte)0) >= 0)
            {
                return;
            }

            _space.FreeNode(change, block);
            first = (level > 0 ? path.Index(level - 1) : path.Slot) * PointerBytes;
            length = PointerBytes;
        }

        change.WritableMap.Slice(first, length).Clear();
    }

    private static ref LeUInt32 At(Span<byte> pointers, int index) =>
        ref Disk.Overlay<LeUInt32>(pointers, index * PointerBytes);
}
