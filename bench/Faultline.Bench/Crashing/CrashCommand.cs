// The crash campaign as a command: crash [--states N] [--fsck N] [--kernel N] [--setup NAME] [--seed N]
// [--operations N] [--plant NAME], and one state again with [--window N --subset 0xHEX [--torn INDEX:0xHEX]].

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Faultline.Lab.Crash;

namespace Faultline.Bench.Crashing;

internal static class CrashCommand
{
    internal static int Run(string[] arguments)
    {
        string? name = Option(arguments, "setup");
        CrashOptions options = new()
        {
            States = Number(arguments, "states", 100_000),
            FsckImages = Number(arguments, "fsck", 0),
            KernelImages = Number(arguments, "kernel", 0),
            Seed = (ulong)Number(arguments, "seed", 1),
            Operations = (int)Number(arguments, "operations", 60),
            Setups = [.. CrashSetup.All.Where(setup => name is null || setup.Name == name)],
            Plant = Enum.Parse<CrashPlant>(Option(arguments, "plant") ?? nameof(CrashPlant.None)),
        };
        // Before anybody asks: production code has them on for good.
        AppContext.SetSwitch("Faultline.ProtectionsMayBeOff", options.Plant != CrashPlant.None);
        CrashCampaign campaign = new(options);
        if (Option(arguments, "window") is string window)
        {
            string? wrong = campaign.Replay(
                options.Setups[0], State(arguments, window), out IReadOnlyList<string> operations);
            Console.WriteLine(string.Join('\n', operations));
            Console.WriteLine(wrong ?? "nothing wrong");
            return wrong is null ? 0 : 1;
        }

        Stopwatch watch = Stopwatch.StartNew();
        CrashReport report = campaign.Run();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.States} states ({report.Duplicates} more were the same), {report.FsckImages} judged by e2fsck, "
            + $"{report.KernelImages} recovered by the kernel, {report.States / watch.Elapsed.TotalSeconds:f0} a second"));
        Console.WriteLine(string.Join(", ", report.BySetup.Select(static pair => $"{pair.Key} {pair.Value}")));
        Console.WriteLine(string.Join(", ", report.Operations.Select(static pair => $"{pair.Key} {pair.Value}")));
        foreach (string failure in report.Failures)
        {
            Console.WriteLine($"crash {failure}");
        }

        return report.Failures.Count == 0 ? 0 : 1;
    }

    private static CrashState State(string[] arguments, string window)
    {
        string[] torn = (Option(arguments, "torn") ?? "-1:0x0").Split(':');
        return new CrashState(
            int.Parse(window, CultureInfo.InvariantCulture),
            BigInteger.Parse("0" + Option(arguments, "subset")![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            int.Parse(torn[0], CultureInfo.InvariantCulture),
            ulong.Parse(torn[1][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static long Number(string[] arguments, string name, long standard) =>
        Option(arguments, name) is string text ? long.Parse(text, CultureInfo.InvariantCulture) : standard;

    private static string? Option(string[] arguments, string name)
    {
        int index = Array.IndexOf(arguments, "--" + name);
        return index < 0 || index + 1 >= arguments.Length ? null : arguments[index + 1];
    }
}
