// Goal: sixteen threads that create, write, read, truncate, punch, store through maps, rename, link, freeze and so on
// read nothing wrong, break no check, take no lock against the order, and leave nothing charged behind. A slice of the
// soak that bench/ runs for five minutes; FAULTLINE_SOAK_SECONDS makes it longer.

using System;
using System.Globalization;
using Faultline.Locking;
using Faultline.Soak;
using Xunit.Abstractions;

namespace Faultline.Tmpfs.Tests;

public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Threads = 16;
    private const int SecondsByDefault = 10;
    private const ulong Seed = 3;

    [Fact]
    public void EverythingAtOnce_ReadsNothingWrong_AndLeavesNothingBehind()
    {
        string? wished = Environment.GetEnvironmentVariable("FAULTLINE_SOAK_SECONDS");
        int seconds = wished is null ? SecondsByDefault : int.Parse(wished, CultureInfo.InvariantCulture);
        int reports = Lockdep.Reports.Count;
        SoakRun run = new(Threads, seconds, Seed);
        run.Run();
        output.WriteLine(run.Describe());
        Assert.True(Lockdep.Enabled);
        Assert.Empty(run.Failures);
        Assert.Equal(reports, Lockdep.Reports.Count);
        Assert.Equal(run.ExpectedKinds, run.SucceededKinds);
    }
}
