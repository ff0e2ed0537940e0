// Writes and creates on our tmpfs, in process, against the kernel's tmpfs by system calls: random overwrites and
// appends of 4 KiB, sequential writes of 1 MiB, creates, and creates with unlinks; one thread, and two threads that
// share the volume but no file; and the bytes allocated by overwrites. FAULTLINE_BENCH_ROUNDS sets the number of
// rounds.

using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Files;

namespace Faultline.Bench.Writes;

internal static class WriteBench
{
    private const int RoundsByDefault = 11;
    private const int PageBytes = 4096;
    private const int StreamBytes = 1 << 20;
    private const long FileBytes = 64L << 20;
    private const int OverwritesPerRound = 100_000;
    private const int AllocationWrites = 1_000_000;
    private const double Target = 1.0;

    private delegate void Lane(WriteSide side, int lane);

    internal static Gates Run()
    {
        Gates gates = new();
        Console.WriteLine($"processors {Environment.ProcessorCount}, lockdep {Lockdep.Enabled}");
        using OurSide ours = new();
        using KernelSide kernel = new();
        Compare(gates, ours, kernel, "random overwrites of 4 KiB", OverwritesPerRound, Fill, Overwrite);
        Compare(gates, ours, kernel, "sequential appends of 4 KiB", FileBytes / PageBytes, Empty, Append);
        Compare(gates, ours, kernel, "sequential writes of 1 MiB", FileBytes / StreamBytes, Empty, Stream);
        Compare(gates, ours, kernel, "creates", WriteSide.NamesPerLane, Nothing, Create, UnlinkAll);
        Compare(gates, ours, kernel, "creates with unlink", WriteSide.NamesPerLane, Nothing, CreateUnlink);
        Fill(ours, 0);
        gates.AtMost("bytes allocated by 1,000,000 overwrites", Allocated(ours.Data(0)), 0);
        return gates;
    }

    private static void Compare(
        Gates gates,
        WriteSide ours,
        WriteSide kernel,
        string what,
        long count,
        Lane before,
        Lane body,
        Lane? after = null)
    {
        string? wished = Environment.GetEnvironmentVariable("FAULTLINE_BENCH_ROUNDS");
        int roundCount = wished is null ? RoundsByDefault : int.Parse(wished, CultureInfo.InvariantCulture);
        for (int threads = 1; threads <= WriteSide.Lanes; threads++)
        {
            int lanes = threads;
            InterleavedRounds rounds = new InterleavedRounds()
                .Add("ours", () => Time(ours, lanes, count, before, body, after))
                .Add("kernel", () => Time(kernel, lanes, count, before, body, after))
                .Run(roundCount);
            double ratio = 1 / rounds.Ratio("ours", "kernel");
            string name = string.Create(CultureInfo.InvariantCulture, $"{what}, {threads} thread(s)");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: ours {rounds.Median("ours"):F0} ns, kernel {rounds.Median("kernel"):F0} ns, "
                    + $"{ratio:F2} times its rate"));
            gates.AtLeast(name, ratio, Target);
        }
    }

    // Nanoseconds an operation, over all threads.
    private static double Time(WriteSide side, int lanes, long count, Lane before, Lane body, Lane? after)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            before(side, lane);
        }

        double elapsed = lanes == 1 ? TimeOne(side, body) : TimeTogether(side, lanes, body);
        for (int lane = 0; lane < lanes; lane++)
        {
            after?.Invoke(side, lane);
        }

        return elapsed / (count * lanes);
    }

    private static double TimeOne(WriteSide side, Lane body)
    {
        long start = Stopwatch.GetTimestamp();
        body(side, 0);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static double TimeTogether(WriteSide side, int lanes, Lane body)
    {
        int ready = 0;
        int go = 0;
        TaskHandle[] tasks = new TaskHandle[lanes];
        for (int index = 0; index < lanes; index++)
        {
            int lane = index;
            tasks[lane] = Scheduler.Spawn($"writer {lane}", () =>
            {
                _ = Interlocked.Increment(ref ready);
                while (Volatile.Read(ref go) == 0)
                {
                    _ = Thread.Yield();
                }

                body(side, lane);
            });
        }

        while (Volatile.Read(ref ready) < lanes)
        {
            _ = Thread.Yield();
        }

        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref go, 1);
        Array.ForEach(tasks, static task => task.Join());
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static void Nothing(WriteSide side, int lane)
    {
    }

    private static void Empty(WriteSide side, int lane) => side.Empty(lane);

    private static void Fill(WriteSide side, int lane)
    {
        byte[] buffer = new byte[StreamBytes];
        buffer.AsSpan().Fill(0x5A);
        for (long at = 0; at < FileBytes; at += StreamBytes)
        {
            side.Write(lane, at, buffer);
        }
    }

    private static void Overwrite(WriteSide side, int lane)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(PageBytes, pinned: true);
        Prng random = new((ulong)lane);
        for (int turn = 0; turn < OverwritesPerRound; turn++)
        {
            side.Write(lane, random.Below(FileBytes / PageBytes) * PageBytes, buffer);
        }
    }

    private static void Append(WriteSide side, int lane)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(PageBytes, pinned: true);
        for (long at = 0; at < FileBytes; at += PageBytes)
        {
            side.Append(lane, buffer);
        }
    }

    private static void Stream(WriteSide side, int lane)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(StreamBytes, pinned: true);
        for (long at = 0; at < FileBytes; at += StreamBytes)
        {
            side.Write(lane, at, buffer);
        }
    }

    private static void Create(WriteSide side, int lane)
    {
        for (int name = 0; name < WriteSide.NamesPerLane; name++)
        {
            side.Create(lane, name);
        }
    }

    private static void UnlinkAll(WriteSide side, int lane)
    {
        for (int name = 0; name < WriteSide.NamesPerLane; name++)
        {
            side.Unlink(lane, name);
        }
    }

    private static void CreateUnlink(WriteSide side, int lane)
    {
        for (int name = 0; name < WriteSide.NamesPerLane; name++)
        {
            side.Create(lane, name);
            side.Unlink(lane, name);
        }
    }

    private static long Allocated(OpenFile file)
    {
        byte[] buffer = new byte[PageBytes];
        Prng random = new(11);
        long before = 0;
        for (int turn = -1000; turn < AllocationWrites; turn++)
        {
            before = turn == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            if (file.Write(random.Below(FileBytes / PageBytes) * PageBytes, buffer).OrThrow() != PageBytes)
            {
                throw new InvalidOperationException("short write");
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
