// Pages for writers, and the states that lead to the device: dirty, to be written, under writeback.
//
// Invariants
//   - A folio has the tag Dirty exactly while one of its sectors is dirty, and the tag Writeback exactly while
//   its bit is set.
//   - DirtyBytes counts a sector from the moment it becomes dirty until it is on the device, or dropped.
//   - Bytes of a folio under writeback do not change (stable pages).
// Locks: the folio lock; inside it the tree latch for tags. The end of writeback takes no folio lock: whoever
// holds one may be
// waiting for it.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Index;

namespace Faultline.PageCache;

public sealed partial class Mapping
{
    private const int TagBatch = 128;

    /// <summary>A locked folio for a writer: the one that covers a page, or a new one. It is stable: not under
    /// writeback.</summary>
    /// <param name="index">The page.</param>
    /// <param name="last">Last page the writer wants; a new folio reaches no further.</param>
    /// <returns>The folio, locked and referenced; its bytes may be invalid.</returns>
    /// <errors>ENOMEM; ESTALE the volume was unmounted.</errors>
    /// <locks>Caller: inode lock exclusive, or any mode of the invalidate lock over the page, so that nobody
    /// invalidates
    /// it. Takes: folio; waits for writeback under it.</locks>
    public Result<Folio> GetForWrite(long index, long last)
    {
        while (true)
        {
            if (_closed)
            {
                return PageCacheReasons.ClosedForWriting;
            }

            Folio? folio = GetFolio(index);
            if (folio is null)
            {
                folio = InsertLocked(index, last, Folio.OrderMax);
                if (folio is not null)
                {
                    return folio;
                }

                if (_index.Lookup(index) is null)
                {
                    return PageCacheReasons.NoMemoryForWriting;
                }

                Scheduler.Yield();
                continue;
            }

            if (LockStable(folio))
            {
                return folio;
            }
        }
    }

    /// <summary>The first cached folio that touches a range, locked and stable.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <returns>The folio, locked and referenced, or null.</returns>
    /// <locks>As <see cref="GetForWrite"/>.</locks>
    public Folio? LockNextCached(long first, long last)
    {
        while (true)
        {
            Folio? folio = FirstFolio(first, last);
            if (folio is null)
            {
                return null;
            }

            if (LockStable(folio))
            {
                return folio;
            }
        }
    }

    /// <summary>Bytes of a folio were changed: they are newer than the device from now on.</summary>
    /// <param name="folio">A folio of this mapping, not under writeback.</param>
    /// <param name="offset">First byte that changed; rounded out to blocks, which must be valid.</param>
    /// <param name="length">Bytes, &gt; 0.</param>
    /// <locks>Caller: folio lock. Takes: cache tree, when the folio was clean.</locks>
    public void MarkDirty(Folio folio, int offset, int length)
    {
        int first = (int)Bits.AlignDown(offset, BlockSizeBytes);
        int end = (int)Bits.AlignUp(offset + length, BlockSizeBytes);
        bool wasDirty = folio.IsDirty;
        int added = folio.SetDirtyBits(first, end - first);
        if (!wasDirty)
        {
            if (IsStorage)
            {
                Pool.Uncached(folio);
            }

            using SpinGuard guard = _tree.Acquire();
            _index.SetTagLocked(folio, FolioTag.Dirty);
        }

        if (added > 0)
        {
            Account(added);
        }
    }

    /// <summary>Bytes of a folio need not be written any more: they were dropped.</summary>
    /// <param name="folio">A folio of this mapping, not under writeback.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes; only blocks wholly inside become clean.</param>
    /// <locks>Caller: folio lock. Takes: cache tree.</locks>
    public void MarkClean(Folio folio, int offset, int length)
    {
        int first = (int)Bits.AlignUp(offset, BlockSizeBytes);
        int end = (int)Bits.AlignDown(offset + length, BlockSizeBytes);
        if (!folio.IsDirty || first >= end)
        {
            return;
        }

        int removed = folio.ClearDirtyBits(first, end - first);
        UntagIfClean(folio);
        Account(-removed);
    }

    /// <summary>Starts writeback of a folio. The caller takes its dirty runs out with <see cref="TakeDirty"/>,
    /// and ends with
    /// <see cref="EndWriteback"/>, once for itself and once for each run.</summary>
    /// <param name="folio">A dirty folio, not under writeback.</param>
    /// <locks>Caller: folio lock. Takes: cache tree.</locks>
    public void StartWriteback(Folio folio)
    {
        folio.SetWriteback();
        folio.Get();
        using SpinGuard guard = _tree.Acquire();
        _index.SetTagLocked(folio, FolioTag.Writeback);
        _index.ClearTagLocked(folio, FolioTag.ToWrite);
    }

    /// <summary>Takes a run of dirty bytes for writing: it is clean from now on, unless the write fails.</summary>
    /// <param name="folio">A folio whose writeback the caller started.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <locks>Caller: folio lock. Takes: cache tree.</locks>
    public void TakeDirty(Folio folio, int offset, int length)
    {
        _ = folio.ClearDirtyBits(offset, length);
        folio.EnterWriteback();
        UntagIfClean(folio);
    }

    /// <summary>A run that was taken is on the device, or is not and stays dirty. The last end wakes who
    /// waits.</summary>
    /// <param name="folio">The folio.</param>
    /// <param name="offset">First byte of the run.</param>
    /// <param name="length">Bytes; 0 for the end of the submission itself.</param>
    /// <param name="failed">Whether the bytes did not reach the device.</param>
    /// <locks>Takes: cache tree. Never waits.</locks>
    public void EndWriteback(Folio folio, int offset, int length, bool failed)
    {
        if (length > 0)
        {
            if (failed)
            {
                // Nobody else touches the bits: they wait for the end of writeback.
                _ = folio.SetDirtyBits(offset, length);
                using SpinGuard guard = _tree.Acquire();
                _index.SetTagLocked(folio, FolioTag.Dirty);
            }
            else
            {
                Account(-length);
            }
        }

        if (!folio.LeaveWriteback())
        {
            return;
        }

        using (SpinGuard guard = _tree.Acquire())
        {
            _index.ClearTagLocked(folio, FolioTag.Writeback);
        }

        folio.ClearWriteback();
        folio.Put();
    }

    /// <summary>Finds the next folio with a tag and takes a reference.</summary>
    /// <param name="index">First page of interest.</param>
    /// <param name="last">Last page of interest.</param>
    /// <param name="tag">The tag.</param>
    /// <returns>The folio, not locked; or null.</returns>
    public Folio? NextTagged(long index, long last, FolioTag tag)
    {
        while (true)
        {
            using (SpinGuard guard = _tree.Acquire())
            {
                Folio? folio = _index.FirstTaggedLocked(index, last, tag);
                if (folio is null || folio.TryGet())
                {
                    return folio;
                }
            }

            Scheduler.Yield();
        }
    }

    /// <summary>Marks everything that is dirty now for one sync: what becomes dirty later is not its
    /// business.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    public void TagDirtyToWrite(long first, long last)
    {
        long index = first;
        while (index <= last)
        {
            using SpinGuard guard = _tree.Acquire();
            for (int count = 0; count < TagBatch; count++)
            {
                Folio? folio = _index.FirstTaggedLocked(index, last, FolioTag.Dirty);
                if (folio is null)
                {
                    return;
                }

                _index.SetTagLocked(folio, FolioTag.ToWrite);
                index = folio.Index + folio.PageCount;
            }
        }
    }

    /// <summary>This sync need not write a folio after all.</summary>
    /// <param name="folio">A folio; it may have left the mapping.</param>
    /// <locks>Caller: folio lock.</locks>
    public void ClearToWrite(Folio folio)
    {
        if (ReferenceEquals(folio.Mapping, this))
        {
            using SpinGuard guard = _tree.Acquire();
            _index.ClearTagLocked(folio, FolioTag.ToWrite);
        }
    }

    /// <summary>Waits until nothing of a range is under writeback.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <locks>Caller: no folio lock. Waits for writeback (rank 410).</locks>
    public void WaitWriteback(long first, long last)
    {
        long index = first;
        while (index <= last && NextTagged(index, last, FolioTag.Writeback) is Folio folio)
        {
            folio.WaitWriteback();
            index = Math.Max(index + 1, folio.Index + folio.PageCount);
            folio.Put();
        }
    }

    /// <summary>Whether something of a range is under writeback.</summary>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page.</param>
    /// <returns>True when some folio of it is.</returns>
    /// <locks>Takes: cache tree.</locks>
    public bool HasWriteback(long first, long last)
    {
        using SpinGuard guard = _tree.Acquire();
        return _index.FirstTaggedLocked(first, last, FolioTag.Writeback) is not null;
    }

    /// <summary>Bytes from a position on that are dirty without a gap, for sizing an allocation. A guess.</summary>
    /// <param name="position">Where to start; dirty itself.</param>
    /// <param name="bytesMax">Where to stop.</param>
    /// <returns>At least one block.</returns>
    public long DirtyExtent(long position, long bytesMax)
    {
        long at = position;
        long end = position + bytesMax;
        while (at < end)
        {
            Folio? folio = GetFolio(at >> Folio.PageShift);
            if (folio is null)
            {
                break;
            }

            int offset = (int)(at - folio.Position);
            int found = offset;
            bool continues = folio.NextDirtyRun(ref found, out int length) && found == offset;
            long folioEnd = folio.Position + folio.SizeBytes;
            folio.Put();
            if (!continues)
            {
                break;
            }

            at += length;
            if (at < folioEnd)
            {
                break;
            }
        }

        return Math.Max(BlockSizeBytes, Math.Min(at, end) - position);
    }

    /// <summary>The first dirty byte at or after a position, for seeking.</summary>
    /// <param name="position">Where to look.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>Its position, or <paramref name="end"/>.</returns>
    public long NextDirty(long position, long end) => ScanDirty(position, end, wantsDirty: true);

    /// <summary>The first byte that is not dirty at or after a position, for seeking.</summary>
    /// <param name="position">Where to look.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>Its position, or <paramref name="end"/>.</returns>
    public long NextClean(long position, long end) => ScanDirty(position, end, wantsDirty: false);

    // Locks a referenced folio and waits for its writeback; false, the reference given back, when it left this mapping.
    private bool LockStable(Folio folio)
    {
        folio.Lock();
        if (ReferenceEquals(folio.Mapping, this))
        {
            folio.WaitWriteback();
            return true;
        }

        folio.Unlock();
        folio.Put();
        return false;
    }

    private long ScanDirty(long position, long end, bool wantsDirty)
    {
        long at = position;
        long last = (end - 1) >> Folio.PageShift;
        while (at < end)
        {
            Folio? folio = NextTagged(at >> Folio.PageShift, last, FolioTag.Dirty);
            if (folio is null)
            {
                return wantsDirty ? end : at;
            }

            long folioEnd = folio.Position + folio.SizeBytes;
            if (folio.Position > at)
            {
                if (!wantsDirty)
                {
                    folio.Put();
                    return at;
                }

                at = folio.Position;
            }

            int offset = (int)(at - folio.Position);
            int found = offset;
            bool any = folio.NextDirtyRun(ref found, out int length);
            long runStart = folio.Position + found;
            folio.Put();
            if (!any)
            {
                if (!wantsDirty)
                {
                    return at;
                }

                at = folioEnd;
                continue;
            }

            // The run is rounded out to whole sectors and may begin before the position asked for.
            if (wantsDirty)
            {
                return Math.Min(end, Math.Max(at, runStart));
            }

            if (runStart > at)
            {
                return at;
            }

            at = runStart + length;
        }

        return end;
    }

    private void UntagIfClean(Folio folio)
    {
        if (!folio.IsDirty)
        {
            using SpinGuard guard = _tree.Acquire();
            _index.ClearTagLocked(folio, FolioTag.Dirty);
            _index.ClearTagLocked(folio, FolioTag.ToWrite);
        }
    }

    private void Account(long change)
    {
        long now = Interlocked.Add(ref _dirtyBytes, change);
        Domain?.Account(this, change, isFirst: change > 0 && now == change);
    }
}
