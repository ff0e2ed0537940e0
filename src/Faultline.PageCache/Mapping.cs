// The cached pages of one file: the address_space of Linux.
//
// Invariants
//   - A folio is in the index exactly while its Mapping is this one and the index holds one of its references.
//   - Pages enter only under the invalidate lock in a mode that allows it (Fill), and leave under the folio lock.
// Locks
//   InvalidateLock (340): filling S-like, invalidating X-like.   folio lock (400).   _tree (500): the index's writers.
//   Looking up and copying take none of them.
//
// Mapping.cs           construction, look-up, removal
// Mapping.Read.cs      reading through the cache (locked entry points: they take the invalidate lock)
// Mapping.Fill.cs      bringing pages in
// Mapping.Truncate.cs  taking pages out (internals: they assert the caller's mode)
// Mapping.Write.cs     pages for writers, dirty and writeback state
// Mapping.Split.cs     large folios into smaller ones

using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Locking;
using Faultline.PageCache.Index;
using Faultline.PageCache.Memory;
using Faultline.PageCache.Writing;

namespace Faultline.PageCache;

/// <summary>The page cache of one file.</summary>
public sealed partial class Mapping
{
    private static long s_lastId;
    private readonly FolioIndex _index = new();
    private readonly SpinLatch _tree;
    private long _cachedPages; // guarded by _tree
    private bool _closed; // set under Invalidate over everything
    private long _dirtyBytes; // interlocked: dirty or under writeback

    /// <summary>Makes an empty page cache.</summary>
    /// <param name="pool">Where its memory comes from.</param>
    /// <param name="host">The file.</param>
    /// <param name="fileSystemType">Keys the lock classes.</param>
    /// <param name="order">Instance order among the invalidate locks of one volume: the inode number.</param>
    /// <param name="policy">Which invalidate lock.</param>
    /// <param name="memory">What its folios are made of; the pool's arena when null.</param>
    public Mapping(
        FolioPool pool,
        IMappingHost host,
        string fileSystemType,
        ulong order,
        InvalidatePolicy policy,
        IFolioMemory? memory = null)
    {
        Pool = pool;
        Memory = memory ?? pool.Arena;
        Host = host;
        Id = (ulong)Interlocked.Increment(ref s_lastId);
        InvalidateLock = InvalidateLock.Create(policy, LockClasses.Invalidate.For(fileSystemType), order);
        FolioLockKey = LockClasses.Folio.For(fileSystemType);
        _tree = new SpinLatch(LockClasses.CacheTree.For(fileSystemType));
        WritebackWait = new PseudoLock(LockClasses.FolioWriteback.For(fileSystemType));
    }

    /// <summary>Unique in this process.</summary>
    public ulong Id { get; }

    /// <summary>Where its memory comes from.</summary>
    public FolioPool Pool { get; }

    /// <summary>What its folios are made of: the pool's arena, or memory of its own (a memfd of a
    /// mapped inode).</summary>
    public IFolioMemory Memory { get; }

    /// <summary>The file.</summary>
    public IMappingHost Host { get; }

    /// <summary>The invalidate lock (rank 340), over page numbers.</summary>
    public InvalidateLock InvalidateLock { get; }

    /// <summary>Write-back errors of the file.</summary>
    public ErrorSequence Errors { get; } = new();

    /// <summary>Pages in the cache now.</summary>
    public long CachedPages => Volatile.Read(ref _cachedPages);

    /// <summary>Who writes its dirty pages; null for a file that is never written, or whose cache is the
    /// storage.</summary>
    public WritebackDomain? Domain { get; init; }

    /// <summary>Whether the cache is the only place where the bytes are (tmpfs): dirty pages are never written
    /// and never
    /// reclaimed.</summary>
    public bool IsStorage { get; init; }

    /// <summary>Smallest unit that is dirty or valid by itself: the block size, or a page where blocks are
    /// larger.</summary>
    public int BlockSizeBytes { get; init; } = Folio.PageSize;

    /// <summary>Bytes that are dirty or under writeback.</summary>
    public long DirtyBytes => Volatile.Read(ref _dirtyBytes);

    /// <summary>Guarded by the domain's latch.</summary>
    internal bool IsInDirtyQueue { get; set; }

    /// <summary>Since when it has been dirty; guarded by the domain's latch.</summary>
    internal long DirtiedMs { get; set; }

    /// <summary>Shows waits for writeback to the validator.</summary>
    internal PseudoLock WritebackWait { get; }

    /// <summary>Lockdep class of this file's folio locks.</summary>
    internal LockKey FolioLockKey { get; }

    /// <summary>Finds the folio that covers a page and takes a reference. No lock, no I/O, no allocation.</summary>
    /// <param name="index">Page number.</param>
    /// <returns>The folio, or null. It may be not uptodate, and may be removed from the cache at any time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Folio? GetFolio(long index)
    {
        Folio? folio = _index.Lookup(index);
        if (folio is null || !folio.TryGet())
        {
            return null;
        }

        if (folio.Holds(this, index))
        {
            return folio;
        }

        folio.Put();
        return null;
    }

    /// <summary>Drops a clean folio that nobody else uses.</summary>
    /// <param name="folio">A cached folio; the caller's reference is consumed.</param>
    /// <returns>Whether it was dropped. If not, an isolated folio is back on its queue.</returns>
    /// <locks>Takes: folio by trylock, cache tree. Never waits.</locks>
    internal static bool TryDrop(Folio folio)
    {
        FolioPool pool = folio.Pool;
        if (folio.TryLock())
        {
            Mapping? mapping = folio.Mapping;
            if (mapping is not null && folio.IsClean && folio.TryFreeze())
            {
                mapping.RemoveFromIndex(folio);
                pool.Uncached(folio);
                folio.Unlock();
                pool.Recycle(folio);
                return true;
            }

            folio.Unlock();
        }

        pool.PutBack(folio);
        folio.Put();
        return false;
    }

    private bool TryInsert(Folio folio)
    {
        using (SpinGuard guard = _tree.Acquire())
        {
            if (!_index.TryInsertLocked(folio))
            {
                return false;
            }

            folio.Get();
            _cachedPages += folio.PageCount;
        }

        Pool.Cached(folio);
        return true;
    }

    private void RemoveFromIndex(Folio folio)
    {
        using SpinGuard guard = _tree.Acquire();
        _index.RemoveLocked(folio);
        _cachedPages -= folio.PageCount;
        folio.Detach();
    }

    private Folio? FirstFolio(long index, long last)
    {
        while (true)
        {
            using (SpinGuard guard = _tree.Acquire())
            {
                Folio? folio = _index.FirstLocked(index, last);
                if (folio is null || folio.TryGet())
                {
                    return folio;
                }
            }

            // Frozen: reclaim has it and removes it in a moment, without waiting for anything.
            Scheduler.Yield();
        }
    }
}
