// faultline mkfs: the options arrive, mistakes are refused by name, images are clean and reproducible.

using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;

namespace Faultline.Cli.Tests;

public sealed class MkfsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-mkfs").FullName;

    private string Image => Path.Combine(_directory, "a.img");

    [Fact]
    public void Options_reach_the_volume()
    {
        (ExitCode code, string output) = Run(
            "mkfs", "ext4", Image, "--size", "64M", "-b", "4096", "-L", "root", "-O", "^has_journal,casefold",
            "-E", "root_owner=7:8,stride=4", "-m", "1", "-U", "11111111-2222-3333-4444-555555555555");
        Assert.True(code == ExitCode.Done, output);
        Assert.Contains("16384 blocks of 4096 bytes", output, StringComparison.Ordinal);
        string dump = Tool.Run("dumpe2fs", "-h", Image);
        foreach (string line in (string[])[
            "Filesystem volume name:   root", "Reserved block count:     163", "RAID stride:              4",
            "Filesystem UUID:          11111111-2222-3333-4444-555555555555", "casefold"])
        {
            Assert.Contains(line, dump, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("has_journal", dump, StringComparison.Ordinal);
        string root = Tool.Run("debugfs", "-R", "stat /", Image);
        Assert.Contains("User:     7   Group:     8", root, StringComparison.Ordinal);
        _ = Tool.Run("e2fsck", "-fn", Image);
    }

    [Fact]
    public void An_external_journal_is_attached()
    {
        string journal = Path.Combine(_directory, "journal.img");
        string[] both = ["-b", "4096", "--size", "64M"];
        Assert.Equal(ExitCode.Done, Run(["mkfs", "ext4", journal, "-O", "journal_dev", .. both]).Code);
        (ExitCode code, string output) = Run(["mkfs", "ext4", Image, "-J", $"device={journal}", .. both]);
        Assert.True(code == ExitCode.Done, output);
        Assert.Contains("Journal UUID", Tool.Run("dumpe2fs", "-h", Image), StringComparison.Ordinal);
        Assert.Contains("Journal users:            ", Tool.Run("dumpe2fs", "-h", journal), StringComparison.Ordinal);
        _ = Tool.Run("e2fsck", "-fn", "-j", journal, Image);
    }

    [Fact]
    public void The_same_arguments_make_the_same_bytes()
    {
        string[] hashes = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            (ExitCode code, string output) = Run("mkfs", "ext4", Image, "--size", "64M", "--reproducible", "-F");
            Assert.True(code == ExitCode.Done, output);
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Image)));
        })];
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public void A_volume_that_is_there_is_not_replaced_without_force()
    {
        Assert.Equal(ExitCode.Done, Run("mkfs", "ext2", Image, "--size", "8M").Code);
        Assert.NotEqual(ExitCode.Done, Run("mkfs", "ext2", Image, "--size", "8M").Code);
        Assert.Equal(ExitCode.Done, Run("mkfs", "ext2", Image, "--size", "8M", "-F").Code);
    }

    [Theory]
    [InlineData("-O", "quota")]
    [InlineData("-E", "quotatype=usrquota")]
    [InlineData("-E", "packed_meta_blocks=1")]
    [InlineData("-b", "3000")]
    public void What_is_not_supported_is_refused_by_name_and_leaves_no_image(string option, string value)
    {
        (ExitCode code, string output) = Run("mkfs", "ext4", Image, "--size", "64M", option, value);
        Assert.NotEqual(ExitCode.Done, code);
        Assert.Contains(value.Split('=')[0], output, StringComparison.Ordinal);
        Assert.False(File.Exists(Image));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static (ExitCode Code, string Output) Run(params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        ExitCode code = CommandLine.Run(arguments, output, error, isTerminal: false, CancellationToken.None);
        return (code, System.Text.Encoding.UTF8.GetString(output.ToArray()) + error);
    }
}
