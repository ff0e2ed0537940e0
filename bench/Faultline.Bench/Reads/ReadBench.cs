// Cached random reads of 4 KiB through OpenFile.Read with default settings, against pread(2) on the kernel's own page
// cache, over three working sets; bytes allocated by reads, NOWAIT reads and look-ups; and a cold sequential read of a
// 1 GiB file from an image file against dd over the same extents.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using Faultline.Base;
using Faultline.Files;
using Faultline.Iomap;
using Faultline.PageCache.Reading;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Bench.Reads;

internal static class ReadBench
{
    private const long FileBytes = 1L << 30;
    private const int PageBytes = 4096;
    private const int ReadsPerRound = 400_000;
    private const int Rounds = 11;
    private const int ColdRounds = 15; // the device's own speed wanders
    private const int AllocationReads = 1_000_000;

    internal static Gates Run()
    {
        Gates gates = new();
        using Scratch scratch = new("/tmp");
        string image = scratch.At("reads.img");
        _ = Scratch.Shell($"""
            mkdir {scratch.At("src")}; head -c {FileBytes} /dev/urandom > {scratch.At("src/big")}
            mke2fs -q -t ext4 -d {scratch.At("src")} {image} 1300M
            """);
        Cold(gates, image);
        using FileSystem volume = FileSystem.Open(image);
        using FileHandle handle = volume.OpenFile("/big");
        Warm(handle);
        Cached(gates, handle, scratch.At("src/big"));
        Allocations(gates, volume, handle.Raw);
        return gates;
    }

    private static void Warm(FileHandle handle)
    {
        byte[] buffer = new byte[1 << 20];
        for (long at = 0; at < FileBytes; at += buffer.Length)
        {
            handle.ReadFully(buffer, at);
        }
    }

    private static void Cached(Gates gates, FileHandle handle, string hostFile)
    {
        int descriptor = Kernel.Open(hostFile, 0);
        byte[] buffer = new byte[1 << 20];
        for (long at = 0; at < FileBytes; at += buffer.Length)
        {
            ReadKernel(descriptor, at, buffer);
        }

        foreach ((long set, double gate) in new[] { (FileBytes, 1.3), (16L << 20, 1.7), (1L << 20, 4.0) })
        {
            InterleavedRounds rounds = new InterleavedRounds()
                .Add("ours", () => TimeOurs(handle.Raw, set))
                .Add("pread", () => TimeKernel(descriptor, set))
                .Run(Rounds);
            double ratio = 1 / rounds.Ratio("ours", "pread");
            string name = string.Create(CultureInfo.InvariantCulture, $"cached 4 KiB random reads, {set >> 20} MiB");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: ours {rounds.Median("ours"):F0} ns, pread {rounds.Median("pread"):F0} ns, {ratio:F2} times its rate"));
            gates.AtLeast(name, ratio, gate);
        }

        _ = Kernel.Close(descriptor);
    }

    private static unsafe void ReadKernel(int descriptor, long at, byte[] buffer)
    {
        fixed (byte* start = buffer)
        {
            if (Kernel.ReadAt(descriptor, start, (nuint)buffer.Length, at) != buffer.Length)
            {
                throw new InvalidOperationException("short pread");
            }
        }
    }

    private static double TimeOurs(OpenFile file, long set)
    {
        byte[] buffer = new byte[PageBytes];
        Prng random = new(7);
        long pages = set / PageBytes;
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < ReadsPerRound; turn++)
        {
            Result<int> read = file.Read(random.Below(pages) * PageBytes, buffer);
            if (read.Value != PageBytes)
            {
                throw new InvalidOperationException("short read");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ReadsPerRound;
    }

    private static unsafe double TimeKernel(int descriptor, long set)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(PageBytes, pinned: true);
        Prng random = new(7);
        long pages = set / PageBytes;
        long start = Stopwatch.GetTimestamp();
        fixed (byte* target = buffer)
        {
            for (int turn = 0; turn < ReadsPerRound; turn++)
            {
                if (Kernel.ReadAt(descriptor, target, PageBytes, random.Below(pages) * PageBytes) != PageBytes)
                {
                    throw new InvalidOperationException("short pread");
                }
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ReadsPerRound;
    }

    private static void Allocations(Gates gates, FileSystem volume, OpenFile file)
    {
        byte[] buffer = new byte[PageBytes];
        Prng random = new(11);
        long pages = FileBytes / PageBytes;
        gates.AtMost("bytes allocated by 1,000,000 reads", Allocated(() =>
        {
            _ = file.Read(random.Below(pages) * PageBytes, buffer).Value;
        }), 0);
        gates.AtMost("bytes allocated by 1,000,000 NOWAIT reads", Allocated(() =>
        {
            _ = file.Read(random.Below(pages) * PageBytes, buffer, ReadMode.NoWait).Value;
        }), 0);
        Mount calls = volume.Calls;
        gates.AtMost("bytes allocated by 1,000,000 look-ups", Allocated(() =>
        {
            Result<InodeStat> stat = calls.Stat("/lost+found/../big"u8);
            _ = stat.Value;
        }), 0);
    }

    private static long Allocated(Action body)
    {
        for (int turn = 0; turn < 1000; turn++)
        {
            body();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < AllocationReads; turn++)
        {
            body();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Cold(Gates gates, string image)
    {
        _ = Scratch.Shell("sync");
        List<(long Address, long Length)> extents = [];
        using (FileSystem volume = FileSystem.Open(image))
        using (FileHandle handle = volume.OpenFile("/big"))
        {
            foreach (FileExtent extent in handle.GetExtents())
            {
                extents.Add((extent.Address, extent.Length));
            }
        }

        InterleavedRounds rounds = new InterleavedRounds()
            .Add("ours", () => TimeCold(image, ReadAllOurs))
            .Add("dd", () => TimeCold(image, path => ReadAllDd(path, extents)))
            .Run(ColdRounds);
        double ratio = 1 / rounds.Ratio("ours", "dd");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cold sequential read of 1 GiB: ours {rounds.Median("ours"):F2} s, dd {rounds.Median("dd"):F2} s, {ratio:F2} of its rate"));
        gates.AtLeast("cold sequential read, rate against dd", ratio, 0.9);
    }

    private static double TimeCold(string image, Action<string> body)
    {
        int descriptor = Kernel.Open(image, 0);
        _ = Kernel.Advise(descriptor, 0, 0, Kernel.AdviseDontNeed);
        _ = Kernel.Close(descriptor);
        long start = Stopwatch.GetTimestamp();
        body(image);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void ReadAllOurs(string image)
    {
        using FileSystem volume = FileSystem.Open(image);
        using FileHandle handle = volume.OpenFile("/big");
        Warm(handle);
    }

    // The same bytes of the device, one dd an extent, as large as an extent.
    private static void ReadAllDd(string image, List<(long Address, long Length)> extents)
    {
        List<string> commands = [];
        foreach ((long address, long length) in extents)
        {
            commands.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"dd if={image} of=/dev/null bs=1M iflag=skip_bytes,count_bytes skip={address} count={length} 2>/dev/null"));
        }

        _ = Scratch.Shell(string.Join('\n', commands));
    }
}
