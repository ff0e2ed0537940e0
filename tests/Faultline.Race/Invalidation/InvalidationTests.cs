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
using Faultline.Locking;
using Xunit.Abstractions;

namespace Faultline.Race.Invalidation;

public sealed class InvalidationTests(ITestOutputHelper output)
{
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

    private static int Schedules =>
        int.TryParse(
            Environment.GetEnvironmentVariable("FAULTLINE_RACE_SCHEDULES"),
            CultureInfo.InvariantCulture,
            out int value)
            ? value
            : 150;
}
