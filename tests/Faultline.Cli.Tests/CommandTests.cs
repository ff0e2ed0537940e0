// Goal: each command prints what it should and exits with the code that docs/CLI.md promises.
// Method: the command line as
// a function, on an image made by the real tools.

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using Faultline.Tests;

namespace Faultline.Cli.Tests;

public sealed class CommandTests(SampleImage sample) : IClassFixture<SampleImage>
{
    [Fact]
    public void Ls_ListsSortedNames() =>
        Assert.Equal("absolute\ndeep\nhard\n", Run(ExitCode.Done, "ls", $"{sample.Image}:/dir"));

    [Fact]
    public void LsLong_ShowsModesAndTargets()
    {
        string output = Run(ExitCode.Done, "ls", "-l", $"{sample.Image}:/");
        Assert.Contains("-rwsr-x--x   2", output, StringComparison.Ordinal);
        Assert.Contains("link -> hello.txt", output, StringComparison.Ordinal);
        Assert.Contains("prw-r--r--", output, StringComparison.Ordinal);
        Assert.Contains("not-utf8-\\xff\\xfe", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cat_WritesTheBytes() =>
        Assert.Equal("hello\n", Run(ExitCode.Done, "cat", $"{sample.Image}:/link"));

    [Fact]
    public void Json_IsValidEverywhere()
    {
        string[][] commands =
        [
            ["info", sample.Image],
            ["ls", "-R", $"{sample.Image}:/"],
            ["tree", $"{sample.Image}:/"],
            ["stat", $"{sample.Image}:/hello.txt"],
            ["extents", $"{sample.Image}:/sparse"],
            ["xattr", $"{sample.Image}:/hello.txt"],
            ["df", sample.Image],
            ["find", $"{sample.Image}:/", "--type", "d"],
            ["du", "-s", $"{sample.Image}:/"],
            ["diff", $"{sample.Image}:/", $"{sample.Image}:/"],
        ];
        foreach (string[] command in commands)
        {
            using JsonDocument parsed = JsonDocument.Parse(Run(ExitCode.Done, [.. command, "--json"]));
            Assert.NotEqual(JsonValueKind.Undefined, parsed.RootElement.ValueKind);
        }
    }

    // One argument that is described is one document, several are an array, and what lists is an array always.
    [Theory]
    [InlineData("stat", "IMAGE:/hello.txt", "IMAGE:/dir")]
    [InlineData("info", "IMAGE", "IMAGE")]
    [InlineData("df", "IMAGE", "IMAGE")]
    [InlineData("extents", "IMAGE:/hello.txt", "IMAGE:/sparse")]
    [InlineData("du", "IMAGE:/dir/deep", "IMAGE:/many")]
    [InlineData("ls", "IMAGE:/dir/deep", "IMAGE:/dir/deep")]
    public void Json_OfSeveralArguments_IsOneDocument(string command, string first, string second)
    {
        string[] both = [.. new[] { first, second }.Select(text =>
            text.Replace("IMAGE", sample.Image, StringComparison.Ordinal))];
        using JsonDocument one = JsonDocument.Parse(Run(ExitCode.Done, command, both[0], "--json"));
        bool lists = command is "du" or "ls";
        Assert.Equal(lists ? JsonValueKind.Array : JsonValueKind.Object, one.RootElement.ValueKind);
        using JsonDocument two = JsonDocument.Parse(Run(ExitCode.Done, command, both[0], both[1], "--json"));
        Assert.Equal(JsonValueKind.Array, two.RootElement.ValueKind);
        Assert.Equal(2, two.RootElement.GetArrayLength());
    }

    [Fact]
    public void HumanReadable_IsDashH_AndHelpStaysHelp()
    {
        string[] human = Fields(Run(ExitCode.Done, "df", "-h", sample.Image));
        string[] plain = Fields(Run(ExitCode.Done, "df", sample.Image));
        Assert.Matches("^[0-9]+M$", human[2]);
        Assert.InRange(int.Parse(plain[2]), 25_000, 32_768);
        Assert.StartsWith("293K\t", Run(ExitCode.Done, "du", "-sh", $"{sample.Image}:/dir/deep/random"), StringComparison.Ordinal);
        string listed = Run(ExitCode.Done, "du", "-h", $"{sample.Image}:/dir");
        Assert.DoesNotContain("Options:", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void LsRecursive_GoesDeeperThanAPathMayBeLong()
    {
        string image = sample.At("ls-deep.img");
        string name = new('n', 200);
        File.WriteAllText(image + ".commands", string.Concat(Enumerable.Repeat($"mkdir {name}\ncd {name}\n", 30))
            + $"symlink leaf target\n");
        SampleImage.Shell($"mke2fs -q -t ext4 -O ^has_journal {image} 8M; debugfs -w -f {image}.commands {image}");
        Assert.Contains("leaf -> target\n", Run(ExitCode.Done, "ls", "-lR", $"{image}:/"), StringComparison.Ordinal);
        Assert.Equal("", Run(ExitCode.Done, "diff", $"{image}:/", $"{image}:/"));
    }

    [Fact]
    public void Diff_ComparesAttributesAndBytesOfNames_WithAHostTree()
    {
        string left = sample.At("src");
        string image = sample.Image;
        Assert.Equal("", Run(ExitCode.Done, "diff", "--ignore-times", $"{image}:/dir", $"{left}/dir"));
        string copy = sample.At("host-copy");
        SampleImage.Shell($"cp -a {left} {copy}; mkdir {copy}/lost+found; chmod 700 {copy}/lost+found");
        Assert.Equal("", Run(ExitCode.Done, "diff", "--ignore-times", $"{image}:/", copy));
        SampleImage.Shell($"cd {copy}; setfattr -n user.text -v other hello.txt; setfattr -x user.binary hello.txt");
        string found = Run(ExitCode.Findings, "diff", "--ignore-times", $"{image}:/", copy);
        Assert.Contains("hello.txt: xattr: user.binary=0x00ff10 user.text=0x76616c7565 | user.text=0x6f74686572", found, StringComparison.Ordinal);
        SampleImage.Shell($"cd {copy}; setfattr -n user.text -v value hello.txt; setfattr -n user.binary -v 0x00ff10 hello.txt; printf worse > $(printf 'not-utf8-\\xff\\xfe')");
        found = Run(ExitCode.Findings, "diff", "--ignore-times", $"{image}:/", copy);
        Assert.Equal("not-utf8-\\xff\\xfe: size: 3 | 5\n", found);
    }

    [Fact]
    public void Info_ShowsLabelAndFeatures()
    {
        string output = Run(ExitCode.Done, "info", sample.Image);
        Assert.Contains("sample", output, StringComparison.Ordinal);
        Assert.Contains("metadata_csum", output, StringComparison.Ordinal);
    }

    [Fact]
    public void CpAndDiff_AgreeThatNothingDiffers()
    {
        string target = Directory.CreateDirectory(sample.At("cp-out")).FullName;
        Assert.Equal("", Run(ExitCode.Done, "cp", "-r", $"{sample.Image}:/", target));
        Assert.Equal("", Run(ExitCode.Done, "diff", $"{sample.Image}:/dir", Path.Combine(target, "dir")));
        File.AppendAllText(Path.Combine(target, "dir/deep/random"), "x");
        string found = Run(ExitCode.Findings, "diff", $"{sample.Image}:/dir", Path.Combine(target, "dir"));
        Assert.Contains("size", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Du_CountsWhatDuCounts()
    {
        string[] mine = Run(ExitCode.Done, "du", "-s", $"{sample.Image}:/dir").Split('\t');
        Assert.InRange(int.Parse(mine[0]), 290, 310);
    }

    [Fact]
    public void Find_FiltersByNameTypeAndSize()
    {
        Assert.Equal("/dir/deep/random\n", Run(ExitCode.Done, "find", $"{sample.Image}:/", "--name", "rand*"));
        Assert.Equal("/sparse\n", Run(ExitCode.Done, "find", $"{sample.Image}:/", "--larger", "1000000"));
        string many = Run(ExitCode.Done, "find", $"{sample.Image}:/many", "--type", "f");
        Assert.Equal(600, many.Count(static c => c == '\n'));
    }

    [Fact]
    public void Xattr_WritesOneValueRaw() =>
        Assert.Equal("value", Run(ExitCode.Done, "xattr", $"{sample.Image}:/hello.txt", "user.text"));

    [Theory]
    [InlineData((int)ExitCode.Usage, "ls")]
    [InlineData((int)ExitCode.Usage, "frobnicate", "x")]
    [InlineData((int)ExitCode.Usage, "ls", "-o", "frobnicate", "IMAGE:/")]
    [InlineData((int)ExitCode.NotFound, "ls", "IMAGE:/nope")]
    [InlineData((int)ExitCode.NotFound, "cat", "IMAGE:/dir")]
    [InlineData((int)ExitCode.NotFound, "ls", "IMAGE@7:/")]
    [InlineData((int)ExitCode.NotFound, "ls", "/no/such/image:/")]
    [InlineData((int)ExitCode.Corrupt, "ls", "ZEROS:/")]
    [InlineData((int)ExitCode.Corrupt, "ls", "--journal", "ZEROS", "JOURNALLESS:/")]
    [InlineData((int)ExitCode.Corrupt, "ls", "--journal", "SHORT", "JOURNALLESS:/")]
    [InlineData((int)ExitCode.NotFound, "cp", "IMAGE:/dir", "TARGET")]
    [InlineData((int)ExitCode.NotFound, "cp", "IMAGE:/dir", "IMAGE:/x")]
    public void Failures_HaveTheirExitCode(int expected, params string[] arguments)
    {
        File.WriteAllBytes(sample.At("zeros"), new byte[1 << 20]);
        File.WriteAllBytes(sample.At("short"), new byte[512]);
        if (expected == (int)ExitCode.Corrupt && !File.Exists(sample.At("journalless.img")))
        {
            SampleImage.Shell($"""
                mke2fs -q -O journal_dev -b 4096 {sample.At("journal.img")} 8M
                loop=$(losetup -f --show {sample.At("journal.img")})
                mke2fs -q -t ext4 -b 4096 -J device=$loop {sample.At("journalless.img")} 16M
                debugfs -w -R "feature needs_recovery" {sample.At("journalless.img")}
                losetup -d $loop
                """);
        }

        string[] resolved = [.. arguments.Select(argument => argument
            .Replace("IMAGE", sample.Image, StringComparison.Ordinal)
            .Replace("ZEROS", sample.At("zeros"), StringComparison.Ordinal)
            .Replace("SHORT", sample.At("short"), StringComparison.Ordinal)
            .Replace("JOURNALLESS", sample.At("journalless.img"), StringComparison.Ordinal)
            .Replace("TARGET", sample.Folder, StringComparison.Ordinal))];
        _ = Run((ExitCode)expected, resolved);
    }

    [Fact]
    public void Diff_ComparesHostTrees_WithoutOpeningFifosOrDevices()
    {
        string left = Directory.CreateDirectory(sample.At("host-left")).FullName;
        string right = Directory.CreateDirectory(sample.At("host-right")).FullName;
        SampleImage.Shell($"for d in {left} {right}; do cd $d; mkfifo f; echo x > same; chown 5:6 same; touch -d @1 . same f; done");
        Assert.Equal("", Run(ExitCode.Done, "diff", left, right));
        SampleImage.Shell($"chown 7:6 {right}/same");
        Assert.Equal("same: owner: 5:6 | 7:6\n", Run(ExitCode.Findings, "diff", left, right));
        Assert.Equal("", Run(ExitCode.Done, "diff", $"{left}/same", $"{left}/same"));
    }

    [Fact]
    public void BackupSuperblock_OpensAVolumeWhosePrimaryIsGone()
    {
        string image = sample.At("backup.img");
        SampleImage.Shell($"cp {sample.Image} {image}; dd if=/dev/zero of={image} bs=1024 seek=1 count=1 conv=notrunc status=none");
        _ = Run(ExitCode.Corrupt, "ls", $"{image}:/");
        Assert.Contains("hello.txt", Run(ExitCode.Done, "-o", "sb=8193", "ls", $"{image}:/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain name", "plain name")]
    [InlineData("tab\there", "tab\\u0009here")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("right\u202Eleft", "right\\u202eleft")]
    [InlineData("größe 🎉", "größe 🎉")]
    public void Printable_EscapesWhatWouldLie(string text, string expected) =>
        Assert.Equal(expected, Output.Printable.Of(text));

    [Fact]
    public void Completion_PrintsAScript() =>
        Assert.Contains("complete", Run(ExitCode.Done, "completion", "bash"), StringComparison.Ordinal);

    private static string[] Fields(string output) =>
        output.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Run(ExitCode expected, params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        ExitCode code = CommandLine.Run(arguments, output, error, isTerminal: false, CancellationToken.None);
        Assert.True(code == expected, $"{string.Join(' ', arguments)}: exit {code}: {error}");
        Assert.Equal(expected is ExitCode.Done or ExitCode.Findings, error.ToString().Length == 0);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
