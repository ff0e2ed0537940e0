// Building an image of a tree of 50,000 files against mke2fs -d, in memory and on disk, each followed by an fsync of
// the image; and where the time goes in process.

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Faultline.Building;
using Faultline.Ext.Making;

namespace Faultline.Bench.Building;

internal static class BuildBench
{
    private const int RoundsDefault = 7;
    private const double StartUpSeconds = 0.3;
    private const double SpeedGate = 1.5;
    private const long SizeBytes = 1L << 30;

    internal static Gates Run()
    {
        Gates gates = new();
        string text = Environment.GetEnvironmentVariable("FAULTLINE_BENCH_ROUNDS") ?? "";
        int rounds = int.TryParse(text, out int wished) ? wished : RoundsDefault;
        string faultline = Path.Combine(FindRoot(), "faultline");
        _ = Scratch.Shell($"{faultline} --version");
        foreach ((string place, string root) in ((string, string)[])[("memory", "/dev/shm"), ("disk", "/var/tmp")])
        {
            using Scratch scratch = new(root);
            MakeTree(scratch);
            Compare(gates, scratch, faultline, place, rounds);
            InProcess(scratch, place, rounds);
        }

        return gates;
    }

    private static void MakeTree(Scratch scratch) => Scratch.Shell($$"""
        mkdir {{scratch.At("tree")}}; cd {{scratch.At("tree")}}
        python3 - <<'END'
        import os, random
        random.seed(1)
        for d in range(500):
            path = f"d{d // 25:02d}/e{d % 25:02d}"
            os.makedirs(path)
            for n in range(100):
                with open(f"{path}/file{n:03d}.txt", "wb") as f: f.write(random.randbytes(int(random.expovariate(1 / 6000.0))))
        END
        """);

    private static void Compare(Gates gates, Scratch scratch, string faultline, string place, int count)
    {
        string tree = scratch.At("tree");
        string ours = scratch.At("ours.img");
        string theirs = scratch.At("theirs.img");
        double After(string image, string script)
        {
            _ = Scratch.Shell($"rm -f {image}; sync -f {scratch.Folder}");
            return Scratch.Time($"{script} >/dev/null; sync {image}");
        }

        InterleavedRounds rounds = new InterleavedRounds()
            .Add("ours", () => After(ours, $"{faultline} build {ours} --from {tree} --size {SizeBytes} --no-progress"))
            .Add("mke2fs", () => After(theirs, $"mke2fs -q -t ext4 -d {tree} {theirs} {SizeBytes >> 20}M"))
            .Add("start", () => Scratch.Time($"{faultline} --version"))
            .Run(count);
        _ = Scratch.Shell($"e2fsck -fn {ours}; rm -f {ours} {theirs}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"build of 50,000 files, {place}: ours {rounds.Median("ours"):F2} s, of that start-up {rounds.Median("start"):F2} s; mke2fs -d {rounds.Median("mke2fs"):F2} s; {1 / rounds.Ratio("ours", "mke2fs"):F2} times as fast"));
        gates.AtMost(
            $"build, {place}: seconds beyond mke2fs -d at {SpeedGate} times its speed",
            rounds.Median("ours") - (rounds.Median("mke2fs") / SpeedGate),
            StartUpSeconds);
    }

    private static void InProcess(Scratch scratch, string place, int count)
    {
        string image = scratch.At("ours.img");
        double scan = 0;
        BuildOptions options = new() { Format = new FormatOptions { SizeBytes = SizeBytes } };
        InterleavedRounds rounds = new InterleavedRounds()
            .Add("whole", () =>
            {
                File.Delete(image);
                long start = Stopwatch.GetTimestamp();
                using ImageBuilder builder = new(options);
                builder.AddDirectory(scratch.At("tree"));
                scan = Stopwatch.GetElapsedTime(start).TotalSeconds;
                _ = builder.Write(image);
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            })
            .Add("scan", () => scan)
            .Run(count);
        File.Delete(image);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the same in process, {place}: {rounds.Median("whole"):F2} s, of that reading the tree {rounds.Median("scan"):F2} s"));
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Faultline.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("run from the repository");
    }
}
