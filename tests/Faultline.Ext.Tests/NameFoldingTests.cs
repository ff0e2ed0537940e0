// Goal: names fold as the tools fold them, and casefolded directories find names whatever their
// case. Method: the hash of a folded name, as the tools compute it, decides; then a casefolded
// directory made by the tools is searched.

using System;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Ext.Directories;
using Faultline.Ext.Folding;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Tests;

public sealed class NameFoldingTests
{
    [Theory]
    [InlineData("Hello", "hELLO")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("é", "e\u0301")]
    [InlineData("ÀÉÎ", "àéî")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("한글", "한글")]
    [InlineData("ﬁle", "FILE")]
    [InlineData("a\u00ADb", "ab")]
    [InlineData("q\u0323\u0307", "q\u0307\u0323")]
    public void SameNames_FoldAlike(string left, string right) =>
        Assert.True(NameFolding.AreEqual(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("i", "ı")]
    [InlineData("ab", "a")]
    public void DifferentNames_FoldApart(string left, string right) =>
        Assert.False(NameFolding.AreEqual(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)));

    [Fact]
    public void BytesThatAreNoText_CannotBeFolded()
    {
        Assert.False(NameFolding.TryFold([0xFF, 0x41], new byte[100], out _));
        Assert.False(NameFolding.TryFold([0xED, 0xA0, 0x80], new byte[100], out _));
        Assert.False(NameFolding.IsValid([0xC0, 0x80]));
    }

    [Fact]
    public void LongestFoldings_Fit()
    {
        byte[] name = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u0390", 127)));
        Assert.True(NameFolding.TryFold(name, new byte[NameFolding.FoldedBytesMax], out int length));
        Assert.Equal(127 * 6, length);
    }

    [Fact]
    public void HashesOfFoldedNames_AreThoseOfTheTools()
    {
        string[] names = ["Hello", "STRASSE", "Straße", "ÀÉÎÕÜ", "ΣΊΣΥΦΟΣ", "한글", "ЖЗИ", "ǅ", "ﬃ", "ẞ", "İ"];
        byte[] seed = Convert.FromHexString("0123456789abcdef0123456789abcdef");
        foreach (string name in names)
        {
            string output = Tool.Run(
                "debugfs", "-R", $"dx_hash -c -e utf8-12.1 -h half_md4 -s 01234567-89ab-cdef-0123-456789abcdef {name}");
            Span<byte> folded = new byte[NameFolding.FoldedBytesMax];
            Assert.True(NameFolding.TryFold(Encoding.UTF8.GetBytes(name), folded, out int length));
            uint hash = HtreeHash.Compute(folded.Slice(0, length), HashVersion.HalfMd4, seed, out _);
            Assert.True(output.Contains($"0x{hash:x8}", StringComparison.Ordinal), $"{name}: {hash:x8} {output}");
        }
    }

    [Fact]
    public void CasefoldedDirectory_FindsNamesWhateverTheirCase()
    {
        string tree = Directory.CreateTempSubdirectory("faultline-fold").FullName;
        try
        {
            for (int index = 0; index < 400; index++)
            {
                File.WriteAllText(Path.Combine(tree, $"Größe-ÀÉÎ-{index}"), "x");
            }

            using ExtImage image = new(
                32L << 20, "-t", "ext4", "-b", "1024", "-E", "encoding=utf8", "-O", "casefold", "-d", tree);
            image.Change("set_inode_field / flags 0x40081000");
            Tool.Run("sh", "-c", $"e2fsck -fyD '{image.Path}' > /dev/null 2>&1; test $? -le 1");
            ExtVolume volume = ExtImage.Open(image.Load());
            InodeRecord root = ExtImage.Walk(volume, "/");
            Assert.True(root.Has(ExtInodeFlags.Casefold));
            Assert.True(root.Has(ExtInodeFlags.Index));
            for (int index = 0; index < 400; index++)
            {
                byte[] other = Encoding.UTF8.GetBytes($"GRÖSSE-àÉî-{index}");
                Assert.True(volume.Directories.Lookup(root, other).IsOk, $"{index}");
            }

            Assert.Same(
                ExtReasons.NameMissing, volume.Directories.Lookup(root, "grösse"u8).Error.Reason);
        }
        finally
        {
            Directory.Delete(tree, recursive: true);
        }
    }
}
