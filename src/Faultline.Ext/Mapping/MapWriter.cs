// Changes block maps of either kind: the one door for directories, links, attribute inodes and regular files.
//
// Locks: the caller holds the inode's block-map lock exclusive (or, for what has none, the inode lock), and a handle;
// it stores the inode afterwards in the same handle.

using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>Changes block maps.</summary>
internal sealed class MapWriter
{
    private readonly BlockMap _map;
    private readonly ExtentWriter _trees;
    private readonly IndirectWriter _pointers;
    private readonly ulong _countedMax; // blocks of a file that its inode can count, its map included

    internal MapWriter(ExtSuperBlock super, BufferCache buffers, BlockMap map, BlockAllocator allocator)
    {
        const ulong SectorsOfMap = uint.MaxValue / 64;
        _map = map;
        _countedMax = super.Has(FeatureReadOnlyCompat.HugeFile)
            ? uint.MaxValue
            : (uint.MaxValue - SectorsOfMap) / ((ulong)super.BlockSize / 512);
        Allocator = allocator;
        Space = new SpaceOfInodes(super, allocator, map);
        _trees = new ExtentWriter(super, buffers, map.Trees, Space);
        _pointers = new IndirectWriter(buffers, map.Pointers, Space);
    }

    /// <summary>The allocator.</summary>
    internal BlockAllocator Allocator { get; }

    /// <summary>What is charged to inodes.</summary>
    internal SpaceOfInodes Space { get; }

    /// <summary>File blocks beyond this cannot be mapped.</summary>
    /// <param name="inode">The inode.</param>
    internal ulong BlocksMax(InodeRecord inode) => ulong.Min(_countedMax, inode.Has(ExtInodeFlags.Extents)
        ? uint.MaxValue
        : PointerPath.BlocksMax(_map.Pointers.PointersPerBlock));

    /// <summary>Makes the map of a new inode an empty extent tree.</summary>
    /// <param name="inode">An inode with the flag Extents.</param>
    internal static void InitialiseTree(InodeRecord inode) => ExtentWriter.InitialiseRoot(inode.WritableMap);

    /// <summary>Most credits that <see cref="AllocateBlock"/> needs, without the inode itself.</summary>
    /// <param name="inode">The inode.</param>
    internal int AllocateBlockCredits(InodeRecord inode) =>
        InsertCredits(inode, 1) + BlockAllocator.CreditsPerRun;

    /// <summary>As <see cref="AllocateBlockCredits"/>, for an inode whose map is empty.</summary>
    internal int FirstBlockCredits => ExtentWriter.FirstStepCredits + BlockAllocator.CreditsPerRun;

    /// <summary>Allocates a block and maps it as written at once: for directories, links and attribute inodes, whose
    /// contents go through the log.</summary>
    /// <param name="handle"><see cref="AllocateBlockCredits"/>.</param>
    /// <param name="inode">The inode; its map and space change, its size does not. The caller stores it.</param>
    /// <param name="fileBlock">A hole of the inode.</param>
    /// <returns>The block; make its contents with <see cref="MetadataHandle.Create"/>.</returns>
    /// <errors>ENOSPC, EFBIG: nothing has changed but that the tree may have room. FsException EUCLEAN damage.</errors>
    /// <locks>Caller: what guards the inode's map. Takes: groups' locks.</locks>
    internal Result<BlockNumber> AllocateBlock(MetadataHandle handle, InodeRecord inode, ulong fileBlock)
    {
        if (fileBlock >= BlocksMax(inode))
        {
            return ExtSpaceReasons.MapTooLarge.At(inode.Number, $"file block {fileBlock}");
        }

        MapChange change = new(handle, inode);
        ulong ratio = Allocator.BlocksPerCluster;
        if (ratio > 1 && FindCluster(inode, fileBlock) is ulong shared)
        {
            return InsertAllocated(change, fileBlock, shared, 0);
        }

        Result<BlockNumber> allocated = Allocator.AllocateMetadata(handle, GoalFor(inode, fileBlock));
        return allocated.TryGet(out BlockNumber start, out FsError error)
            ? InsertAllocated(change, fileBlock, start.Value + (fileBlock % ratio), ratio)
            : error;
    }

    /// <summary>Credits for inserting a range.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="count">Blocks.</param>
    internal int InsertCredits(InodeRecord inode, ulong count) => inode.Has(ExtInodeFlags.Extents)
        ? ExtentWriter.StepCredits(inode) * (int)((count / (ExtentDisk.WrittenLengthMax - 1)) + 1)
        : _pointers.InsertCredits(count);

    /// <summary>Where a piece that begins at a file block should end, to be inserted whole or not at all.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="fileBlock">The file block, below <see cref="BlocksMax"/>.</param>
    /// <param name="state">The state it will have.</param>
    internal ulong PieceEnd(InodeRecord inode, ulong fileBlock, MapState state) => inode.Has(ExtInodeFlags.Extents)
        ? fileBlock + ExtentWriter.CountMax(state)
        : new PointerPath(fileBlock, _map.Pointers.PointersPerBlock).ContainerEnd;

    /// <summary>Inserts blocks where there is a hole. Charges nothing for them.</summary>
    /// <param name="change">The change; <see cref="InsertCredits"/>.</param>
    /// <param name="range">File blocks, blocks and state.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC the map must grow and cannot: an ascending prefix may be inserted. EFBIG. FsException
    /// EUCLEAN.</errors>
    internal Result Insert(in MapChange change, in MappedRange range)
    {
        if (range.End > BlocksMax(change.Inode))
        {
            return ExtSpaceReasons.RangeTooLarge.At(change.Inode.Number, $"file block {range.End - 1}");
        }

        Check.That(range.State == MapState.Written || change.Inode.Has(ExtInodeFlags.Extents));
        return change.Inode.Has(ExtInodeFlags.Extents)
            ? _trees.Insert(change, range)
            : _pointers.Insert(change, range);
    }

    /// <summary>Makes a range a hole, gives its blocks back and discharges the inode.</summary>
    /// <param name="change">The change; <see cref="StepCredits"/> to begin with.</param>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range; moved down to where it stopped.</param>
    /// <param name="isMetadata">Whether the blocks hold metadata (directories, links).</param>
    /// <returns>True when done; false when the handle's credits ran short: the map is whole; store the inode, let the
    /// block-map lock go, restart, take it again and go on.</returns>
    /// <errors>ENOSPC an extent must be split. FsException EUCLEAN.</errors>
    internal Result<bool> RemoveRange(in MapChange change, ulong first, ref ulong end, bool isMetadata = false) =>
        change.Inode.Has(ExtInodeFlags.Extents)
            ? _trees.Remove(change, first, ref end, isMetadata)
            : _pointers.Remove(change, first, ref end, isMetadata);

    /// <summary>Marks what is unwritten in a range as written.</summary>
    /// <param name="change">The change.</param>
    /// <param name="at">First file block; moved to where it stopped.</param>
    /// <param name="end">First file block after the range.</param>
    /// <returns>As <see cref="RemoveRange"/>.</returns>
    /// <errors>ENOSPC the tree must grow and cannot.</errors>
    internal Result<bool> ConvertToWritten(in MapChange change, ref ulong at, ulong end)
    {
        if (!change.Inode.Has(ExtInodeFlags.Extents))
        {
            at = end;
            return true;
        }

        return _trees.SetState(change, ref at, end, MapState.Written);
    }

    /// <summary>Marks what is written in a range as unwritten. Extent trees only.</summary>
    /// <param name="change">The change.</param>
    /// <param name="at">First file block; moved to where it stopped.</param>
    /// <param name="end">First file block after the range.</param>
    /// <returns>As <see cref="RemoveRange"/>.</returns>
    /// <errors>ENOSPC the tree must grow and cannot.</errors>
    internal Result<bool> ConvertToUnwritten(in MapChange change, ref ulong at, ulong end)
    {
        Check.That(change.Inode.Has(ExtInodeFlags.Extents));
        return _trees.SetState(change, ref at, end, MapState.Unwritten);
    }

    /// <summary>Makes an extent begin at a file block that lies inside one. Extent trees only.</summary>
    /// <param name="change">The change; <see cref="StepCredits"/>.</param>
    /// <param name="fileBlock">The file block.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC the tree must grow and cannot.</errors>
    internal Result SplitAt(in MapChange change, ulong fileBlock) => _trees.SplitAt(change, fileBlock);

    /// <summary>Moves all extents from a file block on. Extent trees only.</summary>
    /// <param name="change">The change.</param>
    /// <param name="first">Extents that begin here or behind move; none reaches over it.</param>
    /// <param name="distance">Where to; what is in the way is a hole.</param>
    /// <param name="at">As <see cref="ExtentWriter.Shift"/>.</param>
    /// <returns>As <see cref="RemoveRange"/>.</returns>
    internal Result<bool> Shift(in MapChange change, ulong first, long distance, ref ulong at) =>
        _trees.Shift(change, first, distance, ref at);

    /// <summary>First file block behind all that is mapped. Extent trees only.</summary>
    /// <param name="inode">The inode.</param>
    internal ulong MappedEnd(InodeRecord inode)
    {
        MappedRange last = _map.Lookup(inode, uint.MaxValue - 1);
        return last.State == MapState.Hole ? last.First : last.End;
    }

    /// <summary>Credits with which one step of any operation can be done.</summary>
    /// <param name="inode">The inode.</param>
    internal int StepCredits(InodeRecord inode) => inode.Has(ExtInodeFlags.Extents)
        ? ExtentWriter.StepCredits(inode) + (3 * ExtentHeaderDisk.DepthMax) + 12
        : _pointers.InsertCredits(1) + 20;

    /// <summary>Blocks that the map may need for so many blocks of data.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="blocks">Blocks of data, delayed or in flight.</param>
    /// <param name="runs">Runs of the file that they form.</param>
    /// <param name="lastEnd">First file block after the last of them.</param>
    internal long NodesFor(InodeRecord inode, long blocks, long runs, ulong lastEnd)
    {
        if (blocks == 0)
        {
            return 0;
        }

        if (!inode.Has(ExtInodeFlags.Extents))
        {
            long pointers = (long)_map.Pointers.PointersPerBlock;
            bool isDirect = lastEnd <= PointerPath.DirectCount;
            return isDirect ? 0 : (5 * runs) + (blocks / pointers) + (blocks / (pointers * pointers));
        }

        ref readonly ExtentHeaderDisk root = ref Disk.View<ExtentHeaderDisk>(inode.Map);
        bool fitsInRoot = root.Depth == 0 && root.EntryCount + blocks <= root.EntryCountMax;
        return fitsInRoot ? 0 : (2 * Bits.DivideRoundUp(blocks, _trees.EntriesPerNode)) + root.Depth + 1;
    }

    /// <summary>The block where a file block would best lie: behind the one before it.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="fileBlock">The file block.</param>
    internal ulong GoalFor(InodeRecord inode, ulong fileBlock)
    {
        if (fileBlock > 0)
        {
            MappedRange before = _map.Lookup(inode, fileBlock - 1);
            if (before.State != MapState.Hole)
            {
                return before.Start + (fileBlock - before.First);
            }

            MappedRange further = before.First > 0 ? _map.Lookup(inode, before.First - 1) : before;
            if (further.State != MapState.Hole)
            {
                return further.Start + (fileBlock - further.First);
            }
        }

        return Allocator.GoalOf(inode.Number);
    }

    /// <summary>With clusters: the block that belongs to a file block since the file has its cluster already.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="fileBlock">A hole.</param>
    /// <returns>The block, or null.</returns>
    internal ulong? FindCluster(InodeRecord inode, ulong fileBlock)
    {
        ulong ratio = Allocator.BlocksPerCluster;
        ulong first = fileBlock - (fileBlock % ratio);
        ulong at = first;
        while (at < first + ratio)
        {
            MappedRange range = _map.Lookup(inode, at);
            if (range.State != MapState.Hole)
            {
                return range.At(at).Value - (at - first) + (fileBlock - first);
            }

            at = range.End;
        }

        return null;
    }

    private Result<BlockNumber> InsertAllocated(in MapChange change, ulong fileBlock, ulong block, ulong allocated)
    {
        Result inserted = Insert(change, new MappedRange(fileBlock, 1, MapState.Written, block));
        if (!inserted.IsOk)
        {
            if (allocated > 0)
            {
                Allocator.Free(
                    change.Handle, block - (fileBlock % allocated), allocated, isMetadata: false);
            }

            return inserted.Error;
        }

        Space.ChargeClusters(change.Inode, allocated > 0 ? 1 : 0);
        return new BlockNumber(block);
    }
}
