// A doubly linked list threaded through the folios themselves. Guarded by the queues' latch.

using Faultline.Base;

namespace Faultline.PageCache.Reclaim;

/// <summary>First-in first-out list of folios with removal from the middle, and its size in bytes.</summary>
internal sealed class FolioList
{
    private Folio? _oldest;
    private Folio? _newest;

    /// <summary>Bytes of the folios on the list.</summary>
    internal long SizeBytes { get; private set; }

    internal Folio? Oldest => _oldest;

    internal void AddNewest(Folio folio)
    {
        folio.QueuePrevious = _newest;
        folio.QueueNext = null;
        if (_newest is null)
        {
            _oldest = folio;
        }
        else
        {
            _newest.QueueNext = folio;
        }

        _newest = folio;
        SizeBytes += folio.SizeBytes;
    }

    internal void Remove(Folio folio)
    {
        Folio? next = folio.QueueNext;
        Folio? previous = folio.QueuePrevious;
        if (previous is null)
        {
            Check.That(ReferenceEquals(_oldest, folio));
            _oldest = next;
        }
        else
        {
            previous.QueueNext = next;
        }

        if (next is null)
        {
            _newest = previous;
        }
        else
        {
            next.QueuePrevious = previous;
        }

        folio.QueueNext = null;
        folio.QueuePrevious = null;
        SizeBytes -= folio.SizeBytes;
    }
}
