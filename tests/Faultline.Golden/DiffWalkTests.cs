// Goal: whatever the real tools and the kernel put into an image, we show what they show. Method: the manifest
// tests/Golden/images.json builds each image, asserts the structures it must contain, the kernel (or debugfs,
// where this kernel lacks the feature) says what is in it, and every path and every fact of every inode is
// compared.

using System.Collections.Generic;
using System.Linq;
using Xunit.Abstractions;

namespace Faultline.Golden;

public sealed class DiffWalkTests(ITestOutputHelper output, DiffWalkTests.Sum sum) : IClassFixture<DiffWalkTests.Sum>
{
    public sealed class Sum
    {
        internal Totals Totals { get; set; }
    }

    public static IEnumerable<object[]> Images =>
        GoldenImage.Names(isDirty: false).Select(static name => new object[] { name });

    [Theory]
    [MemberData(nameof(Images))]
    public void Image_ShowsWhatTheJudgeShows(string name)
    {
        using GoldenImage image = new(name);
        string[] structures = image.Build();
        JudgedTree judged = image.Judge();
        using FileSystem volume = FileSystem.Open(
            image.ImagePath, new Opening.OpenOptions { JournalPath = image.JournalPath });
        TreeComparison comparison = new(volume, judged);
        comparison.Compare();
        foreach ((string spelling, string alias) in image.Aliases)
        {
            Assert.Equal(volume.Stat(spelling).Number, volume.Stat(alias).Number);
        }

        Assert.True(comparison.Differences.Count == 0, $"{image.How}: {comparison.Shown}");
        sum.Totals += comparison.Counted;
        output.WriteLine($"[report] {name}: {comparison.Counted} equal; contains {string.Join(", ", structures)}");
        output.WriteLine($"[report]   so far {sum.Totals.Images} images: {sum.Totals}");
        image.Good();
    }
}
