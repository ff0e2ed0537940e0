// A regular file: its pages are in the page cache and nowhere else; what is kept here is which of them are charged.
//
// Invariants: a dirty page is charged; a page leaves the set only after it left the cache; the volume's total and the
// inode's sectors follow the set.
// Locks: _map (rank 440) guards _charged; _sequence changes under it, exclusive.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Iomap;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Tmpfs.Space;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>A regular file.</summary>
internal sealed class TmpfsFile : TmpfsInode, IIomapWriter
{
    private const int SectorsPerPage = Folio.PageSize / 512;

    private readonly RwSemaphore _map;
    private readonly PageSet _charged = new(); // guarded by _map
    private long _sequence; // written under _map, exclusive: pages left the set

    internal TmpfsFile(TmpfsVolume volume, InodeNumber number, in NewInode fresh, uint linkCount)
        : base(volume, number, fresh, linkCount, sizeBytes: 0) =>
        _map = new RwSemaphore(LockClasses.BlockMap.For(volume.TypeName), number.Value);

    /// <inheritdoc/>
    public override IIomapOps? IomapOps => this;

    /// <inheritdoc/>
    public IBlockDevice Device => Volume.Device;

    /// <inheritdoc/>
    public int BlockSizeBytes => Folio.PageSize;

    /// <inheritdoc/>
    public long SizeBytesMax => long.MaxValue - Folio.PageSize + 1;

    /// <inheritdoc/>
    public long DiskSizeBytes => SizeBytes;

    /// <inheritdoc/>
    public bool HasUnwrittenExtents => true;

    /// <inheritdoc/>
    public bool CanShift => false;

    /// <inheritdoc/>
    protected override bool CacheIsStorage => true;

    /// <inheritdoc/>
    public Result Begin(long position, long length, IomapIntent intent, out Iomap.Iomap iomap)
    {
        long page = position >> Folio.PageShift;
        if (TrySample(page, intent == IomapIntent.Write, out iomap))
        {
            return Result.Ok;
        }

        return Charge(page, LastPage(position, length) + 1, out iomap);
    }

    /// <inheritdoc/>
    public void End(in Iomap.Iomap iomap, long done)
    {
    }

    /// <inheritdoc/>
    public bool IsStale(in Iomap.Iomap iomap) => iomap.ValidityCookie != (ulong)Volatile.Read(ref _sequence);

    /// <inheritdoc/>
    public void ReleaseReservation(long start, long end) => Uncharge(start, end);

    /// <inheritdoc/>
    public Result MapWriteback(long position, long length, out Iomap.Iomap iomap) =>
        throw Check.Unreachable("what lives in the cache is never written back");

    /// <inheritdoc/>
    public Result CompleteWrite(long start, long end) => Result.Ok;

    /// <inheritdoc/>
    public void AbandonWrite(long start, long end)
    {
    }

    /// <inheritdoc/>
    public Result AllocateRange(long start, long end)
    {
        using ExclusiveGuard guard = _map.AcquireExclusive();
        long first = start >> Folio.PageShift;
        long endPage = LastPage(start, end - start) + 1;
        long missing = _charged.CountMissing(first, endPage);
        if (missing == 0)
        {
            return Result.Ok;
        }

        // All or nothing: a range that does not fit leaves nothing behind.
        if (!Volume.TryCharge(missing))
        {
            return TmpfsReasons.NoSpaceToAllocate.At(Number);
        }

        _ = _charged.Add(first, endPage);
        AddSectors(missing * SectorsPerPage);
        return Result.Ok;
    }

    /// <inheritdoc/>
    public Result RemoveRange(long start, long end)
    {
        Uncharge(start, end);
        return Result.Ok;
    }

    /// <inheritdoc/>
    public Result MakeUnwritten(long start, long end) => AllocateRange(start, end);

    /// <inheritdoc/>
    public Result CollapseRange(long start, long end) => TmpfsReasons.NoCollapse.At(Number);

    /// <inheritdoc/>
    public Result InsertRange(long start, long end) => TmpfsReasons.NoInsert.At(Number);

    /// <inheritdoc/>
    public Result SetDiskSize(long sizeBytes) => Result.Ok;

    /// <inheritdoc/>
    protected override void Inactivate()
    {
        Uncharge(0, long.MaxValue);
        base.Inactivate();
    }

    private static long LastPage(long position, long length) => (position + length - 1) >> Folio.PageShift;

    // What is there; false when a write wants a page that is not charged.
    private bool TrySample(long page, bool wantsPages, out Iomap.Iomap iomap)
    {
        using SharedGuard guard = _map.AcquireShared();
        _charged.RunAt(page, out bool isIn, out long first, out long end);
        iomap = MapOf(isIn ? IomapType.Unwritten : IomapType.Hole, IomapFlags.None, first, end);
        return isIn || !wantsPages;
    }

    // Charges the hole at a page as far as the write goes, or as far as there is space.
    private Result Charge(long page, long endPage, out Iomap.Iomap iomap)
    {
        using ExclusiveGuard guard = _map.AcquireExclusive();
        _charged.RunAt(page, out bool isIn, out long first, out long end);
        if (isIn)
        {
            iomap = MapOf(IomapType.Unwritten, IomapFlags.None, first, end);
            return Result.Ok;
        }

        endPage = Math.Min(endPage, end);
        if (!Volume.TryCharge(endPage - page))
        {
            endPage = page + 1;
            if (!Volume.TryCharge(1))
            {
                iomap = default;
                return TmpfsReasons.NoSpace.At(Number);
            }
        }

        _ = _charged.Add(page, endPage);
        AddSectors((endPage - page) * SectorsPerPage);
        iomap = MapOf(IomapType.Delalloc, IomapFlags.New, page, endPage);
        return Result.Ok;
    }

    private void Uncharge(long start, long end)
    {
        using ExclusiveGuard guard = _map.AcquireExclusive();
        long first = start >> Folio.PageShift;
        long endPage = end == long.MaxValue ? long.MaxValue : LastPage(start, end - start) + 1;
        long removed = _charged.Remove(first, endPage);
        Volatile.Write(ref _sequence, _sequence + 1);
        if (removed > 0)
        {
            AddSectors(-removed * SectorsPerPage);
            Volume.Uncharge(removed);
        }
    }

    private Iomap.Iomap MapOf(IomapType type, IomapFlags flags, long first, long end)
    {
        long start = first << Folio.PageShift;
        return new Iomap.Iomap
        {
            Type = type,
            Flags = flags,
            Position = start,
            Length = end > long.MaxValue >> Folio.PageShift ? long.MaxValue - start : (end - first) << Folio.PageShift,
            ValidityCookie = (ulong)_sequence,
        };
    }
}
