// Goal: the engine sees the mistakes that it is there for.

using System.Linq;
using Faultline.Lab.Crash;
using Faultline.Testing;
using Xunit.Abstractions;

namespace Faultline.Crash;

[Collection(PlantedCollection.Name)]
public sealed class PlantedTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(CrashPlant.NoFlushBeforeCommit)]
    [InlineData(CrashPlant.MapBeforeData)]
    [InlineData(CrashPlant.NoRevoke)]
    [InlineData(CrashPlant.EarlyReuse)]
    public void APlantedMistake_IsFound(CrashPlant plant)
    {
        CrashReport report = new CrashCampaign(new CrashOptions
        {
            Setups = [CrashSetup.All[1]],
            States = 20_000,
            Plant = plant,
            FailuresMax = 1,
        }).Run();
        Assert.True(report.Failures.Count > 0, $"{report.States} states without a finding");
        output.WriteLine(report.Failures.First());
    }
}
