// Goal: the model sees the defects that it is there for. Each of these was one once, somewhere.

using System;
using Faultline.Base;
using Xunit.Abstractions;

namespace Faultline.Reference;

[Collection(PlantedCollection.Name)]
public sealed class PlantedTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Protection.PartialPageZeroing)]
    [InlineData(Protection.ValidityCookie)]
    [InlineData(Protection.ReservationRollBack)]
    public void PlantedDefect_IsFound(Protection protection)
    {
        using IDisposable absence = Protections.Without(protection);
        ModelCampaign campaign = new(static () => new PlainTarget(1024, 560 << 10), 4);
        string? failure = campaign.Run(1, 40_000, 2000);
        output.WriteLine(failure ?? "not found");
        Assert.NotNull(failure);
    }
}
