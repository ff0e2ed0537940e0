// Goal: what a short write gives back is never the claim of a page that is dirty again because its transfer failed.
// Method: a write whose memory ends, beside writeback to a device that refuses once, in random schedules; afterwards
// everything dirty has its place.

using System;
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

public sealed class GiveBackTests
{
    private const int Schedules = 500;
    private const int Page = 4096;
    private const int Written = 100;
    private const int DeviceBytes = 512 << 10;
    private const long DataStart = 128 << 10; // behind the two copies of the metadata

    [Fact]
    public void ShortWrite_BesideATransferThatFails_LosesNoClaim()
    {
        for (ulong seed = 0; seed < Schedules; seed++)
        {
            WriteBeside(seed);
        }
    }

    private static void WriteBeside(ulong seed)
    {
        using FolioPool pool = new(8L << 20);
        using MemoryDevice memory = new(DeviceBytes);
        FaultRule rule = new(FaultKind.WriteError, firstByte: DataStart, count: 1);
        using FaultyDevice device = new(memory, [rule]);
        using PlainVolume volume = PlainVolume.Format(device, pool, Page, new MountOptions { ReadOnly = false });
        volume.Writeback.Mode = FlusherMode.Manual;
        pool.Workers.Mode = ReadaheadMode.Off;
        Inode file = volume.AddFile("file");
        using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
        {
            Truncate.Run(file, 2 * Page).ThrowIfError();
        }

        // The page is valid, so that a part of it counts.
        byte[] page = new byte[Page];
        Assert.Equal(Page, file.Mapping.Read(0, page, new ReadaheadState(0), ReadMode.Blocking).OrThrow());
        _ = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
            ("writer", () => WriteShort(file, rule)),
            ("writeback", () => FailToWrite(file)));
        Assert.Equal(1, rule.StruckCount);
        volume.Writeback.IoEnds.RunsInline = true; // the run's worker is gone
        WritePages.Run(file, WritebackControl.Everything).ThrowIfError();
        Assert.Equal(0, file.Mapping.DirtyBytes);
        Assert.Empty(volume.CheckMaps());
        file.Put();
    }

    private static void FailToWrite(Inode file)
    {
        while (file.Mapping.DirtyBytes == 0)
        {
            Scheduler.Yield();
        }

        Assert.False(WritePages.Run(file, WritebackControl.Everything).IsOk);
    }

    private static void WriteShort(Inode file, FaultRule rule)
    {
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        Assert.Equal(Written, BufferedWrite.Write(file, 0, new EndingSource(rule)).OrThrow());
    }

    // It takes until the transfer has failed to find that there is no more memory.
    private readonly struct EndingSource(FaultRule rule) : IWriteSource
    {
        public int Length => 2 * Page;

        public int Prefault(int offset, int length)
        {
            while (offset >= Written && rule.StruckCount == 0)
            {
                Scheduler.Yield();
            }

            return Math.Max(0, Math.Min(length, Written - offset));
        }

        public int CopyTo(int offset, Span<byte> destination)
        {
            destination.Slice(0, Written - offset).Fill(1);
            return Written - offset;
        }
    }
}
