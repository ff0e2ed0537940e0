// A file whose pages describe themselves: page number and generation, in every sixteen bytes. An invalidator moves a
// range to a new generation; whoever reads bytes of a generation that had ended before the read
// began has read stale data.

using System;
using System.Runtime.InteropServices;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;

namespace Faultline.Race;

internal sealed class StampedHost(int pages) : IMappingHost
{
    private readonly long[] _generations = new long[pages]; // written under Invalidate over the page
    private readonly long[] _published = new long[pages]; // what every read that starts now must see at least

    public long SizeBytes => (long)_generations.Length << Folio.PageShift;

    internal Action? OnFill { get; set; }

    internal long Published(long page) => Volatile.Read(ref _published[page]);

    internal long Current(long page) => Volatile.Read(ref _generations[page]);

    /// <summary>Moves pages to their next generation. Caller: Invalidate over them, their pages dropped.</summary>
    internal void Advance(long first, long last)
    {
        for (long page = first; page <= last; page++)
        {
            Volatile.Write(ref _generations[page], _generations[page] + 1);
        }
    }

    /// <summary>The invalidation is complete: reads that start from now on see it.</summary>
    internal void Publish(long first, long last, long[] generations)
    {
        for (long page = first; page <= last; page++)
        {
            long seen = Volatile.Read(ref _published[page]);
            while (seen < generations[page - first])
            {
                seen = Interlocked.CompareExchange(ref _published[page], generations[page - first], seen) == seen
                    ? generations[page - first]
                    : Volatile.Read(ref _published[page]);
            }
        }
    }

    public Result Fill(in FillRequest request)
    {
        NonBlocking.AssertMayBlock("device");
        OnFill?.Invoke();
        foreach (Folio folio in request.Folios)
        {
            for (int page = 0; page < folio.PageCount; page++)
            {
                long index = folio.Index + page;
                long generation = Volatile.Read(ref _generations[index]);
                Span<long> words = MemoryMarshal.Cast<byte, long>(
                    folio.Bytes(page << Folio.PageShift, Folio.PageSize));
                for (int word = 0; word < words.Length; word += 2)
                {
                    words[word] = index;
                    words[word + 1] = generation;
                }
            }

            folio.MarkUptodate();
        }

        Scheduler.SyncPoint("fill.io_done");
        return Result.Ok;
    }
}
