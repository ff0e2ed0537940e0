// Runs the real tools. A missing tool fails the test: ./test installs what the tests need. Whatever happens, no process
// outlives its test. Compiled into each test project that links it.

using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Faultline.Base;

namespace Faultline.Testing;

internal static class Tool
{
    private const int TimeoutMs = 60_000;
    private const int UnmountAttempts = 50;
    private const int UnmountDelayMs = 100;

    // A process that another test is starting at this moment has copies of our descriptors until it executes its
    // program, files of the mount among them: then it is busy for an instant.
    internal static void Unmount(string point)
    {
        string output = "";
        for (int attempt = 0; attempt < UnmountAttempts; attempt++)
        {
            if (TryRun(out output, "umount", point))
            {
                return;
            }

            SystemClock.Instance.Delay(UnmountDelayMs);
        }

        Assert.Fail($"umount {point}: {output}");
    }

    internal static string Run(string file, params string[] arguments)
    {
        bool isDone = TryRun(out string output, file, arguments);
        Assert.True(isDone, $"{file} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    // What it printed: with an error both streams.
    private static bool TryRun(out string output, string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        Task<string> reading = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{file} does not end");
        }

        output = reading.GetAwaiter().GetResult();
        process.WaitForExit();
        output = process.ExitCode == 0 ? output : errors + output;
        return process.ExitCode == 0;
    }

    internal static void Debugfs(string image, params string[] commands)
    {
        string script = image + ".commands";
        File.WriteAllLines(script, commands);
        string output = Run("debugfs", "-w", "-f", script, image);
        Assert.False(output.Contains("error", StringComparison.OrdinalIgnoreCase), output);
        File.Delete(script);
    }
}
