// Goal: who works outside a range that is being punched does not wait, and with one semaphore for the whole file
// it does. Method:
// the controlled scheduler writes down every step at which a task was blocked.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Race.Invalidation;

public sealed class DisjointTests
{
    private const int Schedules = 200;
    private const int Page = 4096;

    [Theory]
    [InlineData(Racer.Read)]
    [InlineData(Racer.Writeback)]
    [InlineData(Racer.Store)]
    public void RangeLock_OutsideTheRange_NobodyWaits(Racer racer)
    {
        for (ulong seed = 0; seed < Schedules; seed++)
        {
            List<string> blocked = BlockedSteps(racer, InvalidatePolicy.RangeLock, seed);
            Assert.True(blocked.Count == 0, $"{racer}, seed {seed}: {string.Join(' ', blocked)}");
        }
    }

    [Theory]
    [InlineData(Racer.Read)]
    [InlineData(Racer.Store)]
    public void Semaphore_OutsideTheRange_SomebodyWaits(Racer racer)
    {
        for (ulong seed = 0; seed < Schedules; seed++)
        {
            if (BlockedSteps(racer, InvalidatePolicy.ReaderWriterSemaphore, seed).Count > 0)
            {
                return;
            }
        }

        Assert.Fail($"{racer}: nobody waited in {Schedules} schedules");
    }

    private static List<string> BlockedSteps(Racer racer, InvalidatePolicy policy, ulong seed)
    {
        using FolioPool pool = new(8L << 20);
        using MemoryDevice device = new(512 << 10);
        using PlainVolume volume = PlainVolume.Format(
            device, pool, 4096, new MountOptions { ReadOnly = false, InvalidatePolicy = policy });
        volume.Writeback.Mode = FlusherMode.Manual;
        volume.Writeback.IoEnds.RunsInline = true;
        pool.Workers.Mode = ReadaheadMode.Off;
        Inode file = volume.AddFile("file");
        Write(file, 0, 6 * Page);
        volume.SyncAll().ThrowIfError();
        if (racer == Racer.Writeback)
        {
            Write(file, 0, Page);
        }
        else
        {
            _ = file.Mapping.DropClean(0, long.MaxValue);
        }

        ControlledRun run = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
            ("racer", () => Race(racer, file)), ("punch", () => Punch(file)));
        file.Put();
        return WaitsForTheLock(run.Trace);
    }

    // A task that blocks has passed a point named for what it wants. Latches and the block map are held for a few
    // instructions by anybody; only the invalidate lock is held for as long as punching takes.
    private static List<string> WaitsForTheLock(IReadOnlyList<string> trace)
    {
        List<string> waits = [];
        string last = "";
        foreach (string step in trace.Where(static step => step.StartsWith("racer@", StringComparison.Ordinal)))
        {
            if (step == "racer@blocked" && last.Contains("invalidate_lock", StringComparison.Ordinal))
            {
                waits.Add(last);
            }

            // The points inside a lock have no class in their names.
            last = step.Contains(':', StringComparison.Ordinal) ? step : last;
        }

        return waits;
    }

    private static void Race(Racer racer, Inode file)
    {
        switch (racer)
        {
            case Racer.Store:
                Folio folio = MakeWritable.Run(file, 0).OrThrow();
                folio.Unlock();
                folio.Put();
                break;
            case Racer.Writeback:
                WritePages.Run(file, WritebackControl.OfBytes(0, Page)).ThrowIfError();
                break;
            default:
                byte[] bytes = new byte[Page];
                int got = file.Mapping.Read(0, bytes, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
                Check.That(got == Page);
                break;
        }
    }

    private static void Punch(Inode file)
    {
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        PunchHole.Run(file, 4 * Page, 6 * Page).ThrowIfError();
    }

    private static void Write(Inode file, int position, int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(7);
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        int written = BufferedWrite.Write(file, position, new SpanSource(bytes)).OrThrow();
        Check.That(written == length);
    }
}
