// Splitting a large folio, so that a part of it can be dropped and its memory freed.
//
// The parts take over the memory; nothing is copied. While the count of the old folio is frozen, look-ups miss
// it and insertions
// fail, so whoever comes by tries again until the parts are in the index.

using System;
using System.Numerics;
using Faultline.Locking;

namespace Faultline.PageCache;

public sealed partial class Mapping
{
    private const int SplitAttempts = 64;

    /// <summary>Splits a folio so that a byte range ends at borders of folios, if nobody else holds it.</summary>
    /// <param name="folio">A folio of this mapping of more than one page, not under writeback; locked, with one
    /// reference of
    /// the caller's. Both are used up on success.</param>
    /// <param name="start">First byte of the range, within or before the folio.</param>
    /// <param name="end">First byte after the range.</param>
    /// <returns>False when somebody holds a reference: the folio is as before.</returns>
    private bool TrySplit(Folio folio, long start, long end)
    {
        int attempts = SplitAttempts;
        while (!folio.TryFreeze())
        {
            attempts--;
            if (attempts == 0)
            {
                return false;
            }

            Scheduler.Yield();
        }

        long from = Math.Max(start, folio.Position) >> Folio.PageShift;
        long folioEnd = folio.Index + folio.PageCount;
        long to = Math.Min(end >> Folio.PageShift, folioEnd);
        Pool.Uncached(folio);
        using (SpinGuard guard = _tree.Acquire())
        {
            bool isToWrite = _index.HasTagLocked(folio, Index.FolioTag.ToWrite);
            _index.RemoveLocked(folio);
            long index = folio.Index;
            while (index < folioEnd)
            {
                long border = index < from ? from : index < to ? to : folioEnd;
                int aligned = index == 0 ? Folio.OrderMax : BitOperations.TrailingZeroCount(index);
                int order = Math.Min(BitOperations.Log2((ulong)(border - index)), aligned);
                Folio part = Pool.MakePart(folio, index, order);
                folio.CopyStateTo(part);
                _ = _index.TryInsertLocked(part);
                TagPart(part, isToWrite);
                index += part.PageCount;
            }

            folio.Detach();
        }

        long first = folio.Index;
        folio.Unlock();
        Pool.RecycleObject(folio);
        QueueParts(first, folioEnd - 1);
        return true;
    }

    // The parts are born with the reference of the index, which is all they have. A sync that wanted the whole folio
    // wants its parts: it may not have come to it yet.
    private void TagPart(Folio part, bool isToWrite)
    {
        if (!part.IsDirty)
        {
            return;
        }

        _index.SetTagLocked(part, Index.FolioTag.Dirty);
        if (isToWrite)
        {
            _index.SetTagLocked(part, Index.FolioTag.ToWrite);
        }
    }

    // A part that left the cache meanwhile is on no queue and must not be put on one: TryLock and Mapping decide.
    private void QueueParts(long first, long last)
    {
        long index = first;
        while (index <= last)
        {
            Folio? part = GetFolio(index);
            if (part is null)
            {
                index++;
                continue;
            }

            part.Lock();
            if (ReferenceEquals(part.Mapping, this) && !(IsStorage && part.IsDirty) && !FolioPool.IsQueued(part))
            {
                Pool.Cached(part);
            }

            part.Unlock();
            index = part.Index + part.PageCount;
            part.Put();
        }
    }
}
