// Goal: whatever is done to files, in whatever order, they hold what a plain array of bytes would. Method: random
// sequences on the target and on the array; the first difference is cut down to the shortest sequence that still shows
// it. A longer campaign:
// FAULTLINE_MODEL_OPS=5000000 ./test Reference.

using System;
using System.Globalization;
using Xunit.Abstractions;

namespace Faultline.Reference;

public sealed class ModelTests(ITestOutputHelper output)
{
    private const int SequenceLength = 2000;
    private const int Files = 4;

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(4096)]
    public void PlainDriver_HoldsWhatTheModelHolds(int blockSizeBytes)
    {
        ModelCampaign campaign = new(() => new PlainTarget(blockSizeBytes, 560 << 10), Files);
        string? failure = campaign.Run(Seed, Operations / 3, SequenceLength);
        Report(campaign, failure);
    }

    [Fact]
    public void Tmpfs_HoldsWhatTheModelHolds()
    {
        ModelCampaign campaign = new(() => new TmpfsTarget(480 << 10), Files);
        string? failure = campaign.Run(Seed, Operations, SequenceLength);
        Report(campaign, failure);
    }

    // Volumes of some hundred KiB for the data, so that they are full most of the time.
    [Theory]
    [InlineData(640, "-t ext4 -b 1024 -O ^has_journal")]
    [InlineData(880, "-t ext4 -b 4096 -O ^has_journal")]
    [InlineData(680, "-t ext4 -b 1024 -O ^has_journal,bigalloc -C 4096")]
    [InlineData(1640, "-t ext4 -b 1024")]
    public void Ext_HoldsWhatTheModelHolds(int sizeKib, string arguments)
    {
        ModelCampaign campaign = new(() => new ExtTarget((long)sizeKib << 10, arguments.Split(' ')), Files);
        string? failure = campaign.Run(Seed, Operations / 4, SequenceLength);
        Report(campaign, failure);
    }

    private static ulong Seed => Number("FAULTLINE_MODEL_SEED", 1);

    private static long Operations => (long)Number("FAULTLINE_MODEL_OPS", 60_000);

    private void Report(ModelCampaign campaign, string? failure)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{campaign.Attempts} operations, {campaign.Successes} succeeded, "
                + $"{campaign.FullnessMin:P0} to {campaign.FullnessMax:P0} full"));
        output.WriteLine(campaign.Counts());
        if (failure is not null)
        {
            Assert.Fail(failure);
        }

        Assert.True(campaign.Successes >= campaign.Attempts * 6 / 10, campaign.Counts());
    }

    private static ulong Number(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : otherwise;
}
