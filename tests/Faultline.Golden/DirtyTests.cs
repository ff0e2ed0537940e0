// Goal: a volume whose journal was not replayed shows exactly what the kernel shows after its own replay of a
// copy, and its image stays as it is. Method: the manifest's dirty images, cut off while the kernel wrote, or
// written by the tools.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Faultline.Vfs.Mounts;
using Xunit.Abstractions;

namespace Faultline.Golden;

public sealed class DirtyTests(ITestOutputHelper output, DirtyTests.Sum sum) : IClassFixture<DirtyTests.Sum>
{
    public sealed class Sum
    {
        internal Totals Totals { get; set; }
    }

    public static IEnumerable<object[]> Images =>
        GoldenImage.Names(isDirty: true).Select(static name => new object[] { name });

    [Theory]
    [MemberData(nameof(Images))]
    public void DirtyImage_ShowsWhatTheKernelShowsAfterItsReplay(string name)
    {
        using GoldenImage image = new(name);
        string[] structures = image.Build();
        JudgedTree judged = image.JudgeReplayed();
        string before = Digest(image);
        TreeComparison comparison;
        using (FileSystem volume = FileSystem.Open(
            image.ImagePath, new Opening.OpenOptions { JournalPath = image.JournalPath }))
        {
            comparison = new TreeComparison(volume, judged);
            comparison.Compare();
        }

        Assert.True(comparison.Differences.Count == 0, $"{image.How}: {comparison.Shown}");
        int stale = DifferencesWithoutReplay(image, judged);
        Assert.True(stale > 0, $"{image.How}: the replay changes nothing");
        Assert.Equal(before, Digest(image));
        sum.Totals += comparison.Counted;
        output.WriteLine($"[report] {name}: {comparison.Counted} equal; {stale} differences without the replay; image untouched; "
            + (comparison.TimesOfReplay > 0 ? $"{comparison.TimesOfReplay} times are the replay's own; " : "")
            + $"contains {string.Join(", ", structures)}");
        output.WriteLine($"[report]   so far {sum.Totals.Images} dirty images: {sum.Totals}");
        image.Good();
    }

    // The log must matter: a reader that ignores it sees something else, or damage.
    private static int DifferencesWithoutReplay(GoldenImage image, JudgedTree judged)
    {
        using FileSystem volume = FileSystem.Open(
            image.ImagePath, new Opening.OpenOptions { Mount = new MountOptions { NoRecovery = true } });
        TreeComparison comparison = new(volume, judged);
        comparison.Compare();
        return comparison.Differences.Count;
    }

    private static string Digest(GoldenImage image) => string.Join(' ', new[] { image.ImagePath, image.JournalPath }
        .OfType<string>()
        .Select(static path =>
        {
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }));
}
