// Goal: the index of folios agrees with a plain model over random insertions and removals of all orders.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

public sealed class IndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomFillsAndDrops_AgreeWithTheModel(ulong seed)
    {
        using PoolFixture fixture = new(fileBytes: long.MaxValue / 4096, readahead: ReadaheadMode.Off);
        fixture.Host.OnFill = null;
        Prng random = new(seed);
        HashSet<long> cached = [];
        for (int step = 0; step < 600; step++)
        {
            long index = random.OneIn(3) ? random.Below(1L << 38) : random.Below(2048);
            long count = 1L << (int)random.Below(8);
            if (random.OneIn(3))
            {
                fixture.Mapping.DropClean(index, index + count - 1);
            }
            else
            {
                fixture.Mapping.FillWindow(new ReadaheadWindow(index, index + count - 1, -1, 9));
            }

            Rebuild(fixture, cached, index, count);
        }

        Assert.Equal(cached.Count, fixture.Mapping.CachedPages);
    }

    // Reads back what the index says around the place that changed; whole folios may leave, never parts of one.
    private static void Rebuild(PoolFixture fixture, HashSet<long> cached, long index, long count)
    {
        for (long page = index - 512; page < index + count + 512; page++)
        {
            Folio? folio = page < 0 ? null : fixture.Mapping.GetFolio(page);
            if (folio is null)
            {
                cached.Remove(page);
            }
            else
            {
                Assert.InRange(page, folio.Index, folio.Index + folio.PageCount - 1);
                cached.Add(page);
                folio.Put();
            }
        }
    }
}
