// Everything at once on tmpfs, sixteen threads for five minutes, with the lock validator on. The validator's switch
// holds for a whole process and benchmarks run without it, so this runs in a process of its own.
// FAULTLINE_SOAK_SECONDS makes it shorter or longer.

using System;
using System.Diagnostics;
using System.Globalization;
using Faultline.Locking;
using Faultline.Locking.Validation;
using Faultline.Soak;

namespace Faultline.Bench.Soaking;

internal static class SoakBench
{
    private const int Threads = 16;
    private const int SecondsByDefault = 300;
    private const ulong Seed = 20;

    internal static Gates Run()
    {
        Gates gates = new();
        if (Lockdep.Enabled)
        {
            RunHere(gates);
        }
        else
        {
            gates.AtMost("exit code of the soak with the validator on", RunAgain(), 0);
        }

        return gates;
    }

    private static int RunAgain()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!);
        string program = Environment.GetCommandLineArgs()[0];
        if (program.EndsWith(".dll", StringComparison.Ordinal) && !IsOwnHost())
        {
            start.ArgumentList.Add(program);
        }

        start.ArgumentList.Add("soak");
        start.Environment["FAULTLINE_LOCKDEP"] = "1";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    // Started as Faultline.Bench and not as dotnet Faultline.Bench.dll.
    private static bool IsOwnHost() =>
        System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath!).StartsWith(
            "Faultline", StringComparison.Ordinal);

    private static void RunHere(Gates gates)
    {
        string? wished = Environment.GetEnvironmentVariable("FAULTLINE_SOAK_SECONDS");
        int seconds = wished is null ? SecondsByDefault : int.Parse(wished, CultureInfo.InvariantCulture);
        SoakRun run = new(Threads, seconds, Seed);
        Console.WriteLine($"{Threads} threads, {seconds} s, lockdep {Lockdep.Enabled}");
        run.Run();
        Console.Write(run.Describe());
        foreach (Exception failure in run.Failures)
        {
            Console.WriteLine(failure);
        }

        foreach (LockReport report in Lockdep.Reports)
        {
            Console.WriteLine(report.ToText());
        }

        gates.AtMost("failures", run.Failures.Count, 0);
        gates.AtMost("reports of the lock validator", Lockdep.Reports.Count, 0);
        gates.AtLeast("kinds of operations that succeeded", run.SucceededKinds, run.ExpectedKinds);
    }
}
