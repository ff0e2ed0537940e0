// Goal: whatever fails, wherever in an operation, nobody is told that something is durable that is not, and the volume
// is sound. Here every third point; all of them, with the table: bench `faults` (docs/TESTING.md).

using Faultline.Lab.Faults;
using Xunit.Abstractions;

namespace Faultline.Crash;

public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryOperation_SurvivesAFaultAtEveryPoint()
    {
        FaultReport report = new FaultSweep(new FaultOptions { Step = 3 }).Run();
        output.WriteLine(report.Table());
        output.WriteLine($"{report.Cases} cases, {report.FsckImages} judged by e2fsck");
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures));
        Assert.True(report.Cases > 1000, $"{report.Cases} cases");
    }
}
