// Goal: pages leave the cache exactly when and where they should, and only under the lock that keeps fills away.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Index;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

public sealed class TruncateTests
{
    [Fact]
    public void TruncatePages_WithoutTheInvalidateMode_IsABug()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        Assert.Throws<CheckFailedException>(() => fixture.Mapping.TruncatePages(0, 4096));
    }

    [Fact]
    public void TruncatePages_UnderFill_IsABug()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        using InvalidateGuard guard = fixture.Mapping.InvalidateLock.Acquire(InvalidateMode.Fill, 0, 100);
        bool failed = false;
        try
        {
            fixture.Mapping.TruncatePages(0, 4096);
        }
        catch (CheckFailedException)
        {
            failed = true;
        }

        Assert.True(failed);
    }

    [Fact]
    public void TruncatePages_OverTheMiddle_RemovesWholePagesAndZeroesTheEdges()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20, readahead: ReadaheadMode.Off);
        for (int page = 0; page < 20; page++)
        {
            fixture.AssertReads(page * 4096, 4096, new ReadaheadState(0));
        }

        long before = fixture.Mapping.CachedPages;
        using (InvalidateGuard guard = fixture.Mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, 0, 100))
        {
            fixture.Mapping.TruncatePages((4096 * 5) + 100, (4096 * 10) + 200);
        }

        Assert.Equal(before - 4, fixture.Mapping.CachedPages);
        byte[] buffer = new byte[4096];
        Assert.Equal(4096, fixture.Mapping.Read(4096 * 5, buffer, new ReadaheadState(0), ReadMode.NoWait).OrThrow());
        Assert.Equal(PatternHost.ByteAt((4096 * 5) + 99), buffer[99]);
        Assert.All(buffer.AsSpan(100).ToArray(), value => Assert.Equal(0, value));
    }

    // A sync has marked a large folio; before it gets there somebody punches a hole into it. The rest is the sync's.
    [Fact]
    public void TruncatePages_OfAFolioThatASyncWants_LeavesTheRestToTheSync()
    {
        using PoolFixture fixture = new(fileBytes: 4 << 20);
        Mapping mapping = fixture.Mapping;
        using (InvalidateGuard guard = mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, 0, 511))
        {
            Folio folio = mapping.GetForWrite(0, 511).OrThrow();
            Assert.Equal(512, folio.PageCount);
            folio.MarkUptodate();
            mapping.MarkDirty(folio, 0, folio.SizeBytes);
            folio.Unlock();
            folio.Put();
            mapping.TagDirtyToWrite(0, long.MaxValue);
            mapping.TruncatePages(100 * 4096, 200 * 4096);
        }

        Assert.True(mapping.CachedPages < 512);
        long wanted = 0;
        for (long index = 0; mapping.NextTagged(index, long.MaxValue, FolioTag.ToWrite) is Folio part;)
        {
            wanted += part.PageCount;
            index = part.Index + part.PageCount;
            part.Put();
        }

        Assert.Equal(412, wanted);
    }

    [Fact]
    public void DropClean_KeepsWhatIsInUse()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20, readahead: ReadaheadMode.Off);
        for (int page = 0; page < 10; page++)
        {
            fixture.AssertReads(page * 4096, 4096, new ReadaheadState(0));
        }

        Folio held = fixture.Mapping.GetFolio(3)!;
        Assert.Equal(9, fixture.Mapping.DropClean(0, 9));
        Assert.Equal(1, fixture.Mapping.CachedPages);
        held.Put();
        Assert.Equal(1, fixture.Mapping.DropClean(0, long.MaxValue));
        Assert.Equal(0, fixture.Pool.UsedBytes);
    }
}
