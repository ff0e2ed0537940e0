// Which folio goes when memory is short: two first-in first-out queues and a table of ghosts (the S3-FIFO policy).
//
//   insert --> Small --(used twice or more)--> Main --(not used since last pass)--> dropped
//                 \--(not used again)--> dropped, its fingerprint kept; a page that comes back enters Main at once
//
// A scan of any length passes through Small (a tenth of the budget) and leaves Main alone: that is the scan resistance.
// A hit writes at most one byte (Folio.Frequency) and takes no lock.
//
// Locks: _latch (rank 520) guards the lists. Reclaim takes a folio off with a reference, lets go of the latch, and only
// then try-locks the folio and takes the tree latch (rank 500), so that the latch is never held across either.

using Faultline.Locking;

namespace Faultline.PageCache.Reclaim;

/// <summary>The reclaim queues of one pool.</summary>
internal sealed class FolioQueues
{
    /// <summary>Uses counted at most; also how many passes a hot folio survives.</summary>
    internal const int FrequencyMax = 3;

    private const int UsesToLeaveProbation = 2;
    private const int SmallShare = 10;

    private readonly SpinLatch _latch = new(LockClasses.ReclaimQueue.Key);
    private readonly FolioList _small = new();
    private readonly FolioList _main = new();
    private readonly GhostTable _ghosts = new();

    /// <summary>Puts a newly cached folio on a queue.</summary>
    internal void Insert(Folio folio)
    {
        bool returning = folio.Mapping is Mapping mapping && _ghosts.Contains(mapping.Id, folio.Index);
        using SpinGuard guard = _latch.Acquire();
        PutOn(folio, returning ? QueueState.Main : QueueState.Small);
    }

    /// <summary>Takes a folio off for good: it leaves the cache. Caller: folio lock.</summary>
    internal void Remove(Folio folio)
    {
        using SpinGuard guard = _latch.Acquire();
        TakeOff(folio);
        folio.Queue = QueueState.None;
    }

    /// <summary>The next folio that should go, taken off its queue and referenced.</summary>
    /// <param name="budgetBytes">The pool's budget.</param>
    /// <param name="attempts">Counts the folios looked at; the caller bounds it.</param>
    /// <returns>The folio, or null when both queues are empty or <paramref name="attempts"/> ran out.</returns>
    internal Folio? Isolate(long budgetBytes, ref int attempts)
    {
        using SpinGuard guard = _latch.Acquire();
        while (attempts > 0)
        {
            attempts--;
            bool fromSmall = _small.SizeBytes * SmallShare > budgetBytes || _main.Oldest is null;
            Folio? folio = fromSmall ? _small.Oldest : _main.Oldest;
            if (folio is null)
            {
                return null;
            }

            TakeOff(folio);
            if (IsSpared(folio, fromSmall) || !folio.TryGet())
            {
                PutOn(folio, QueueState.Main);
                continue;
            }

            if (fromSmall && folio.Mapping is Mapping mapping)
            {
                _ghosts.Add(mapping.Id, folio.Index);
            }

            folio.Queue = QueueState.Isolated;
            return folio;
        }

        return null;
    }

    /// <summary>Puts back a folio that could not be dropped, unless it left the cache meanwhile.</summary>
    internal void PutBack(Folio folio)
    {
        using SpinGuard guard = _latch.Acquire();
        if (folio.Queue == QueueState.Isolated)
        {
            PutOn(folio, QueueState.Main);
        }
    }

    private static bool IsSpared(Folio folio, bool fromSmall)
    {
        if (fromSmall)
        {
            bool promoted = folio.Frequency >= UsesToLeaveProbation;
            if (promoted)
            {
                folio.Frequency = 0;
            }

            return promoted;
        }

        // Read once: readers change it at any time.
        byte frequency = folio.Frequency;
        if (frequency == 0)
        {
            return false;
        }

        folio.Frequency = (byte)(frequency - 1);
        return true;
    }

    private void PutOn(Folio folio, QueueState queue)
    {
        (queue == QueueState.Small ? _small : _main).AddNewest(folio);
        folio.Queue = queue;
    }

    private void TakeOff(Folio folio)
    {
        switch (folio.Queue)
        {
            case QueueState.Small:
                _small.Remove(folio);
                break;
            case QueueState.Main:
                _main.Remove(folio);
                break;
            case QueueState.None:
            case QueueState.Isolated:
                break;
        }
    }
}
