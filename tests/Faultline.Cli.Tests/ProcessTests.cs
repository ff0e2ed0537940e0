// Goal: what only a process has: arguments as bytes, and the end that Ctrl-C brings.
// Method: the program is run by bash, as users run it.

using System;
using System.Diagnostics;
using System.IO;
using Faultline.Tests;

namespace Faultline.Cli.Tests;

public sealed class ProcessTests(SampleImage sample) : IClassFixture<SampleImage>
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Faultline.Cli.dll");

    [Fact]
    public void NamesThatAreNotUtf8_AreArguments()
    {
        string output = SampleImage.Shell($"dotnet {s_program} cat $(printf '{sample.Image}:/not-utf8-\\xff\\xfe')");
        Assert.Equal("bad", output);
        output = SampleImage.Shell($"dotnet {s_program} find {sample.Image}:/ --name \"$(printf 'n*-\\xff?')\"");
        Assert.Equal("/not-utf8-\\xff\\xfe\n", output);
    }

    [Fact]
    public void RawArguments_AreTheLastOfTheCommandLine()
    {
        byte[] commandLine = [.. "dotnet\0x.dll\0ls\0"u8, 0xFF, (byte)'a', 0, 0xC3, 0xA4, 0];
        Assert.Equal(["ls", "\uDCFFa", "ä"], RawArguments.Restore(["ls", "\uFFFDa", "ä"], commandLine));
        Assert.Equal(["other", "\uFFFDa", "ä"], RawArguments.Restore(["other", "\uFFFDa", "ä"], commandLine));
        string[] six = ["1", "2", "3", "4", "5", "\uFFFD"];
        Assert.Same(six, RawArguments.Restore(six, commandLine));
    }

    // Nobody reads what the program writes: it hangs in its output until the signals end it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CtrlC_EndsAProcessWhoseOutputIsBlocked(int presses)
    {
        string big = sample.At("big.img");
        if (!File.Exists(big))
        {
            SampleImage.Shell($"mkdir {sample.At("big")}; truncate -s 20M {sample.At("big")}/file; mke2fs -q -t ext4 -d {sample.At("big")} {big} 8M");
        }

        ProcessStartInfo start = new("dotnet", [s_program, "cat", $"{big}:/file"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        byte[] first = new byte[1];
        process.StandardOutput.BaseStream.ReadExactly(first);
        for (int press = 0; press < presses; press++)
        {
            SampleImage.Shell($"kill -INT {process.Id}; sleep 0.1");
        }

        Assert.True(process.WaitForExit(30_000), "the process does not end");
        Assert.Equal((int)ExitCode.Cancelled, process.ExitCode);
    }
}
