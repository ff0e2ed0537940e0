// Images and trees for benchmarks, in a folder of their own that is removed at the end.

using System;
using System.Diagnostics;
using System.IO;

namespace Faultline.Bench;

/// <summary>A folder for one benchmark.</summary>
internal sealed class Scratch : IDisposable
{
    internal Scratch(string root)
    {
        Folder = Path.Combine(root, $"faultline-tests-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "owner.pid"), $"{Environment.ProcessId}");
    }

    internal string Folder { get; }

    internal string At(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a shell script and fails when it does.</summary>
    internal static string Shell(string script)
    {
        ProcessStartInfo start = new("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-euo");
        start.ArgumentList.Add("pipefail");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{script}\nexit {process.ExitCode}\n{errors.Result}");
    }

    /// <summary>Seconds that a shell script takes.</summary>
    internal static double Time(string script)
    {
        long start = Stopwatch.GetTimestamp();
        _ = Shell(script);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
