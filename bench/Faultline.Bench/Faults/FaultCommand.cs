// The fault sweep as a command: faults [--setup NAME] [--operation NAME] [--target NAME] [--number N] [--step N]
// [--fsck-every N].

using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Faultline.Lab.Crash;
using Faultline.Lab.Faults;

namespace Faultline.Bench.Faults;

internal static class FaultCommand
{
    internal static int Run(string[] arguments)
    {
        FaultOptions standard = new();
        string? setup = Option(arguments, "setup");
        FaultOptions options = new()
        {
            Setups = setup is null ? standard.Setups : [.. CrashSetup.All.Where(kind => kind.Name == setup)],
            Operation = Option(arguments, "operation"),
            Target = Option(arguments, "target") is string target ? Enum.Parse<FaultTarget>(target) : null,
            Number = Option(arguments, "number") is string number ? Number(number) : null,
            Step = Number(Option(arguments, "step") ?? "1"),
            FsckEvery = Number(Option(arguments, "fsck-every") ?? "20"),
        };
        Stopwatch watch = Stopwatch.StartNew();
        FaultReport report = new FaultSweep(options).Run();
        Console.Write(report.Table());
        foreach (string failure in report.Failures)
        {
            Console.WriteLine($"faults {failure}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Cases} cases, {report.FsckImages} judged by e2fsck, {report.Failures.Count} failures, "
            + $"{report.Cases / watch.Elapsed.TotalSeconds:f0} a second"));
        return report.Failures.Count == 0 ? 0 : 1;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string? Option(string[] arguments, string name)
    {
        int index = Array.IndexOf(arguments, "--" + name);
        return index < 0 || index + 1 >= arguments.Length ? null : arguments[index + 1];
    }
}
