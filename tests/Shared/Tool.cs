// Runs the real tools. A missing tool fails the test: ./test installs what the tests need. Whatever happens, no process
// outlives its test. Compiled into each test project that links it.

using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace Faultline.Testing;

internal static class Tool
{
    private const int TimeoutMs = 60_000;

    internal static string Run(string file, params string[] arguments)
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

        string output = reading.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: {errors}{output}");
        return output;
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
