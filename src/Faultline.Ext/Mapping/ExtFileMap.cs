// The map of one regular file of a volume that is written.
//
//   on disk     what the extent tree or the block map says, and transactions change
//   _pending    what is in memory only: delayed (space is claimed), in flight (blocks are chosen)
//
// Invariants
//   - A block in flight is in no map on disk; CompleteWrite moves it there when its data are on the device.
//   - A cluster has a claim of its own exactly while a delayed block lies in it and no block of it is chosen.
//   - _purse holds a claim on what the map may need for all that is pending, so that an I/O end finds its space.
//   - _sequence changes whenever what Begin may have answered is no longer true; so _known is emptied.
// Locks: _lock (block map, rank 440) guards everything. A handle is started before it is taken, and never under it.
//
// ExtFileMap.cs          looking up            ExtFileMap.Reserve.cs    claims, and choosing blocks
// ExtFileMap.IoEnd.cs    the ends of I/O       ExtFileMap.Space.cs      allocation, removal, shifting

using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Iomap;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <summary>The map of a regular file that can be written.</summary>
internal sealed partial class ExtFileMap : IIomapWriter, IPendingBlocks
{
    private const ulong BlocksPerCallMax = 1UL << 31;

    private readonly ExtSpace _space;
    private readonly IFileMapHost _host;
    private readonly InodeRecord _inode;
    private readonly RwSemaphore _lock;
    private readonly PendingRuns _pending = new();
    private readonly ExtentStatusCache _known = new();
    private readonly ExtIomapOps _other; // encrypted files, and data in the inode
    private readonly SpacePurse _purse = new();
    private readonly SpacePurse _emergency = new(); // always empty: may take what no data may have
    private readonly AllocationWindow _window = new();
    private readonly CreditBudget _budget = new();
    private readonly int _unit;
    private readonly ulong _ratio;
    private long _sequence; // written under _lock exclusive
    private long _diskSize; // written under _lock exclusive
    private uint _lastTransaction; // written under _lock exclusive
    private bool _hasTransaction; // written under _lock exclusive, before _lastTransaction
    private uint _movedIn; // written under _lock exclusive: the last transaction that moved blocks within the file
    private bool _hasMoved; // written under _lock exclusive, after _movedIn
    private int _isUnflushed; // interlocked: data were overwritten since the device was flushed for this file

    /// <summary>Makes the map.</summary>
    /// <param name="volume">The volume, for reading.</param>
    /// <param name="space">What changes it.</param>
    /// <param name="inode">The record of a regular file; its map, size and space belong to this object now.</param>
    /// <param name="host">The inode.</param>
    internal ExtFileMap(ExtVolume volume, ExtSpace space, InodeRecord inode, IFileMapHost host)
    {
        _space = space;
        _host = host;
        _inode = inode;
        _unit = space.Super.BlockSize;
        _ratio = space.Allocator.BlocksPerCluster;
        _diskSize = inode.SizeBytes;
        _lock = new RwSemaphore(LockClasses.BlockMap.For(space.TypeName), inode.Number.Value);
        _other = new ExtIomapOps(volume, inode);
    }

    /// <inheritdoc/>
    public IBlockDevice Device => _space.Device;

    /// <inheritdoc/>
    public int BlockSizeBytes => _unit;

    /// <inheritdoc/>
    public long SizeBytesMax => (long)_space.Writer.BlocksMax(_inode) * _unit;

    /// <inheritdoc/>
    public long DiskSizeBytes => Volatile.Read(ref _diskSize);

    /// <inheritdoc/>
    public bool HasUnwrittenExtents => HasTree || IsInline;

    /// <inheritdoc/>
    public bool CanShift => HasTree || IsInline;

    /// <summary>The last transaction that changed the file's map or size, or null: what fsync waits for.</summary>
    internal TransactionId? LastTransaction =>
        Volatile.Read(ref _hasTransaction) ? new TransactionId(Volatile.Read(ref _lastTransaction)) : null;

    /// <summary>The block-map lock: also guards the record's map, size and space for who stores the inode.</summary>
    internal RwSemaphore Lock => _lock;

    /// <summary>Space that is claimed for dirty data, in units of 512 bytes: stat counts it.</summary>
    internal ulong DelayedSectors
    {
        get
        {
            using SharedGuard guard = _lock.AcquireShared();
            return _pending.Blocks * (ulong)(_unit / 512);
        }
    }

    private bool HasTree => _inode.Has(ExtInodeFlags.Extents);

    private bool IsInline => _inode.Has(ExtInodeFlags.InlineData);

    private BlockAllocator Allocator => _space.Allocator;

    /// <inheritdoc/>
    public bool IsStale(in Iomap.Iomap iomap) => Volatile.Read(ref _sequence) != (long)iomap.ValidityCookie;

    /// <inheritdoc/>
    public void NoteOverwrite()
    {
        Volatile.Write(ref _isUnflushed, 1);
        _space.NoteOverwrite();
    }

    /// <inheritdoc/>
    public Result SettleMap()
    {
        if (!Volatile.Read(ref _hasMoved))
        {
            return Result.Ok;
        }

        TransactionId moved = new(Volatile.Read(ref _movedIn));
        return _space.Log.IsDurable(moved) ? Result.Ok : _space.Log.WaitDurable(moved, needsFlush: false);
    }

    /// <summary>Whether data were overwritten that no transaction tells of; whoever asks flushes the device, or notes
    /// the overwrite again.</summary>
    /// <returns>True when they were.</returns>
    internal bool TakeUnflushed() =>
        Volatile.Read(ref _isUnflushed) != 0 && Interlocked.Exchange(ref _isUnflushed, 0) != 0;

    /// <inheritdoc/>
    public void End(in Iomap.Iomap iomap, long done)
    {
        // Reservations are given back by name, and I/O ends complete or abandon.
    }

    /// <inheritdoc/>
    public Result Begin(long position, long length, IomapIntent intent, out Iomap.Iomap iomap)
    {
        Check.That(position >= 0);
        Check.That(length > 0);
        if (_inode.Has(ExtInodeFlags.Encrypted) || (IsInline && intent is IomapIntent.Read or IomapIntent.Report))
        {
            using SharedGuard guard = _lock.AcquireShared();
            if (_inode.Has(ExtInodeFlags.Encrypted) || IsInline)
            {
                Result begun = _other.Begin(position, length, intent, out iomap);
                iomap.ValidityCookie = (ulong)_sequence;
                return begun;
            }
        }

        ulong first = (ulong)(position / _unit);
        ulong end = ulong.Min(
            first + BlocksPerCallMax, ((ulong)position + (ulong)length + (ulong)(_unit - 1)) / (ulong)_unit);
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

    /// <inheritdoc/>
    bool IPendingBlocks.HasInFlight(ulong first, ulong end) => HasInFlight(first, end);

    private bool HasInFlight(ulong first, ulong end)
    {
        ulong at = first;
        while (at < end && _pending.TryNext(at, out PendingRun run) && run.First < end)
        {
            if (run.State != PendingState.Delayed)
            {
                return true;
            }

            at = run.End;
        }

        return false;
    }

    // Under _lock exclusive.
    private void Changed()
    {
        Volatile.Write(ref _sequence, _sequence + 1);
        _known.Clear();
    }

    // Under _lock exclusive: the inode goes into the transaction, which fsync will wait for.
    private void Store(MetadataHandle handle)
    {
        _host.Store(handle);
        Volatile.Write(ref _lastTransaction, handle.Transaction.Value);
        Volatile.Write(ref _hasTransaction, true);
    }

    // Under _lock exclusive: blocks change their places in the file; see SettleMap. What they hold was written out, and
    // must be durable before it is seen at the new place.
    private void NoteMoved(MetadataHandle handle)
    {
        handle.DependsOnData();
        Volatile.Write(ref _movedIn, handle.Transaction.Value);
        Volatile.Write(ref _hasMoved, true);
    }

    private void SetDiskSizeLocked(long sizeBytes)
    {
        _inode.SizeBytes = sizeBytes;
        Volatile.Write(ref _diskSize, sizeBytes);
    }

    // Under _lock. What the map on disk says; known ranges are not asked for again.
    private MappedRange OnDisk(ulong block)
    {
        if (_known.TryFind(block, out MappedRange range))
        {
            return range;
        }

        range = _space.Map.Lookup(_inode, block);
        _known.Add(range);
        return range;
    }

    // Under _lock. What covers a block, from there on and clipped to a range.
    private Iomap.Iomap Look(ulong first, ulong end, bool seesPending)
    {
        if (seesPending && _pending.TryFind(first, out PendingRun pending))
        {
            return Answer(pending.Part(first, end), IomapFlags.None);
        }

        ulong stop = seesPending ? ulong.Min(end, _pending.NextStart(first)) : end;
        MappedRange found = OnDisk(first);
        stop = ulong.Min(stop, found.End);
        IomapType type = found.State switch
        {
            MapState.Hole => IomapType.Hole,
            MapState.Written => IomapType.Mapped,
            MapState.Unwritten => IomapType.Unwritten,
        };
        ulong start = found.State == MapState.Hole ? 0 : found.At(first).Value;
        return Answer(first, stop - first, start, type, IomapFlags.None);
    }

    private Iomap.Iomap Answer(in PendingRun run, IomapFlags flags) => Answer(
        run.First,
        run.Count,
        run.Start,
        run.State == PendingState.Delayed ? IomapType.Delalloc : IomapType.Mapped,
        flags);

    private Iomap.Iomap Answer(ulong first, ulong count, ulong start, IomapType type, IomapFlags flags)
    {
        long position = (long)first * _unit;
        ulong countMax = (ulong)((long.MaxValue - position) / _unit);
        return new Iomap.Iomap
        {
            Type = type,
            Flags = flags,
            Position = position,
            Length = (long)ulong.Min(count, countMax) * _unit,
            Address = (long)start * _unit,
            SourceAddress = Iomap.Iomap.NoSource,
            ValidityCookie = (ulong)_sequence,
        };
    }
}
