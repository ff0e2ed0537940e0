// Goal: cp into images does what coreutils' cp does. Method: the same tree on the host and in an image, the same
// command with both programs, then the kernel's walk of the image beside the host's tree, and e2fsck. Umask 022, root.

using System;
using System.IO;
using System.Linq;
using System.Threading;
using Faultline.Tests;
using static Faultline.Cli.Tests.CommandRun;

namespace Faultline.Cli.Tests;

public sealed class CopyIntoTests : IDisposable
{
    private static int s_count;

    private readonly string _folder = Path.Combine(
        Path.GetTempPath(), $"faultline-tests-{Environment.ProcessId}-cp-{Interlocked.Increment(ref s_count)}");

    public CopyIntoTests()
    {
        Directory.CreateDirectory(At("mnt"));
        File.WriteAllText(At("owner.pid"), $"{Environment.ProcessId}");
        SampleImage.Shell($"""
            mkdir -p {At("src")}/tree/sub/deep {At("dst")}/dir/sub {At("dst")}/empty; cd {At("src")}
            printf one > one; printf two > two; head -c 200000 /dev/urandom > tree/large; ln tree/large tree/sub/again
            ln -s large tree/link; ln -s nowhere tree/dangling; ln -s sub tree/tosub; ln -s one toone; ln -s tree totree
            truncate -s 3M tree/sparse; printf x | dd of=tree/sparse bs=1 seek=2000000 conv=notrunc status=none
            head -c 100000 /dev/zero > tree/zeros; mkfifo tree/fifo; mknod tree/null c 1 3; printf e > tree/sub/deep/end
            printf odd > "$(printf 'tree/n-\xff')"; chmod 4755 tree/large; chmod 2770 tree/sub; chmod 600 one
            chown 12:34 tree/large two; setfattr -n user.a -v b tree/large; setfacl -m u:7:rw two
            cd {At("dst")}; printf old > old; ln old dir/second; printf newer > dir/one; ln -s old tolink; ln -s none broken
            chown 5:6 old; chmod 640 old; printf f > dir/sub/deep; mkdir sgid; chmod 2775 sgid; chown 0:99 sgid
            touch -d '2000-01-01' {At("src")}/two {At("src")}/tree/sub/again; touch -d '2030-01-01' dir/one
            """);
        Assert.Equal(ExitCode.Done, Run("build", At("a.img"), "--from", At("dst"), "--free", "32M").Code);
    }

    [Theory]
    [InlineData("one @new")]
    [InlineData("one @dir")]
    [InlineData("one @dir/")]
    [InlineData("one @old")]
    [InlineData("one @missing/")]
    [InlineData("one @missing/name")]
    [InlineData("one two @dir")]
    [InlineData("one two @new")]
    [InlineData("one none two @dir")]
    [InlineData("-t @dir one two")]
    [InlineData("-T one @dir")]
    [InlineData("-T one @old")]
    [InlineData("-T -r tree @dir")]
    [InlineData("-T -r tree @empty")]
    [InlineData("tree @dir")]
    [InlineData("-r tree @dir")]
    [InlineData("-r tree @fresh")]
    [InlineData("-r tree @fresh/")]
    [InlineData("-r tree/ @dir")]
    [InlineData("-r tree/. @empty")]
    [InlineData("-r tree @old")]
    [InlineData("-r tree/sub @dir")]
    [InlineData("-a tree @dir")]
    [InlineData("-a tree two @dir")]
    [InlineData("-a tree/sub @dir")]
    [InlineData("-rp tree @dir")]
    [InlineData("-p one two @dir")]
    [InlineData("-p two @old")]
    [InlineData("--preserve=mode two @dir")]
    [InlineData("--preserve=ownership two @dir")]
    [InlineData("--preserve=timestamps -r tree @dir")]
    [InlineData("-r --preserve=links tree @dir")]
    [InlineData("-r --preserve=xattr tree @dir")]
    [InlineData("-a --no-preserve=mode,ownership tree @dir")]
    [InlineData("-d tree/link tree/dangling @dir")]
    [InlineData("-d tree/link @old")]
    [InlineData("tree/link @dir")]
    [InlineData("tree/dangling @dir")]
    [InlineData("-rL tree/sub @dir")]
    [InlineData("-rH totree @dir")]
    [InlineData("-r totree @dir")]
    [InlineData("-P toone @dir")]
    [InlineData("one @tolink")]
    [InlineData("one @broken")]
    [InlineData("--remove-destination one @tolink")]
    [InlineData("--remove-destination one @old")]
    [InlineData("-n one two @dir")]
    [InlineData("-u one two @dir")]
    [InlineData("-u one @old")]
    [InlineData("-u two @old")]
    [InlineData("-f one @old")]
    [InlineData("--sparse=always -r tree @dir")]
    [InlineData("--sparse=never tree/sparse @dir")]
    [InlineData("-r tree @sgid")]
    [InlineData("-r --reflink=never tree @dir")]
    public void FromTheHost_ItDoesWhatCoreutilsDo(string command)
    {
        bool keepsTimes = command.Contains("-a", StringComparison.Ordinal);
        bool isOurs = CopyOurs(command, At("src") + "/", out string output);
        bool isTheirs = CopyTheirs(command);
        Assert.True(isTheirs == isOurs, $"coreutils: {isTheirs}, ours: {isOurs} {output}");
        Judge(keepsTimes ? "holes notime:dir" : "holes notime");
    }

    // The same commands with the source in another image, and in the same one.
    [Theory]
    [InlineData("one @dir")]
    [InlineData("-a tree @dir")]
    [InlineData("-r tree @fresh")]
    [InlineData("-rp tree/sub @dir")]
    [InlineData("-rH totree @dir")]
    [InlineData("-rL tree/sub @dir")]
    [InlineData("tree/dangling @dir")]
    [InlineData("-r --sparse=always tree @dir")]
    [InlineData("-t @dir one two")]
    public void FromAnImage_ItDoesTheSame(string command)
    {
        string other = At("b.img");
        Assert.Equal(ExitCode.Done, Run("build", other, "--from", At("src"), "-L", "other").Code);
        bool isOurs = CopyOurs(command, other + ":/", out string output);
        Assert.True(CopyTheirs(command) == isOurs, output);
        Judge(command.Contains("-a", StringComparison.Ordinal) ? "holes notime:dir" : "holes notime");
    }

    [Fact]
    public void WithinOneImage_TreesAndPatternsAreCopied()
    {
        string image = At("a.img");
        Assert.Equal(ExitCode.Done, Run("cp", "-a", At("src") + "/tree", $"{image}:/t").Code);
        Assert.Equal(ExitCode.Done, Run("cp", "-a", $"{image}:/t", $"{image}:/dir").Code);
        (ExitCode code, string output) = Run("cp", $"{image}:/t/[lz]*", $"{image}:/empty");
        Assert.True(code == ExitCode.Done, output);
        SampleImage.Shell($"cd {At("dst")}; cp -a ../src/tree t; cp -a t dir; cp t/[lz]* empty");
        Judge("holes notime");
        foreach (string[] refused in (string[][])[
            ["-r", $"{image}:/t", $"{image}:/t/sub"], ["-r", $"{image}:/", $"{image}:/t"],
            [$"{image}:/old", $"{image}:/tolink"], [$"{image}:/old", $"{image}:/old"],
            ["--reflink=always", $"{image}:/old", $"{image}:/x"]])
        {
            (code, output) = Run(["cp", .. refused]);
            Assert.True(code != ExitCode.Done, output);
        }

        Judge("holes notime");
    }

    [Fact]
    public void MovedBetweenImages_ItIsThereAndGoneHere()
    {
        string other = At("b.img");
        Assert.Equal(ExitCode.Done, Run("build", other, "--from", At("src")).Code);
        (ExitCode code, string output) = Run("mv", $"{other}:/tree", $"{other}:/o*e", $"{At("a.img")}:/dir");
        Assert.True(code == ExitCode.Done, output);
        SampleImage.Shell($"cd {At("src")}; mv tree one {At("dst")}/dir");
        Judge("holes notime:dir");
        Assert.Equal(ExitCode.NotFound, Run("ls", $"{other}:/tree").Code);
        Assert.Equal(ExitCode.NotFound, Run("ls", $"{other}:/one").Code);
        Assert.NotEqual(ExitCode.Done, Run("mv", $"{other}:/two", $"{At("a.img")}:/dir/tree/sub", "-T").Code);
        Assert.Equal(ExitCode.Done, Run("ls", $"{other}:/two").Code);
        SampleImage.Shell($"e2fsck -fn {other}");
    }

    [Fact]
    public void WithoutRoom_NoHalfOfANewFileStays()
    {
        SampleImage.Shell($"head -c 60000000 /dev/urandom > {At("src")}/huge");
        (ExitCode code, string output) = Run("cp", At("src") + "/huge", At("src") + "/one", $"{At("a.img")}:/dir");
        Assert.True(code != ExitCode.Done && output.Contains("ENOSPC", StringComparison.Ordinal), output);
        SampleImage.Shell($"cp {At("src")}/one {At("dst")}/dir");
        Judge("holes notime");
    }

    [Fact]
    public void Cancelled_TheImageIsWhole()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        (ExitCode code, _) = RunWith(source.Token, "cp", "-r", At("src") + "/tree", $"{At("a.img")}:/dir");
        Assert.Equal(ExitCode.Cancelled, code);
        SampleImage.Shell($"e2fsck -fn {At("a.img")}");
    }

    public void Dispose() => SampleImage.Shell($"rm -rf {_folder}");

    private string At(string name) => Path.Combine(_folder, name);

    // A word with @ is in the target; a word that is no option is a source.
    private bool CopyOurs(string command, string prefix, out string output)
    {
        string[] words = [.. command.Split(' ').Select(word => word switch
        {
            ['@', .. string target] => $"{At("a.img")}:/{target}",
            ['-', ..] => word,
            _ => prefix + word,
        })];
        (ExitCode code, output) = Run(["cp", .. words]);
        return code == ExitCode.Done;
    }

    private bool CopyTheirs(string command)
    {
        string script = string.Join(' ', command.Split(' ').Select(word =>
            word.StartsWith('@') ? $"{At("dst")}/{word[1..]}" : word));
        return SampleImage.Shell($"cd {At("src")}; umask 022; cp {script} 2>/dev/null && echo ok || echo no").Trim() == "ok";
    }

    private void Judge(string flags) => SampleImage.Shell($"""
        e2fsck -fn {At("a.img")} >{At("fsck")} 2>&1 || (cat {At("fsck")}; exit 1)
        mount -o loop,ro {At("a.img")} {At("mnt")}; trap "cd /; umount {At("mnt")}" EXIT
        python3 {Repository("tests/Golden/compare-trees.py")} {At("dst")} {At("mnt")} {flags} >&2
        """);
}
