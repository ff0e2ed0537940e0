// Our ext4 against the kernel's on the same kind of image: creating, filling and unlinking many files, sequential
// writing, random overwrites with fsync, two writers side by side, readers beside a puncher. Images in memory and on
// disk; both sides end with a sync.

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;

namespace Faultline.Bench.Volumes;

internal static unsafe class VolumeBench
{
    private const int FileCount = 100_000;
    private const int Rounds = 3;
    private const int FileBytes = 2000;
    private const long SequentialBytes = 512L << 20;
    private const long OverwrittenBytes = 128L << 20;
    private const int Overwrites = 2000;
    private const int PieceBytes = 1 << 20;

    internal static Gates Run()
    {
        Gates gates = new();
        foreach (string root in (string[])["/dev/shm", Path.GetTempPath()])
        {
            using Scratch scratch = new(root);
            string where = root == "/dev/shm" ? "memory" : "disk";
            ManyFiles(gates, scratch, where);
            Overwrite(gates, scratch, where);
            if (where == "disk")
            {
                Sequential(gates, scratch);
            }

            TwoWriters(scratch, where);
            BesidePuncher(gates, scratch, where);
        }

        return gates;
    }

    private static string Format(Scratch scratch, string name, string size)
    {
        string image = scratch.At(name);
        _ = Scratch.Shell($"rm -f {image}; truncate -s {size} {image}; mke2fs -q -F -t ext4 -N 140000 {image}");
        return image;
    }

    private static VolumeSide Side(Scratch scratch, bool isOurs, string size)
    {
        string image = Format(scratch, isOurs ? "ours.img" : "kernel.img", size);
        return isOurs ? new OurVolume(image) : new KernelVolume(image, scratch.At("mnt"));
    }

    private static double Seconds(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void ManyFiles(Gates gates, Scratch scratch, string where)
    {
        byte[] bytes = new byte[FileBytes];
        new Prng(1).Fill(bytes);
        double[][] times = [new double[3], new double[3]];
        InterleavedRounds creates = new();
        InterleavedRounds copies = new();
        InterleavedRounds unlinks = new();
        foreach (bool isOurs in (bool[])[true, false])
        {
            int side = isOurs ? 0 : 1;
            string name = isOurs ? "ours" : "kernel";
            _ = creates.Add(name, () =>
            {
                using VolumeSide volume = Side(scratch, isOurs, "1500M");
                times[side][0] = FileCount / Seconds(() => Each(volume, i => volume.Create(i, default)));
                times[side][1] = FileCount / Seconds(() => Each(volume, volume.Unlink));
                times[side][2] = FileCount / Seconds(() => Each(volume, i => volume.Create(i, bytes)));
                return times[side][0];
            });
            _ = unlinks.Add(name, () => times[side][1]);
            _ = copies.Add(name, () => times[side][2]);
        }

        // The three share their volumes: one round of creates, then what it measured of the others.
        Gather(creates, unlinks, copies);
        Report(gates, creates, $"creates, {where}", 1);
        Report(gates, unlinks, $"unlinks, {where}", 1);
        Report(gates, copies, $"files of {FileBytes} bytes, {where}", 1);
    }

    private static void Gather(InterleavedRounds first, params ReadOnlySpan<InterleavedRounds> others)
    {
        for (int round = 0; round < Rounds; round++)
        {
            _ = first.Continue(isWarm: round > 0);
            foreach (InterleavedRounds other in others)
            {
                _ = other.Continue(isWarm: round > 0);
            }
        }
    }

    private static void Each(VolumeSide volume, Action<int> body)
    {
        for (int number = 0; number < FileCount; number++)
        {
            body(number);
        }

        volume.SyncAll();
    }

    private static void Report(Gates gates, InterleavedRounds rounds, string what, double least)
    {
        double ratio = rounds.Ratio("ours", "kernel");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: ours {rounds.Median("ours"):F0}/s, kernel {rounds.Median("kernel"):F0}/s, ratio {ratio:F2}"));
        gates.AtLeast(what, ratio, least);
    }

    private static void Overwrite(Gates gates, Scratch scratch, string where)
    {
        InterleavedRounds rounds = new();
        foreach (bool isOurs in (bool[])[true, false])
        {
            _ = rounds.Add(isOurs ? "ours" : "kernel", () =>
            {
                using VolumeSide volume = Side(scratch, isOurs, "400M");
                byte[] piece = new byte[PieceBytes];
                int file = volume.Open("data", isDirect: false);
                for (long at = 0; at < OverwrittenBytes; at += PieceBytes)
                {
                    volume.Write(file, at, piece);
                }

                volume.SyncAll();
                Prng random = new(5);
                return Overwrites / Seconds(() =>
                {
                    for (int index = 0; index < Overwrites; index++)
                    {
                        volume.Write(file, random.Below(OverwrittenBytes / 4096) * 4096, piece.AsSpan(0, 4096));
                        volume.Fsync(file);
                    }
                });
            });
        }

        _ = rounds.Run(Rounds);
        Report(gates, rounds, $"overwrites of 4 KiB with fsync, {where}", 0.8);
    }

    private static void Sequential(Gates gates, Scratch scratch)
    {
        void* memory = NativeMemory.AlignedAlloc(PieceBytes, 4096);
        new Span<byte>(memory, PieceBytes).Fill(7);
        InterleavedRounds rounds = new InterleavedRounds()
            .Add("ours", () =>
            {
                using VolumeSide volume = Side(scratch, isOurs: true, "800M");
                int file = volume.Open("data", isDirect: true);
                return SequentialBytes / 1e6 / Seconds(() =>
                {
                    for (long at = 0; at < SequentialBytes; at += PieceBytes)
                    {
                        volume.Write(file, at, new Span<byte>(memory, PieceBytes));
                    }

                    volume.Fsync(file);
                });
            })
            .Add("dd", () =>
            {
                string target = scratch.At("dd.bin");
                _ = Scratch.Shell($"rm -f {target}; fallocate -l {SequentialBytes} {target}; sync -f {target}");
                return SequentialBytes / 1e6 / Scratch.Time(
                    $"dd if=/dev/zero of={target} oflag=direct bs=1M count={SequentialBytes >> 20} conv=notrunc,fsync status=none");
            })
            .Run(Rounds);
        double ratio = rounds.Ratio("ours", "dd");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"sequential write: ours {rounds.Median("ours"):F0} MB/s, dd {rounds.Median("dd"):F0} MB/s, ratio {ratio:F2}"));
        gates.AtLeast("sequential write against dd", ratio, 0.8);
        NativeMemory.AlignedFree(memory);
    }

    private static void TwoWriters(Scratch scratch, string where)
    {
        InterleavedRounds rounds = new();
        TimeSpan[] cpu = new TimeSpan[3];
        foreach (int writers in (int[])[1, 2])
        {
            _ = rounds.Add($"{writers}", () =>
            {
                using VolumeSide volume = Side(scratch, isOurs: true, "800M");
                TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
                int[] files = [volume.Open("data0", isDirect: false), volume.Open("data1", isDirect: false)];
                double seconds = Seconds(() =>
                {
                    Parallel.For(0, writers, writer => WriteAll(volume, files[writer], 128L << 20));
                    volume.SyncAll();
                });
                cpu[writers] = Process.GetCurrentProcess().TotalProcessorTime - before;
                return writers * 128 / seconds;
            });
        }

        _ = rounds.Run(Rounds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"writers, {where}: one {rounds.Median("1"):F0} MiB/s, two {rounds.Median("2"):F0} MiB/s, scaling {rounds.Ratio("2", "1"):F2}, CPU {cpu[1].TotalSeconds:F2} s and {cpu[2].TotalSeconds:F2} s"));
    }

    private static void WriteAll(VolumeSide volume, int file, long length)
    {
        byte[] piece = new byte[PieceBytes];
        for (long at = 0; at < length; at += PieceBytes)
        {
            volume.Write(file, at, piece);
        }
    }

    private static void BesidePuncher(Gates gates, Scratch scratch, string where)
    {
        const long Half = 32L << 20;
        using OurVolume volume = (OurVolume)Side(scratch, isOurs: true, "400M");
        WriteAll(volume, volume.Open("data", isDirect: false), 2 * Half);
        volume.SyncAll();
        OpenFile file = volume.FileAt(0);
        InterleavedRounds rounds = new InterleavedRounds()
            .Add("alone", () => Reads(file, Half, null))
            .Add("beside", () => Reads(file, Half, round =>
            {
                long at = Half + (round * 65536 % Half);
                file.Fallocate(FallocateFlags.PunchHole | FallocateFlags.KeepSize, at, 65536).ThrowIfError();
                _ = file.Write(at, new byte[65536]).Value;
            }))
            .Run(7);
        double ratio = rounds.Ratio("beside", "alone");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reader beside a puncher, {where}: {rounds.Median("alone"):F0} MiB/s alone, {rounds.Median("beside"):F0} beside, ratio {ratio:F2}"));
        gates.AtLeast($"reader beside a puncher, {where}", ratio, 0.95);
    }

    private static double Reads(OpenFile file, long length, Action<long>? other)
    {
        using CancellationTokenSource stop = new();
        Task puncher = other is null ? Task.CompletedTask : Task.Run(() =>
        {
            for (long round = 0; !stop.IsCancellationRequested; round++)
            {
                other(round);
            }
        });
        byte[] piece = new byte[65536];
        const int Passes = 40;
        double seconds = Seconds(() =>
        {
            for (int pass = 0; pass < Passes; pass++)
            {
                for (long at = 0; at < length; at += piece.Length)
                {
                    _ = file.Read(at, piece).Value;
                }
            }
        });
        stop.Cancel();
        puncher.Wait();
        return Passes * (length >> 20) / seconds;
    }
}
