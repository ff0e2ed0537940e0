// Goal: after a power cut at any flush, with any part of what was in flight, our own mount recovers a volume that is
// sound and shows what was promised. A longer campaign: FAULTLINE_CRASH_STATES=100000 ./test Crash.

using System;
using System.Globalization;
using System.Linq;
using Faultline.Lab.Crash;
using Xunit.Abstractions;

namespace Faultline.Crash;

public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryState_IsSoundAndKeepsWhatWasPromised()
    {
        CrashReport report = new CrashCampaign(new CrashOptions
        {
            Setups = [.. CrashSetup.All.Where(static setup => !setup.HasNoJournal)],
            States = States,
            FsckImages = States / 50,
            KernelImages = 4,
        }).Run();
        string counts = string.Join(", ", report.Operations.Select(static pair => $"{pair.Key} {pair.Value}"));
        output.WriteLine($"{report.States} states, {report.FsckImages} by e2fsck, {report.KernelImages} by the kernel");
        output.WriteLine(counts);
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures));
        Assert.True(report.States >= States, $"{report.States} states");
    }

    // Once (0): a block that a collapse moved was overwritten before the collapse was durable, so that a power cut
    // brought the new bytes back at the old place. Once (5): with a journal of its own device the collapse was durable
    // before what it moved.
    [Theory]
    [InlineData(0, 7)]
    [InlineData(5, 1009)]
    public void MovedBlocks_AreWholeOnBothSides(int setup, ulong seed)
    {
        CrashReport report = new CrashCampaign(
            new CrashOptions { Setups = [CrashSetup.All[setup]], Seed = seed, States = 1500, Workers = 1 }).Run();
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures));
    }

    private static long States => long.TryParse(
        Environment.GetEnvironmentVariable("FAULTLINE_CRASH_STATES"), CultureInfo.InvariantCulture, out long value)
        ? value
        : 3000;
}
