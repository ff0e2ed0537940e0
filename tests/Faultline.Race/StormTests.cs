// Goal: no wrong byte and no deadlock while sixteen threads read, read ahead, drop caches and invalidate. Method:
// self-describing bytes; the counts are printed. The same source runs with the lock validator on and off.

using Faultline.Locking;
using Faultline.PageCache;
using Xunit.Abstractions;

namespace Faultline.Race;

public sealed class StormTests(ITestOutputHelper output)
{
    private const int Threads = 16;

    [Theory]
    [InlineData(InvalidatePolicy.RangeLock, 1_000_000, 50_000)]
    [InlineData(InvalidatePolicy.ReaderWriterSemaphore, 100_000, 5_000)]
    [InlineData(InvalidatePolicy.LockedEntries, 100_000, 5_000)]
    public void ReadersAndInvalidators_NeverSeeAWrongByte(InvalidatePolicy policy, long reads, long invalidations)
    {
        // The budget is smaller than the file, so that reclaim runs, too. Disposed only at the good end: what it would
        // find after a failure would hide the failure.
        FolioPool pool = new(8L << 20);
        Storm storm = new(pool, policy, reads, invalidations, seed: (ulong)policy + 20260101);
        string? failure = storm.Run(Threads);
        output.WriteLine($"[report] storm, {policy}, validator {(Lockdep.Enabled ? "on" : "off")}: {storm.Counts}");
        Assert.Null(failure);
        Assert.True(storm.Reads >= reads);
        Assert.True(storm.Invalidations >= invalidations);
        pool.Dispose();
#if PLAIN
        Assert.False(Lockdep.Enabled);
#else
        Assert.True(Lockdep.Enabled);
#endif
    }
}
