// Looks file blocks up in the block map of ext2 and ext3: twelve direct blocks, then one tree each
// of one, two and three levels. The levels are fixed by the file block alone, so that a block that
// names itself costs nothing but wrong data. Numbers outside the volume's data blocks are damage.
//
//     i_block[0..11]  direct
//     i_block[12]     1 level      n = block size / 4 pointers a block
//     i_block[13]     2 levels     n² blocks
//     i_block[14]     3 levels     n³ blocks

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Block maps of a volume.</summary>
internal sealed class IndirectMap
{
    private const int DirectCount = 12;
    private const int LevelMax = 3;

    private readonly ExtSuperBlock _super;
    private readonly BufferCache _buffers;
    private readonly BlockFormat _format;
    private readonly ulong _pointers;

    internal IndirectMap(ExtSuperBlock super, BufferCache buffers)
    {
        _super = super;
        _buffers = buffers;
        _format = new BlockFormat("indirect block", VerifyBlock);
        _pointers = (ulong)super.BlockSize / sizeof(uint);
    }

    /// <summary>The kind of block that indirect blocks are: readers and writers must name the same.</summary>
    internal BlockFormat BlockKind => _format;

    /// <summary>Pointers of an indirect block.</summary>
    internal ulong PointersPerBlock => _pointers;

    /// <summary>Looks a file block up.</summary>
    /// <param name="inode">An inode with a block map.</param>
    /// <param name="fileBlock">The file block, below 2^32.</param>
    /// <returns>A range around it with one state, maybe not the longest.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal MappedRange Lookup(InodeRecord inode, ulong fileBlock)
    {
        if (fileBlock < DirectCount)
        {
            VerifyPointers(inode.Map.Slice(0, DirectCount * 4), inode.Number, default)
                .ThrowIfError();
            return RunOf(inode.Map.Slice(0, DirectCount * 4), 0, (int)fileBlock);
        }

        // Which of the three trees, and what of the file it covers.
        ulong treeFirst = DirectCount;
        ulong covered = _pointers;
        int levels = 1;
        while ((levels < LevelMax) && (fileBlock - treeFirst >= covered))
        {
            treeFirst += covered;
            covered *= _pointers;
            levels++;
        }

        if (fileBlock - treeFirst >= covered)
        {
            // Behind the third tree nothing can be.
            return new MappedRange(
                treeFirst + covered, uint.MaxValue - (treeFirst + covered), MapState.Hole, 0);
        }

        int slot = DirectCount + levels - 1;
        VerifyPointers(inode.Map.Slice(slot * 4, 4), inode.Number, default).ThrowIfError();
        return LookupTree(inode, fileBlock, treeFirst, covered, Pointer(inode.Map, slot));
    }

    private MappedRange LookupTree(
        InodeRecord inode, ulong fileBlock, ulong first, ulong covered, uint pointer)
    {
        BlockContext context = new(inode.Number, 0);
        // Bound: covered shrinks by a factor each time, from at most the third power.
        while (pointer != 0)
        {
            ReadOnlySpan<byte> block =
                _buffers.Read(new BlockNumber(pointer), _format, context).Bytes;
            covered /= _pointers;
            ulong index = (fileBlock - first) / covered;
            if (covered == 1)
            {
                return RunOf(block, first, (int)index);
            }

            first += index * covered;
            pointer = Pointer(block, (int)index);
        }

        return new MappedRange(first, covered, MapState.Hole, 0);
    }

    // The longest run around a pointer that is a hole, or contiguous on the volume.
    private static MappedRange RunOf(ReadOnlySpan<byte> pointers, ulong first, int index)
    {
        int count = pointers.Length / sizeof(uint);
        int from = index;
        while ((from > 0) && Continues(pointers, from - 1))
        {
            from--;
        }

        int to = index + 1;
        while ((to < count) && Continues(pointers, to - 1))
        {
            to++;
        }

        uint start = Pointer(pointers, from);
        return new MappedRange(
            first + (ulong)from,
            (ulong)(to - from),
            start == 0 ? MapState.Hole : MapState.Written,
            start);
    }

    // Whether a pointer and the next one belong to one run.
    private static bool Continues(ReadOnlySpan<byte> pointers, int index)
    {
        uint here = Pointer(pointers, index);
        uint next = Pointer(pointers, index + 1);
        return here == 0 ? next == 0 : next == here + 1UL;
    }

    private static uint Pointer(ReadOnlySpan<byte> pointers, int index) =>
        Disk.View<LeUInt32>(pointers, index * sizeof(uint));

    private Result VerifyBlock(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) =>
        VerifyPointers(bytes, context.Inode, block);

    private Result VerifyPointers(ReadOnlySpan<byte> bytes, InodeNumber inode, BlockNumber block)
    {
        for (int index = 0; index < bytes.Length / sizeof(uint); index++)
        {
            uint pointer = Pointer(bytes, index);
            bool isSane = (pointer == 0) || IsUsable(pointer, inode);
            if (!isSane)
            {
                return ExtReasons.IndirectRange.At(inode, block, $"pointer {index}: {pointer}");
            }
        }

        return Result.Ok;
    }

    // The resize inode owns reserved descriptor blocks, all others lie behind the descriptors.
    private bool IsUsable(uint pointer, InodeNumber inode)
    {
        ulong lowest = inode.Value == Format.SpecialInodes.Resize
            ? _super.SuperBlockBlock + 1
            : _super.FirstUsableBlock;
        return (pointer >= lowest) && (pointer < _super.BlockCount);
    }
}
