// Goal: reading through the cache answers the file's bytes, in every mode, at every edge, and costs what it should.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Memory;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

public sealed class MappingReadTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4096)]
    [InlineData(4095, 2)]
    [InlineData(100_000, 300_000)]
    [InlineData(999_999, 10)]
    [InlineData(1_000_000, 10)]
    [InlineData(5_000_000, 10)]
    public void Read_AtAnyEdge_AnswersTheFilesBytes(long position, int length)
    {
        using PoolFixture fixture = new(fileBytes: 1_000_000);
        fixture.AssertReads(position, length, new ReadaheadState());
        fixture.AssertReads(position, length, new ReadaheadState());
    }

    [Fact]
    public void SequentialRead_UsesLargeFoliosAndFewFills()
    {
        using PoolFixture fixture = new(fileBytes: 64L << 20, budgetBytes: 128L << 20);
        ReadaheadState state = new();
        for (long at = 0; at < fixture.Host.SizeBytes; at += 65536)
        {
            fixture.AssertReads(at, 65536, state);
        }

        fixture.Pool.Workers.Drain();
        Assert.Equal((64L << 20) / Folio.PageSize, fixture.Mapping.CachedPages);
        Assert.InRange(fixture.Host.Fills, 1, 200);
        Folio folio = fixture.Mapping.GetFolio(8192)!;
        Assert.Equal(Folio.OrderMax, folio.Order);
        folio.Put();
    }

    [Fact]
    public void RandomRead_ReadsNoMoreThanAsked()
    {
        using PoolFixture fixture = new(fileBytes: 64L << 20);
        ReadaheadState state = new();
        for (long at = 5; at < 100; at += 7)
        {
            fixture.AssertReads(at * 128 * 4096, 4096, state);
        }

        Assert.Equal(14, fixture.Mapping.CachedPages);
    }

    [Fact]
    public void CachedRead_AllocatesNothing()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20, readahead: ReadaheadMode.Off);
        ReadaheadState state = new();
        fixture.AssertReads(0, 1 << 20, state);
        byte[] buffer = new byte[4096];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 100_000; turn++)
        {
            _ = fixture.Mapping.Read(turn % 250 * 4096, buffer, state, ReadMode.NoWait).OrThrow();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(ReadMode.NoWait)]
    [InlineData(ReadMode.CacheOnly)]
    public void ReadThatMayNotWait_OnAMiss_IsEAGAINAndStartsNoIo(ReadMode mode)
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        Result<int> result = fixture.Mapping.Read(0, new byte[10], new ReadaheadState(), mode);
        Assert.Equal(Errno.EAGAIN, result.Error.Errno);
        Assert.Equal(0, fixture.Host.Fills);
    }

    [Fact]
    public void NoWaitRead_AfterAPartOfTheRange_AnswersThatPart()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20, readahead: ReadaheadMode.Off);
        fixture.AssertReads(40 * 4096, 4096, new ReadaheadState(0));
        int read = fixture.Mapping
            .Read((40 * 4096) + 100, new byte[8192], new ReadaheadState(0), ReadMode.NoWait).OrThrow();
        Assert.Equal(3996, read);
    }

    [Fact]
    public void BrokenSector_FailsItsReaders_AndNobodyElse()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        fixture.Host.BrokenAt = 512 * 100;
        ReadaheadState state = new();
        FsException thrown = Assert.Throws<FsException>(
            () => fixture.Mapping.Read(512 * 100, new byte[512], state, ReadMode.Blocking));
        Assert.Equal(Errno.EIO, thrown.Error.Errno);
        fixture.AssertReads(512 * 99, 512, state);
        fixture.AssertReads(512 * 101, 512, state);
        fixture.AssertReads(0, 512 * 100, state);
        fixture.Host.BrokenAt = -1;
        fixture.AssertReads(0, 1 << 20, state);
    }

    [Fact]
    public void ReadFolio_WithoutTheInvalidateLock_IsABug()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        Assert.Throws<CheckFailedException>(() => fixture.Mapping.ReadFolio(0));
    }

    [Fact]
    public void ReadFolio_UnderAnyMode_AnswersTheFolio()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20);
        using InvalidateGuard guard = fixture.Mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, 0, 10);
        Folio folio = fixture.Mapping.ReadFolio(7).OrThrow();
        Assert.True(folio.IsUptodate);
        Assert.Equal(PatternHost.ByteAt(7 * 4096), folio.Bytes(0, 1)[0]);
        folio.Put();
    }

    [Fact]
    public void FileWithMemoryOfItsOwn_TakesItsFoliosFromThere()
    {
        using ArenaMemory own = new();
        using FolioPool pool = new(16L << 20);
        Mapping mapping = new(pool, new PatternHost(1 << 20), "testfs", 2, InvalidatePolicy.RangeLock, own);
        Assert.Equal(4096, mapping.Read(0, new byte[4096], new ReadaheadState(0), ReadMode.Blocking).OrThrow());
        Assert.True(own.AllocatedBytes > 0);
        mapping.Close();
        Assert.Equal(0, own.AllocatedBytes);
    }

    [Fact]
    public void WriteBackError_IsReportedOncePerOpenFile()
    {
        ErrorSequence errors = new();
        long first = errors.Sample();
        errors.Record(Errno.EIO);
        long later = errors.Sample();
        Assert.Equal(Errno.EIO, errors.CheckAndAdvance(ref first));
        Assert.Equal(Errno.OK, errors.CheckAndAdvance(ref first));
        Assert.Equal(Errno.OK, errors.CheckAndAdvance(ref later));
    }

    [Fact]
    public void Read_ThatMeetsDamageAfterBytes_IsShort_AndTheNextOneThrows()
    {
        using PoolFixture fixture = new(fileBytes: 1 << 20, readahead: ReadaheadMode.Off);
        fixture.Host.BrokenAt = 4096 * 5;
        byte[] buffer = new byte[4096 * 10];
        Assert.Equal(4096 * 5, fixture.Mapping.Read(0, buffer, new ReadaheadState(0), ReadMode.Blocking).OrThrow());
        _ = Assert.Throws<FsException>(
            () => fixture.Mapping.Read(4096 * 5, buffer, new ReadaheadState(0), ReadMode.Blocking));
        fixture.Host.BrokenAt = -1;
    }
}
