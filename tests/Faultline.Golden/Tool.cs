// Runs the scripts that build images and ask the judges. Whatever happens, no process outlives its test.

using System.Diagnostics;
using System.IO;
using System.Text;

namespace Faultline.Golden;

internal static class Tool
{
    internal static string Run(int timeoutSeconds, string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder output = new();
        StringBuilder errors = new();
        process.OutputDataReceived += (_, line) => output.Append(line.Data).Append('\n');
        process.ErrorDataReceived += (_, line) => errors.Append(line.Data).Append('\n');
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        string command = $"{Path.GetFileName(file)} {string.Join(' ', arguments)}";
        if (!process.WaitForExit(timeoutSeconds * 1000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} does not end");
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {errors}");
        return output.ToString();
    }
}
