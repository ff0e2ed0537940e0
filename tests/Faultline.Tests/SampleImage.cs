// An image made by the real tools, with a bit of everything, for the tests of the doors.

using System;
using System.Diagnostics;
using System.IO;

namespace Faultline.Tests;

/// <summary>A folder with a source tree, an image of it, and room for outputs; removed at the end.</summary>
public sealed class SampleImage : IDisposable
{
    private static int s_count;

    public SampleImage()
    {
        int number = System.Threading.Interlocked.Increment(ref s_count);
        Folder = Path.Combine(Path.GetTempPath(), $"faultline-tests-{Environment.ProcessId}-{number}");
        Directory.CreateDirectory(Folder);
        File.WriteAllText(At("owner.pid"), $"{Environment.ProcessId}");
        Shell($$"""
            mkdir -p {{At("src")}}/dir/deep {{At("src")}}/many; cd {{At("src")}}
            echo hello > hello.txt; head -c 300000 /dev/urandom > dir/deep/random
            ln hello.txt dir/hard; ln -s hello.txt link; ln -s /dir/deep dir/absolute
            ln -s "$(printf 'x%.0s' $(seq 1 200))" long-link
            truncate -s 10M sparse; printf mark | dd of=sparse bs=1 seek=5000000 conv=notrunc status=none
            for n in $(seq 1 600); do : > many/name-$n; done
            printf 'bad' > "$(printf 'not-utf8-\xff\xfe')"; mkfifo fifo
            chmod 4751 hello.txt; chmod 555 dir/deep; touch -d @1000000000 dir/deep/random
            setfattr -n user.text -v value hello.txt; setfattr -n user.binary -v 0x00ff10 hello.txt
            mke2fs -q -t ext4 -O ^has_journal -L sample -U 01234567-89ab-cdef-0123-456789abcdef -d . {{At("a.img")}} 32M
            """);
    }

    public string Folder { get; }

    public string Image => At("a.img");

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a script with bash; its output. Fails when it does.</summary>
    public static string Shell(string script)
    {
        ProcessStartInfo start = new("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        start.ArgumentList.Add("-euo");
        start.ArgumentList.Add("pipefail");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {errors.Result}\n{script}");
        return output;
    }

    // By rm: .NET cannot name a file whose name is not UTF-8.
    public void Dispose() => Shell($"rm -rf {Folder}");
}
