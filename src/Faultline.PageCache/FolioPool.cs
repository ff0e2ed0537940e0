// The memory of the page cache of any number of volumes, under one budget.
//
// Invariants
//   - Bytes of all folios ≤ budget + reserve. The reserve is for what must not fail: one page at a time.
//   - A recycled folio object has no memory, no queue and a count of zero.
// Locks: those of the queues and the arena, never held together. Allocation never waits for I/O and drops clean,
// unlocked folios only, so it may be called at any rank above the folio lock's.

using System;
using System.Collections.Concurrent;
using System.Threading;
using Faultline.Base;
using Faultline.PageCache.Memory;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Reclaim;

namespace Faultline.PageCache;

/// <summary>Memory for folios, with a budget and reclaim.</summary>
public sealed class FolioPool : IDisposable
{
    private const int ReclaimAttempts = 4096;
    private const long ReserveBytes = 4L << 20;
    private static readonly Lazy<FolioPool> s_shared = new(() => new FolioPool(DefaultBudget()));

    private readonly IFolioMemory _arena;
    private readonly FolioQueues _queues = new();
    private readonly ConcurrentBag<Folio> _recycled = [];
    private long _usedBytes;
    private long _reclaimedFolios;
    private long _dirtyBytes; // interlocked
    private int _dirtyDomains; // interlocked

    /// <summary>Makes a pool.</summary>
    /// <param name="budgetBytes">Most bytes of folios, at least 1 MiB.</param>
    public FolioPool(long budgetBytes)
        : this(budgetBytes, new ArenaMemory())
    {
    }

    /// <summary>Makes a pool over memory of the caller's.</summary>
    /// <param name="budgetBytes">Most bytes of folios, at least 1 MiB.</param>
    /// <param name="memory">For files that bring none of their own; disposed with the pool if it can be.</param>
    public FolioPool(long budgetBytes, IFolioMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Check.That(budgetBytes >= 1L << 20);
        _arena = memory;
        BudgetBytes = budgetBytes;
        Workers = new ReadaheadWorkers();
    }

    /// <summary>The pool that volumes share unless told otherwise: a quarter of the machine's memory.</summary>
    public static FolioPool Shared => s_shared.Value;

    /// <summary>Most bytes of folios.</summary>
    public long BudgetBytes { get; }

    /// <summary>Bytes of all folios now.</summary>
    public long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Bytes that are dirty or under writeback, of all volumes that write. Files whose cache is the storage do
    /// not count.</summary>
    public long DirtyBytes => Volatile.Read(ref _dirtyBytes);

    /// <summary>Above this the flushers write without being asked: a tenth of the budget.</summary>
    public long BackgroundDirtyBytes => BudgetBytes / 10;

    /// <summary>Above this writers wait: a fifth of the budget, shared among the volumes that have dirty
    /// pages.</summary>
    public long DirtyBytesMax => BudgetBytes / 5;

    /// <summary>Folios dropped because memory was short, since the pool was made.</summary>
    public long ReclaimedFolios => Volatile.Read(ref _reclaimedFolios);

    /// <summary>Anonymous memory for files that bring none of their own.</summary>
    internal IFolioMemory Arena => _arena;

    /// <summary>Who reads ahead.</summary>
    public ReadaheadWorkers Workers { get; }

    /// <summary>Volumes that have dirty pages.</summary>
    internal int DirtyDomains => Volatile.Read(ref _dirtyDomains);

    /// <summary>Counts dirty bytes.</summary>
    internal void AccountDirty(long change, int domains)
    {
        _ = Interlocked.Add(ref _dirtyBytes, change);
        if (domains != 0)
        {
            _ = Interlocked.Add(ref _dirtyDomains, domains);
        }
    }

    /// <summary>Makes a private folio: locked by nobody, one reference, contents undefined.</summary>
    /// <param name="mapping">The file.</param>
    /// <param name="index">First page.</param>
    /// <param name="order">Wanted order; <paramref name="index"/> is a multiple of 2^order.</param>
    /// <returns>The folio, or null when no memory can be had for this order.</returns>
    internal Folio? TryAllocate(Mapping mapping, long index, int order)
    {
        long bytes = (long)Folio.PageSize << order;
        if (Interlocked.Add(ref _usedBytes, bytes) > BudgetBytes)
        {
            Reclaim();
            long limit = order == 0 ? BudgetBytes + ReserveBytes : BudgetBytes;
            if (Volatile.Read(ref _usedBytes) > limit)
            {
                _ = Interlocked.Add(ref _usedBytes, -bytes);
                return null;
            }
        }

        if (!mapping.Memory.TryAllocate(index, order, out MemoryBlock memory))
        {
            _ = Interlocked.Add(ref _usedBytes, -bytes);
            return null;
        }

        Folio folio = _recycled.TryTake(out Folio? used) ? used : new Folio(this);
        folio.Prepare(mapping, index, order, mapping.Memory, memory);
        return folio;
    }

    /// <summary>A folio entered the cache.</summary>
    internal void Cached(Folio folio) => _queues.Insert(folio);

    /// <summary>A folio left the cache. Caller: folio lock.</summary>
    internal void Uncached(Folio folio) => _queues.Remove(folio);

    /// <summary>Frees the memory of a folio whose count is zero.</summary>
    internal void Recycle(Folio folio)
    {
        MemoryBlock memory = folio.Memory;
        int order = folio.Order;
        folio.Owner!.Free(memory, order);
        _ = Interlocked.Add(ref _usedBytes, -((long)Folio.PageSize << order));
        RecycleObject(folio);
    }

    /// <summary>Takes back the object of a folio whose count is zero and whose memory is somebody else's now.</summary>
    internal void RecycleObject(Folio folio)
    {
        Check.That(folio.Queue == QueueState.None);
        _recycled.Add(folio);
    }

    /// <summary>A folio over a part of a larger one's memory, with one reference, unlocked.</summary>
    internal Folio MakePart(Folio whole, long index, int order)
    {
        Folio part = _recycled.TryTake(out Folio? used) ? used : new Folio(this);
        MemoryBlock memory = whole.Owner!.Part(whole.Memory, index - whole.Index);
        part.Prepare(whole.Mapping!, index, order, whole.Owner, memory);
        return part;
    }

    /// <summary>Whether a folio is on a reclaim queue. Caller: folio lock.</summary>
    internal static bool IsQueued(Folio folio) => folio.Queue != QueueState.None;

    /// <summary>Frees the pool's memory. No file of it may be open any more; the shared pool is
    /// never disposed.</summary>
    public void Dispose()
    {
        Workers.Drain();
        Check.That(UsedBytes == 0);
        (_arena as IDisposable)?.Dispose();
    }

    private static long DefaultBudget()
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Math.Max(memory / 4, 64L << 20);
    }

    private void Reclaim()
    {
        int attempts = ReclaimAttempts;
        while (Volatile.Read(ref _usedBytes) > BudgetBytes)
        {
            Folio? folio = _queues.Isolate(BudgetBytes, ref attempts);
            if (folio is null)
            {
                return;
            }

            if (Mapping.TryDrop(folio))
            {
                _ = Interlocked.Increment(ref _reclaimedFolios);
            }
        }
    }

    /// <summary>Puts an isolated folio back that could not be dropped.</summary>
    internal void PutBack(Folio folio) => _queues.PutBack(folio);
}
