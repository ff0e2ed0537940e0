// Goal: the budget holds whatever is read, and a scan does not push out what is used again and again.

using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

public sealed class ReclaimTests
{
    [Fact]
    public void ReadingFarMoreThanTheBudget_StaysUnderIt()
    {
        using PoolFixture fixture = new(fileBytes: 256L << 20, budgetBytes: 16L << 20);
        ReadaheadState state = new();
        byte[] buffer = new byte[1 << 20];
        for (long at = 0; at < fixture.Host.SizeBytes; at += buffer.Length)
        {
            Assert.Equal(buffer.Length, fixture.Mapping.Read(at, buffer, state, ReadMode.Blocking).OrThrow());
            Assert.InRange(fixture.Pool.UsedBytes, 0, (16L << 20) + (4L << 20));
        }

        Assert.True(fixture.Pool.ReclaimedFolios > 0);
    }

    [Fact]
    public void Scan_LeavesTheHotPagesInTheCache()
    {
        using PoolFixture fixture = new(
            fileBytes: 256L << 20, budgetBytes: 16L << 20, readahead: ReadaheadMode.Off);
        ReadaheadState random = new(0);
        byte[] page = new byte[4096];
        for (int turn = 0; turn < 5; turn++)
        {
            for (long index = 0; index < 512; index++)
            {
                long at = index * 3 % 512 * 2 * 4096;
                fixture.Mapping.Read(at, page, random, ReadMode.Blocking).OrThrow();
            }
        }

        ReadaheadState scan = new();
        byte[] buffer = new byte[1 << 20];
        for (long at = 64L << 20; at < fixture.Host.SizeBytes; at += buffer.Length)
        {
            fixture.Mapping.Read(at, buffer, scan, ReadMode.Blocking).OrThrow();
        }

        int kept = 0;
        for (long index = 0; index < 512; index++)
        {
            kept += fixture.Mapping.Read(index * 2 * 4096, page, random, ReadMode.CacheOnly).IsOk ? 1 : 0;
        }

        Assert.InRange(kept, 480, 512);
    }
}
