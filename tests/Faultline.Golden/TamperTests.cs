// Goal: the walk sees one wrong byte, one wrong extent, one wrong time, one wrong attribute and one wrong name. Method:
// the judge speaks of the image as built, then a tool changes one thing.

using System;
using System.IO;
using Faultline.Files;
using Xunit.Abstractions;

namespace Faultline.Golden;

public sealed class TamperTests(ITestOutputHelper output)
{
    private const string Victim = "ext2-4k";

    [Fact]
    public void OneFlippedByte_IsReported()
    {
        using GoldenImage image = new(Victim, "flip");
        _ = image.Build();
        JudgedTree judged = image.Judge();
        Assert.Empty(Compare(image, judged).Differences);
        long address;
        using (FileSystem volume = FileSystem.Open(image.ImagePath))
        {
            using FileHandle file = volume.OpenFile("/large");
            address = file.GetExtents()[0].Address;
        }

        using (FileStream stream = new(image.ImagePath, FileMode.Open))
        {
            stream.Position = address + 1234;
            int old = stream.ReadByte();
            stream.Position = address + 1234;
            stream.WriteByte((byte)(old ^ 1));
        }

        TreeComparison after = Compare(image, judged);
        string difference = Assert.Single(after.Differences);
        Assert.StartsWith("/large: sha: judge ", difference, StringComparison.Ordinal);
        output.WriteLine($"[report] tampering, one byte: {difference}");
        image.Good();
    }

    [Theory]
    [InlineData("set_inode_field large block[3] 20000", "/large: extents: ")]
    [InlineData("set_inode_field tiny mtime @77", "/tiny: mtime: ")]
    [InlineData("set_inode_field medium uid 5", "/medium: uid: ")]
    [InlineData("set_inode_field block mode 0100644", "/block: mode: ")]
    [InlineData("set_inode_field small links_count 9", "/small: nlink: ")]
    [InlineData("ea_set tiny user.small other", "/tiny: xattrs: ")]
    [InlineData("unlink shortlink", "/shortlink: path: judge present, ours missing")]
    [InlineData("ln tiny surprise", "/surprise: path: judge missing, ours present")]
    public void OneChange_IsReported(string command, string expected)
    {
        using GoldenImage image = new(Victim, "change");
        _ = image.Build();
        JudgedTree judged = image.Judge();
        _ = Tool.Run(60, "debugfs", "-w", "-R", command, image.ImagePath);
        TreeComparison after = Compare(image, judged);
        Assert.Contains(
            after.Differences, difference => difference.StartsWith(expected, StringComparison.Ordinal));
        output.WriteLine($"[report] tampering, {command}: {after.Differences.Count} differences");
        image.Good();
    }

    private static TreeComparison Compare(GoldenImage image, JudgedTree judged)
    {
        using FileSystem volume = FileSystem.Open(image.ImagePath);
        TreeComparison comparison = new(volume, judged);
        comparison.Compare();
        return comparison;
    }
}
