// The block map of one plain file.
//
//   _extents   what the metadata say: mapped and unwritten runs
//   _pending   what shadows them in memory: delayed (reserved), in flight (a place is chosen)
//
// Invariants
//   - A block in flight is in no extent; CompleteWrite moves it there when its data are on the device.
//   - _sequence changes whenever what Begin may have answered is no longer true.
// Locks: _lock (block map, rank 440) guards everything.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Iomap;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.PlainDriver;

/// <summary>The block map of one plain file.</summary>
internal sealed partial class PlainMap : IIomapWriter, IIomapRemapper
{
    private readonly PlainVolume _volume;
    private readonly Inode _inode;
    private readonly RwSemaphore _lock;
    private readonly ExtentList _extents = new();
    private readonly ExtentList _pending = new();
    private readonly int _unit;
    private long _sequence; // written under _lock, exclusive
    private long _diskSize; // written under _lock, exclusive

    internal PlainMap(PlainVolume volume, Inode inode, IReadOnlyList<PlainExtent> extents, long diskSize)
    {
        _volume = volume;
        _inode = inode;
        _unit = volume.BlockSizeBytes;
        _diskSize = diskSize;
        _lock = new RwSemaphore(LockClasses.BlockMap.For(volume.TypeName), inode.Number.Value);
        foreach (PlainExtent extent in extents)
        {
            _extents.Add(extent);
        }
    }

    public IBlockDevice Device => _volume.Device;

    public int BlockSizeBytes => _unit;

    public long SizeBytesMax => 1L << 44;

    public long DiskSizeBytes => Volatile.Read(ref _diskSize);

    public bool HasUnwrittenExtents => true;

    public bool CanShift => true;

    private PlainSpace Space => _volume.Space;

    public bool IsStale(in Iomap.Iomap iomap) => Volatile.Read(ref _sequence) != (long)iomap.ValidityCookie;

    public void End(in Iomap.Iomap iomap, long done)
    {
    }

    public Result Begin(long position, long length, IomapIntent intent, out Iomap.Iomap iomap)
    {
        long first = position / _unit;
        long end = (position + Math.Min(length, 1L << 45) + _unit - 1) / _unit;
        switch (intent)
        {
            case IomapIntent.Write:
                return BeginWrite(first, end, out iomap);
            case IomapIntent.DirectWrite:
                return BeginDirect(first, end, out iomap);
            case IomapIntent.Read:
            case IomapIntent.Report:
            default:
                using (SharedGuard guard = _lock.AcquireShared())
                {
                    iomap = Look(first, end, seesPending: intent == IomapIntent.Report);
                    return Result.Ok;
                }
        }
    }

    public void ReleaseReservation(long start, long end)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        foreach (PlainExtent run in _pending.In(start / _unit, end / _unit))
        {
            if (run.State == PlainState.Delayed)
            {
                _ = _pending.Remove(run.First, run.End);
                Space.Release(run.Count);
            }
        }

        Changed();
    }

    public Result MapWriteback(long position, long length, out Iomap.Iomap iomap)
    {
        Check.That(position % _unit == 0);
        long first = position / _unit;
        long end = first + Math.Max(1, (length + _unit - 1) / _unit);
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        if (_pending.TryFind(first, out PlainExtent run))
        {
            PlainExtent wanted = run.Part(first, end);
            if (run.State == PlainState.Delayed)
            {
                long count = Space.Allocate(wanted.Count, fromReservation: true, out long disk);
                wanted = new PlainExtent(first, count, disk, PlainState.InFlight);
                _ = _pending.Remove(wanted.First, wanted.End);
                _pending.Add(wanted);
            }

            iomap = Answer(wanted, IomapType.Mapped, IomapFlags.New);
            return Result.Ok;
        }

        // Dirty without a reservation and without a block would be a page that nobody accounted for.
        Check.That(_extents.TryFind(first, out PlainExtent extent));
        PlainExtent part = extent.Part(first, Math.Min(end, _pending.NextStart(first)));
        bool isUnwritten = extent.State == PlainState.Unwritten;
        Check.That(isUnwritten || !Space.IsShared(part.Disk));
        part = isUnwritten ? part : OwnPrefix(part);
        iomap = Answer(part, isUnwritten ? IomapType.Unwritten : IomapType.Mapped, IomapFlags.None);
        return Result.Ok;
    }

    public Result CompleteWrite(long start, long end)
    {
        long first = start / _unit;
        long last = (end + _unit - 1) / _unit;
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        foreach (PlainExtent run in _pending.In(first, last))
        {
            if (run.State is PlainState.InFlight or PlainState.InFlightDirect)
            {
                _ = _pending.Remove(run.First, run.End);
                FreeExtents(_extents.Remove(run.First, run.End));
                _extents.Add(run with { State = PlainState.Mapped });
            }
        }

        foreach (PlainExtent run in _extents.In(first, last))
        {
            if (run.State == PlainState.Unwritten && !_pending.TryFind(run.First, out _))
            {
                _ = _extents.Remove(run.First, run.End);
                _extents.Add(run with { State = PlainState.Mapped });
            }
        }

        _diskSize = Math.Max(_diskSize, Math.Min(end, _inode.SizeBytes));
        Changed();
        return Result.Ok;
    }

    public void AbandonWrite(long start, long end)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        foreach (PlainExtent run in _pending.In(start / _unit, end / _unit))
        {
            if (run.State == PlainState.InFlight)
            {
                _ = _pending.Remove(run.First, run.End);
                Space.Unallocate(run.Disk, run.Count, toReservation: true);
                _pending.Add(run with { Disk = 0, State = PlainState.Delayed });
            }
            else if (run.State == PlainState.InFlightDirect)
            {
                _ = _pending.Remove(run.First, run.End);
                Space.Unallocate(run.Disk, run.Count, toReservation: false);
            }
        }

        Changed();
    }

    public Result SetDiskSize(long sizeBytes)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        Volatile.Write(ref _diskSize, sizeBytes);
        return Result.Ok;
    }

    /// <summary>What a commit writes: a consistent pair of size and extents.</summary>
    internal (long Size, List<PlainExtent> Extents) Snapshot()
    {
        using SharedGuard guard = _lock.AcquireShared();
        return (_diskSize, [.. _extents.Runs]);
    }

    /// <summary>Blocks that the file has, reserved ones included.</summary>
    internal long CountBlocks()
    {
        using SharedGuard guard = _lock.AcquireShared();
        long count = 0;
        foreach (PlainExtent run in _extents.Runs)
        {
            count += run.Count;
        }

        foreach (PlainExtent run in _pending.Runs)
        {
            count += _extents.TryFind(run.First, out _) ? 0 : run.Count;
        }

        return count;
    }

    private void Changed() => Volatile.Write(ref _sequence, _sequence + 1);

    // Under _lock. What covers a block, clipped to a range.
    private Iomap.Iomap Look(long first, long end, bool seesPending)
    {
        if (seesPending && _pending.TryFind(first, out PlainExtent pending))
        {
            bool isDelayed = pending.State == PlainState.Delayed;
            return WithSource(Answer(
                ClipToSource(pending.Part(first, end)),
                isDelayed ? IomapType.Delalloc : IomapType.Mapped,
                IomapFlags.None));
        }

        long stop = seesPending ? Math.Min(end, _pending.NextStart(first)) : end;
        if (_extents.TryFind(first, out PlainExtent extent))
        {
            PlainExtent part = extent.Part(first, stop);
            if (extent.State == PlainState.Unwritten)
            {
                return Answer(part, IomapType.Unwritten, IomapFlags.None);
            }

            bool isShared = Space.IsShared(part.Disk);
            part = isShared ? SharedPrefix(part) : OwnPrefix(part);
            return Answer(part, IomapType.Mapped, isShared ? IomapFlags.Shared : IomapFlags.None);
        }

        stop = Math.Min(stop, _extents.NextStart(first));
        return Answer(new PlainExtent(first, stop - first, 0, PlainState.Mapped), IomapType.Hole, IomapFlags.None);
    }

    private Iomap.Iomap Answer(PlainExtent run, IomapType type, IomapFlags flags) => new()
    {
        Type = type,
        Flags = flags,
        Position = run.First * _unit,
        Length = run.Count * _unit,
        Address = run.Disk * _unit,
        SourceAddress = Iomap.Iomap.NoSource,
        ValidityCookie = (ulong)_sequence,
    };

    // A delayed block's contents until it is written: the extent under it, if that is written.
    private Iomap.Iomap WithSource(Iomap.Iomap iomap)
    {
        long first = iomap.Position / _unit;
        if (_extents.TryFind(first, out PlainExtent extent) && extent.State == PlainState.Mapped)
        {
            iomap.SourceAddress = (extent.Disk + (first - extent.First)) * _unit;
            iomap.Flags |= IomapFlags.Shared;
        }

        return iomap;
    }

    private PlainExtent ClipToSource(PlainExtent run)
    {
        long stop = _extents.TryFind(run.First, out PlainExtent extent) ? extent.End : _extents.NextStart(run.First);
        return run.Part(run.First, Math.Min(run.End, stop));
    }

    private PlainExtent OwnPrefix(PlainExtent part) => Prefix(part, shared: false);

    private PlainExtent SharedPrefix(PlainExtent part) => Prefix(part, shared: true);

    private PlainExtent Prefix(PlainExtent part, bool shared)
    {
        long count = 1;
        while (count < part.Count && Space.IsShared(part.Disk + count) == shared)
        {
            count++;
        }

        return part with { Count = count };
    }

    private void FreeExtents(List<PlainExtent> runs)
    {
        foreach (PlainExtent run in runs)
        {
            Space.Free(run.Disk, run.Count);
        }
    }
}
