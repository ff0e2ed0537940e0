// Whole commands against the tools that people use today: extracting a tree of 20,000 files
// (debugfs rdump; the kernel's
// mount and cp -a), and listing 200,000 names (the kernel's mount and ls -lR). Everything on tmpfs.

using System;
using System.Globalization;
using System.IO;

namespace Faultline.Bench.Tools;

internal static class ToolBench
{
    private const int Rounds = 5;
    private const double StartUpSeconds = 0.3;

    internal static Gates Run()
    {
        Gates gates = new();
        using Scratch scratch = new("/dev/shm");
        string faultline = Path.Combine(FindRoot(), "faultline");
        _ = Scratch.Shell($"{faultline} --version");
        Extract(gates, scratch, faultline);
        List(scratch, faultline);
        return gates;
    }

    private static void Extract(Gates gates, Scratch scratch, string faultline)
    {
        string image = scratch.At("tree.img");
        string output = scratch.At("out");
        string mount = scratch.At("mnt");
        _ = Scratch.Shell($$"""
            mkdir {{scratch.At("tree")}}; cd {{scratch.At("tree")}}
            for d in $(seq 0 199); do mkdir d$d; done
            python3 - <<'END'
            import os
            for n in range(20000):
                with open(f"d{n % 200}/f{n}", "wb") as f: f.write(os.urandom(200 + n * 37 % 12000))
            END
            mke2fs -q -t ext4 -d . {{image}} 512M
            rm -rf {{scratch.At("tree")}}
            """);
        string clean = $"rm -rf {output}; mkdir -p {output} {mount}";
        InterleavedRounds rounds = new InterleavedRounds()
            .Add("ours", () => After(clean, $"{faultline} cp -r --no-progress {image}:/ {output}"))
            .Add("debugfs", () => After(clean, $"debugfs -R 'rdump / {output}' {image} 2>/dev/null"))
            .Add("mount", () => After(clean, $"mount -o loop,ro {image} {mount}; cp -a {mount}/. {output}; umount {mount}"))
            .Run(Rounds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"extract 20,000 files: ours {rounds.Median("ours"):F2} s, debugfs rdump {rounds.Median("debugfs"):F2} s, mount + cp -a {rounds.Median("mount"):F2} s"));
        gates.AtMost("extraction, seconds beyond debugfs rdump", rounds.Median("ours") - rounds.Median("debugfs"), StartUpSeconds);
        gates.AtMost("extraction, time against mount + cp -a", rounds.Ratio("ours", "mount"), 1);
    }

    private static void List(Scratch scratch, string faultline)
    {
        string image = scratch.At("names.img");
        string mount = scratch.At("mnt");
        _ = Scratch.Shell($$"""
            rm -f {{scratch.At("tree.img")}}; mkdir -p {{mount}}
            mke2fs -q -t ext4 -N 260000 {{image}} 512M
            mount -o loop {{image}} {{mount}}
            cd {{mount}}; for d in $(seq 0 19); do mkdir d$d; done
            python3 -c 'for n in range(200000): open(f"d{n % 20}/name-{n:06d}", "w").close()'
            cd /; umount {{mount}}
            """);
        InterleavedRounds rounds = new InterleavedRounds()
            .Add("ours", () => Scratch.Time($"{faultline} ls -lR {image}:/ > {scratch.At("list")}"))
            .Add("mount", () => Scratch.Time($"mount -o loop,ro {image} {mount}; ls -lR {mount} > {scratch.At("list")}; umount {mount}"))
            .Run(Rounds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ls -lR of 200,000 names: ours {rounds.Median("ours"):F2} s, mount + ls -lR {rounds.Median("mount"):F2} s, {rounds.Ratio("ours", "mount"):F2} of its time"));
    }

    private static double After(string preparation, string script)
    {
        _ = Scratch.Shell(preparation);
        return Scratch.Time(script);
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
