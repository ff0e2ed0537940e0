// Goal: whatever reads, fills, writes or writes back a file while another task removes or moves its data, nobody
// sees bytes that
// are neither before nor after, no store is lost, no block of another file is written, nothing blocks for ever.
// Method: each pair
// under the controlled scheduler, many random schedules; freed blocks are reused at once by a third file that
// fills them with a
// secret. A longer campaign: FAULTLINE_RACE_SCHEDULES=100000 ./test Race.

using System;
using System.Collections.Generic;
using System.Globalization;
using Faultline.Iomap;
using Faultline.Locking;
using Xunit.Abstractions;

namespace Faultline.Race.Invalidation;

public sealed class InvalidationTests(ITestOutputHelper output)
{
    private const int SchedulesWithoutLock = 4000;

    public static TheoryData<Racer, Invalidator> Pairs()
    {
        TheoryData<Racer, Invalidator> pairs = [];
        foreach (Racer racer in Enum.GetValues<Racer>())
        {
            foreach (Invalidator invalidator in Enum.GetValues<Invalidator>())
            {
                pairs.Add(racer, invalidator);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void RandomSchedules_HaveAnOutcomeOfOneOrder(Racer racer, Invalidator invalidator)
    {
        RaceBench bench = new(racer, invalidator, InvalidatePolicy.RangeLock);
        HashSet<int> distinct = [];
        int count = Schedules;
        for (int seed = 0; seed < count; seed++)
        {
            string? failure = bench.Run((ulong)seed, out string replay);
            _ = distinct.Add(replay.GetHashCode(StringComparison.Ordinal));
            if (failure is not null)
            {
                // The bench is left as it is: taking it down would fail, too, and hide the cause.
                Assert.Fail($"{racer} against {invalidator}, seed {seed}: {failure}\nreplay {replay}");
            }
        }

        bench.Dispose();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{racer} against {invalidator}: {count} schedules, {distinct.Count} distinct"));
    }

    // SCENARIOS PC-01 to PC-08: what happens when nothing keeps fills and invalidation apart.
    [Theory]
    [InlineData(Racer.Read, Invalidator.Punch, Protection.None)] // PC-01
    [InlineData(Racer.Store, Invalidator.Punch, Protection.None)] // PC-02, PC-08
    [InlineData(Racer.Fault, Invalidator.Punch, Protection.None)] // PC-03
    [InlineData(Racer.Readahead, Invalidator.Punch, Protection.None)] // PC-04
    [InlineData(Racer.AsyncReadahead, Invalidator.Punch, Protection.None)] // PC-05
    [InlineData(Racer.Read, Invalidator.TruncateDownAndUp, Protection.SizeInFill)] // PC-06: either of the two is enough
    [InlineData(Racer.PartlyValidRead, Invalidator.Punch, Protection.None)] // PC-07
    public void WithoutTheLock_TheWrongOutcomeAppears(Racer racer, Invalidator invalidator, Protection off)
    {
        Protections.Off = off;
        try
        {
            Search(racer, invalidator);
        }
        finally
        {
            Protections.Off = Protection.None;
        }
    }

    private void Search(Racer racer, Invalidator invalidator)
    {
        for (int seed = 0; seed < SchedulesWithoutLock; seed++)
        {
            // A bench whose outcome was wrong may be damaged, so each one runs few schedules.
            RaceBench bench = new(racer, invalidator, InvalidatePolicy.None);
            string? failure = bench.Run((ulong)seed, out _);
            if (failure is not null)
            {
                output.WriteLine($"seed {seed}: {failure}");
                return;
            }

            bench.Dispose();
        }

        Assert.Fail($"{racer} against {invalidator} without the lock: {SchedulesWithoutLock} schedules, nothing wrong");
    }

    private static int Schedules =>
        int.TryParse(
            Environment.GetEnvironmentVariable("FAULTLINE_RACE_SCHEDULES"),
            CultureInfo.InvariantCulture,
            out int value)
            ? value
            : 150;
}
