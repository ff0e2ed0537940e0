// Goal: what was stored over allocated but unwritten blocks is data to a seek at every moment, also while it is on its
// way to the device. Method: a seek beside writeback, in random schedules.

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

public sealed class SeekTests
{
    private const int Schedules = 500;
    private const int Page = 4096;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Seek_BesideWriteback_SeesTheDataAllTheTime(bool wantsData)
    {
        for (ulong seed = 0; seed < Schedules; seed++)
        {
            long found = SeekBeside(seed, wantsData);
            Assert.True(found == (wantsData ? Page : 2 * Page), $"seed {seed}: {found}");
        }
    }

    private static long SeekBeside(ulong seed, bool wantsData)
    {
        using FolioPool pool = new(8L << 20);
        using MemoryDevice device = new(512 << 10);
        using PlainVolume volume = PlainVolume.Format(device, pool, Page, new MountOptions { ReadOnly = false });
        volume.Writeback.Mode = FlusherMode.Manual;
        pool.Workers.Mode = ReadaheadMode.Off;
        Inode file = volume.AddFile("file");
        using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
        {
            Preallocate.Run(file, 0, 4 * Page, keepSize: false).ThrowIfError();
            _ = BufferedWrite.Write(file, Page, new SpanSource(new byte[Page])).OrThrow();
        }

        long found = -1;
        ControlledRun run = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
            ("seek", () => found = Seek(file, wantsData)),
            ("writeback", () => WritePages.Run(file, WritebackControl.Everything).ThrowIfError()));
        Assert.NotNull(run);
        volume.Writeback.IoEnds.RunsInline = true; // the run's worker is gone
        file.Put();
        return found;
    }

    private static long Seek(Inode file, bool wantsData)
    {
        using SharedGuard guard = file.Lock.AcquireShared();
        return (wantsData
            ? Iomap.Seek.Data(file.Writer, file.SizeBytes, 0, file.Mapping)
            : Iomap.Seek.Hole(file.Writer, file.SizeBytes, Page, file.Mapping)).OrThrow();
    }
}
