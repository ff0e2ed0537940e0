// A folio: 4 KiB to 2 MiB of one file in memory.
//
// Life
//   recycled --Prepare--> private (1 reference: its maker) --insert--> cached (+1: the index) --remove--> detached
//   and when the last reference goes, the memory is freed and the object recycled.
// Invariants
//   - Mapping, Index and Order change only while the count is zero, or under the folio lock (Mapping to null).
//   - A count of zero is final: only the pool starts a new life. Objects are type-stable (never another type), so
//     a look-up that lost a race sees another life and rejects it by Mapping and Index.
//   - Bytes of a block are valid before its bit, or Uptodate, is set (release), and stay valid until removal.
// Locks: the folio lock (rank 400) is bit 0 of _flags.

using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Memory;
using Faultline.PageCache.Reclaim;

namespace Faultline.PageCache;

/// <summary>A run of 2^<see cref="Order"/> pages of one file in memory.</summary>
public sealed partial class Folio
{
    /// <summary>Base-2 logarithm of the page size.</summary>
    public const int PageShift = 12;

    /// <summary>Bytes of a page: 4096.</summary>
    public const int PageSize = 1 << PageShift;

    /// <summary>Order of the largest folio: 2 MiB.</summary>
    public const int OrderMax = 9;

    /// <summary>Granularity of partial validity: the smallest block size there is.</summary>
    internal const int SectorShift = 9;

    private readonly FolioPool _pool;
    private int _flags; // interlocked
    private int _references; // interlocked; 0 = not in use
    private Mapping? _mapping;
    private LockKey? _lockKey;
    private ulong[]? _validSectors; // set by interlocked or; replaced under the folio lock; kept over lives

    internal Folio(FolioPool pool) => _pool = pool;

    /// <summary>The file it caches, or null once it was removed from the cache.</summary>
    public Mapping? Mapping => Volatile.Read(ref _mapping);

    /// <summary>Number of its first page within the file.</summary>
    public long Index { get; private set; }

    /// <summary>Base-2 logarithm of its number of pages.</summary>
    public int Order { get; private set; }

    /// <summary>Number of pages.</summary>
    public long PageCount => 1L << Order;

    /// <summary>Size in bytes.</summary>
    public int SizeBytes => PageSize << Order;

    /// <summary>File position of its first byte.</summary>
    public long Position => Index << PageShift;

    /// <summary>Whether every byte is valid.</summary>
    public bool IsUptodate => (Volatile.Read(ref _flags) & FolioFlags.Uptodate) != 0;

    /// <summary>Whether somebody holds the folio lock.</summary>
    public bool IsLocked => (Volatile.Read(ref _flags) & FolioFlags.Locked) != 0;

    /// <summary>Whether it is newer than the device.</summary>
    public bool IsDirty => (Volatile.Read(ref _flags) & FolioFlags.Dirty) != 0;

    /// <summary>Address of its first byte. Valid while the caller holds a reference.</summary>
    public nint Address => Memory.Address;

    /// <summary>The pool it belongs to.</summary>
    internal FolioPool Pool => _pool;

    /// <summary>Whether it may be dropped without writing it first.</summary>
    internal bool IsClean => (Volatile.Read(ref _flags) & (FolioFlags.Dirty | FolioFlags.Writeback)) == 0;

    internal MemoryBlock Memory { get; private set; }

    internal IFolioMemory? Owner { get; private set; }

    // The four fields below belong to the reclaim queues; guarded by their latch (rank 520), but the frequency.
    internal Folio? QueueNext { get; set; }

    internal Folio? QueuePrevious { get; set; }

    internal QueueState Queue { get; set; }

    /// <summary>Uses since the reclaim clock last passed, saturating; a hint, races are harmless.</summary>
    internal byte Frequency { get; set; }

    /// <summary>The folio's bytes. The caller holds a reference.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>A view that is valid while the reference is held.</returns>
    public unsafe Span<byte> Bytes(int offset, int length)
    {
        Check.That((uint)offset <= (uint)SizeBytes);
        Check.That((uint)length <= (uint)(SizeBytes - offset));
        return new Span<byte>((byte*)Memory.Address + offset, length);
    }

    /// <summary>Takes a reference unless the count is zero.</summary>
    /// <returns>Whether there is one. The caller then checks that this is still the folio it wanted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Gives a reference back; the last one frees the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _pool.Recycle(this);
        }
    }

    /// <summary>Takes the folio lock.</summary>
    /// <locks>Takes: folio (rank 400). The caller holds a reference.</locks>
    public void Lock() => BitLock.Acquire(
        ref _flags, FolioFlags.Locked, this, LockKeyOrFail(), (ulong)Index + 1);

    /// <summary>Takes the folio lock if it is free.</summary>
    /// <returns>Whether it was.</returns>
    public bool TryLock() => BitLock.TryAcquire(ref _flags, FolioFlags.Locked, this, LockKeyOrFail());

    /// <summary>Gives the folio lock back.</summary>
    public void Unlock() => BitLock.Release(ref _flags, FolioFlags.Locked, this, LockKeyOrFail());

    /// <summary>Waits until the folio lock is free, without taking it. The caller holds no invalidate lock.</summary>
    public void WaitUnlocked() => BitLock.Wait(ref _flags, FolioFlags.Locked, this, LockKeyOrFail());

    /// <summary>Marks every byte valid. The caller holds the folio lock and has written all bytes.</summary>
    public void MarkUptodate() => _ = Interlocked.Or(ref _flags, FolioFlags.Uptodate);

    /// <summary>Marks some bytes valid. The caller holds the folio lock and has written them.</summary>
    /// <param name="offset">First byte, a multiple of 512.</param>
    /// <param name="length">Bytes, a multiple of 512.</param>
    public void MarkUptodate(int offset, int length)
    {
        if (IsUptodate)
        {
            return; // An overwrite: only removal takes validity away.
        }

        if (length == SizeBytes)
        {
            MarkUptodate();
            return;
        }

        ulong[] bitmap = (Volatile.Read(ref _flags) & FolioFlags.PartlyUptodate) != 0
            ? _validSectors!
            : ResetValidSectors();
        int first = offset >> SectorShift;
        int last = (offset + length) >> SectorShift;
        for (int sector = first; sector < last; sector++)
        {
            _ = Interlocked.Or(ref bitmap[sector >> 6], 1UL << (sector & 63));
        }

        _ = Interlocked.Or(ref _flags, FolioFlags.PartlyUptodate);
        if (AreUptodate(0, SizeBytes))
        {
            MarkUptodate();
        }
    }

    /// <summary>Whether some bytes are valid.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes, &gt; 0.</param>
    /// <returns>True when all of them are.</returns>
    public bool AreUptodate(int offset, int length)
    {
        int flags = Volatile.Read(ref _flags);
        if ((flags & FolioFlags.Uptodate) != 0)
        {
            return true;
        }

        if ((flags & FolioFlags.PartlyUptodate) == 0)
        {
            return false;
        }

        ulong[] bitmap = Volatile.Read(ref _validSectors)!;
        int last = (offset + length - 1) >> SectorShift;
        for (int sector = offset >> SectorShift; sector <= last; sector++)
        {
            if ((Volatile.Read(ref bitmap[sector >> 6]) & (1UL << (sector & 63))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // Unchecked: a folio of another life may lie behind the page, and the difference is then negative.
    /// <summary>Whether a page of the file lies in this folio, and the folio is that file's.</summary>
    /// <param name="mapping">The file.</param>
    /// <param name="index">The page.</param>
    /// <returns>True when it does. The caller holds a reference.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Holds(Mapping mapping, long index) =>
        Volatile.Read(ref _mapping) == mapping && unchecked((ulong)(index - Index)) < (1UL << Order);

    /// <summary>Starts a life: locked, one reference, not uptodate.</summary>
    internal void Prepare(Mapping mapping, long index, int order, IFolioMemory owner, in MemoryBlock memory)
    {
        Check.That(_references == 0);
        Check.That((index & ((1L << order) - 1)) == 0);
        Index = index;
        Order = order;
        Memory = memory;
        Owner = owner;
        Frequency = 0;
        _lockKey = mapping.FolioLockKey;
        Volatile.Write(ref _mapping, mapping);
        Volatile.Write(ref _flags, 0);
        ResetDirty();
        Volatile.Write(ref _references, 1);
    }

    /// <summary>Adds the index's reference. The caller holds one.</summary>
    internal void Get() => _ = Interlocked.Increment(ref _references);

    /// <summary>Makes the count zero if nobody but the caller and the index holds a reference.</summary>
    /// <returns>Whether it is frozen now: nobody can get a reference, and the caller must free it.</returns>
    internal bool TryFreeze() => Interlocked.CompareExchange(ref _references, 0, 2) == 2;

    /// <summary>Cuts the tie to the file. The caller holds the folio lock.</summary>
    internal void Detach() => Volatile.Write(ref _mapping, null);

    internal void SetReadahead() => _ = Interlocked.Or(ref _flags, FolioFlags.Readahead);

    /// <summary>Whether the readahead mark is set.</summary>
    internal bool IsReadaheadMarked => (Volatile.Read(ref _flags) & FolioFlags.Readahead) != 0;

    /// <summary>Clears the readahead mark.</summary>
    /// <returns>True for the one caller that cleared it.</returns>
    internal bool TakeReadahead() =>
        (Interlocked.And(ref _flags, ~FolioFlags.Readahead) & FolioFlags.Readahead) != 0;

    /// <summary>Notes a use for the reclaim clock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MarkUsed()
    {
        // A store only while it changes something: a hot folio's cache line stays shared between readers.
        byte frequency = Frequency;
        if (frequency < FolioQueues.FrequencyMax)
        {
            Frequency = (byte)(frequency + 1);
        }
    }

    private LockKey LockKeyOrFail()
    {
        Check.That(_lockKey is not null);
        return _lockKey;
    }

    private ulong[] ResetValidSectors()
    {
        // Readers look at the bitmap only after they have seen PartlyUptodate, which is set after the first bits are.
        int words = Math.Max(1, SizeBytes >> (SectorShift + 6));
        ulong[]? bitmap = _validSectors;
        if (bitmap is null || bitmap.Length < words)
        {
            bitmap = new ulong[words];
            Volatile.Write(ref _validSectors, bitmap);
        }
        else
        {
            bitmap.AsSpan().Clear();
        }

        return bitmap;
    }
}
