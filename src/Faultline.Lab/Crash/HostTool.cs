// Runs the real tools that make and judge volumes. No process outlives its call.

using System.Diagnostics;
using System.Threading.Tasks;

namespace Faultline.Lab.Crash;

/// <summary>Runs programs of the host.</summary>
internal static class HostTool
{
    private const int TimeoutMs = 60_000;

    /// <summary>Runs a program.</summary>
    /// <param name="output">What it printed, on both streams.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code; -1 when it did not end.</returns>
    internal static int Run(out string output, string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["E2FSPROGS_FAKE_TIME"] = "1700000000";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> standard = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            output = $"{file} does not end";
            return -1;
        }

        output = errors.GetAwaiter().GetResult() + standard.GetAwaiter().GetResult();
        return process.ExitCode;
    }
}
