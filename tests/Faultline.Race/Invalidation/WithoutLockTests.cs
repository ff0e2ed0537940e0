// Goal: the races that the invalidate lock is there for do happen without it (SCENARIOS PC-01 to PC-08). Method: the
// same pairs as InvalidationTests with the policy None, until a schedule shows a wrong outcome.

using System;
using Faultline.Base;
using Faultline.Locking;
using Xunit.Abstractions;

namespace Faultline.Race.Invalidation;

[Collection(PlantedCollection.Name)]
public sealed class WithoutLockTests(ITestOutputHelper output)
{
    private const int SchedulesMax = 4000;

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
        using IDisposable absence = Protections.Without(off);
        for (int seed = 0; seed < SchedulesMax; seed++)
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

        Assert.Fail($"{racer} against {invalidator} without the lock: {SchedulesMax} schedules, nothing wrong");
    }
}
