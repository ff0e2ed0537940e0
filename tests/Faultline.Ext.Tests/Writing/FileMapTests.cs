// Goal: what single calls of a file's map promise: claims, sizes, failures, data in the inode, files side by side.

using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Iomap;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Ext.Tests.Writing;

public sealed class FileMapTests : IDisposable
{
    private readonly FolioPool _pool = new(64L << 20);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void AClaim_IsGivenBackWhenNothingBecomesDirty()
    {
        using SpaceVolume space = new(16 << 20, 1, "-t", "ext4", "-b", "1024");
        using MapVolume volume = new(space, _pool);
        MapInode file = volume.File("f0");
        long before = space.Allocator.UnclaimedClusterCount;
        file.Map.Begin(0, 500 << 10, IomapIntent.Write, out Iomap.Iomap iomap).ThrowIfError();
        Assert.Equal(IomapType.Delalloc, iomap.Type);
        Assert.Equal(500 << 10, iomap.Length);
        Assert.True(space.Allocator.UnclaimedClusterCount < before - 500);
        Assert.Equal(1000UL, file.Map.DelayedSectors);
        file.Map.ReleaseReservation(0, 500 << 10);
        Assert.Equal(before, space.Allocator.UnclaimedClusterCount);
        Assert.Equal(0UL, file.Map.DelayedSectors);
    }

    [Fact]
    public void BlocksInFlight_AreReportedButNotRead()
    {
        using SpaceVolume space = new(16 << 20, 1, "-t", "ext4", "-b", "1024");
        using MapVolume volume = new(space, _pool);
        MapInode file = volume.File("f0");
        long before = space.Allocator.UnclaimedClusterCount;
        file.Map.Begin(0, 8192, IomapIntent.Write, out _).ThrowIfError();
        file.Map.MapWriteback(0, 8192, out Iomap.Iomap placed).ThrowIfError();
        Assert.Equal((IomapType.Mapped, 8192L, IomapFlags.New), (placed.Type, placed.Length, placed.Flags));
        file.Map.Begin(0, 8192, IomapIntent.Read, out Iomap.Iomap read).ThrowIfError();
        Assert.Equal(IomapType.Hole, read.Type);
        file.Map.Begin(0, 8192, IomapIntent.Report, out Iomap.Iomap report).ThrowIfError();
        Assert.Equal((IomapType.Mapped, placed.Address), (report.Type, report.Address));
        Assert.Equal(0L, file.Map.DiskSizeBytes);

        // A failed transfer: delayed again, in the same place or another.
        file.Map.AbandonWrite(0, 8192);
        Assert.True(file.Map.IsStale(placed));
        file.Map.Begin(0, 8192, IomapIntent.Report, out report).ThrowIfError();
        Assert.Equal(IomapType.Delalloc, report.Type);
        file.Map.ReleaseReservation(0, 8192);
        file.Map.ReleaseWindow();
        Assert.Equal(before, space.Allocator.UnclaimedClusterCount);
    }

    [Fact]
    public void TheSizeOnDisk_IsNeverMoreThanInMemory()
    {
        using SpaceVolume space = new(16 << 20, 1, "-t", "ext4", "-b", "1024");
        using MapVolume volume = new(space, _pool);
        MapInode file = volume.File("f0");
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        _ = BufferedWrite.Write(file, 0, new SpanSource(new byte[1500])).OrThrow();
        Assert.Equal(0L, file.Map.DiskSizeBytes);
        Assert.Null(file.Map.LastTransaction);
        WritePages.Run(file, WritebackControl.Everything).ThrowIfError();
        Assert.Equal(1500L, file.Map.DiskSizeBytes);
        Assert.Equal(1500L, file.Record.SizeBytes);
        Assert.Equal(space.Log.Running, file.Map.LastTransaction);
    }

    [Fact]
    public void ALongSequentialFile_IsAFewExtents()
    {
        using SpaceVolume space = new(400L << 20, 1, "-t", "ext4", "-b", "4096");
        using (MapVolume volume = new(space, _pool))
        {
            MapInode file = volume.File("f0");
            byte[] piece = new byte[1 << 20];
            for (int index = 0; index < 256; index++)
            {
                Append(file, piece);
                if (index % 16 == 15)
                {
                    volume.Writeback.Sync().ThrowIfError();
                }
            }

            volume.SyncAll();
            Assert.InRange(CountExtents(space, file.Record), 1, 5);
        }

        space.AssertClean();
    }

    [Fact]
    public void FilesWrittenSideBySide_StayInLargePieces()
    {
        using SpaceVolume space = new(64L << 20, 2, "-t", "ext4", "-b", "1024");
        using (MapVolume volume = new(space, _pool))
        {
            byte[] piece = new byte[32 << 10];
            for (int index = 0; index < 256; index++)
            {
                Append(volume.File($"f{index % 2}"), piece);
                volume.Writeback.Sync().ThrowIfError();
            }

            Assert.InRange(CountExtents(space, volume.File("f0").Record), 1, 16);
            Assert.InRange(CountExtents(space, volume.File("f1").Record), 1, 16);
        }

        space.AssertClean();
    }

    // Threads write, punch and sync at the same time; each file has one writer, so that its contents are known.
    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 1024 -O bigalloc -C 8192")]
    [InlineData("-t ext4 -b 2048 -O bigalloc -C 16384")]
    [InlineData("-t ext2 -b 1024")]
    public void FilesChangedAtTheSameTime_AreAllRight(string image)
    {
        const int Files = 4;
        using SpaceVolume space = new(48 << 20, Files, image.Split(' '));
        byte[][] models = new byte[Files][];
        using (MapVolume volume = new(space, _pool))
        {
            ConcurrentQueue<Exception> failures = new();
            Thread[] threads = new Thread[Files + 1];
            for (int index = 0; index < Files; index++)
            {
                int which = index;
                MapInode file = volume.File($"f{which}");
                threads[index] = Watched(failures, () => models[which] = Churn(file, (ulong)which));
            }

            threads[Files] = Watched(failures, () => SyncRepeatedly(volume));
            Array.ForEach(threads, static thread => thread.Start());
            foreach (Thread thread in threads)
            {
                Assert.True(thread.Join(60_000));
            }

            Assert.Empty(failures);
            volume.SyncAll();
        }

        space.AssertClean();
        using ExtVolumeScope fresh = new(space);
        for (int which = 0; which < Files; which++)
        {
            byte[] read = ExtImage.ReadAll(fresh.Volume, fresh.File($"f{which}"));
            Assert.True(models[which].AsSpan().SequenceEqual(read));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(100)]
    public void DataInTheInode_LeaveItWithTheFirstWrite(int length)
    {
        string directory = Directory.CreateTempSubdirectory("faultline-inline").FullName;
        byte[] model = SourceTree.Bytes(new Prng(7), length);
        File.WriteAllBytes(Path.Combine(directory, "f0"), model);
        using SpaceVolume space = new(
            16 << 20, 0, "-t", "ext4", "-b", "1024", "-O", "inline_data", "-I", "256", "-d", directory);
        Directory.Delete(directory, recursive: true);
        using (MapVolume volume = new(space, _pool))
        {
            MapInode file = volume.File("f0");
            Assert.True(file.Record.Has(ExtInodeFlags.InlineData));
            Array.Resize(ref model, 5000);
            model[4999] = 9;
            using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
            {
                _ = BufferedWrite.Write(file, 4999, new SpanSource([9])).OrThrow();
                Assert.False(file.Record.Has(ExtInodeFlags.InlineData));
            }

            volume.SyncAll();
        }

        space.AssertClean();
        using ExtVolumeScope fresh = new(space);
        Assert.Equal(model, ExtImage.ReadAll(fresh.Volume, fresh.File("f0")));
    }

    [Fact]
    public void PreallocatedBlocksBeyondTheEnd_AreNoDamage()
    {
        using SpaceVolume space = new(16 << 20, 1, "-t", "ext4", "-b", "1024");
        using (MapVolume volume = new(space, _pool))
        {
            MapInode file = volume.File("f0");
            using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
            {
                Preallocate.Run(file, 0, 1 << 20, keepSize: true).ThrowIfError();
                _ = BufferedWrite.Write(file, 100_000, new SpanSource(new byte[3000])).OrThrow();
            }

            volume.SyncAll();
            Assert.Equal(103_000L, file.Record.SizeBytes);
            Assert.Equal(2048UL, file.Record.Sectors);
        }

        space.AssertClean();
    }

    [Fact]
    public void FilesWithoutATree_RefuseWhatNeedsOne()
    {
        using SpaceVolume space = new(16 << 20, 1, "-t", "ext2", "-b", "1024");
        using MapVolume volume = new(space, _pool);
        MapInode file = volume.File("f0");
        Assert.False(file.Map.HasUnwrittenExtents);
        Assert.False(file.Map.CanShift);
        Assert.Equal(Errno.EOPNOTSUPP, file.Map.AllocateRange(0, 1024).Error.Errno);
        Assert.Equal(Errno.EOPNOTSUPP, file.Map.MakeUnwritten(0, 1024).Error.Errno);
        Assert.Equal(Errno.EOPNOTSUPP, file.Map.CollapseRange(0, 1024).Error.Errno);
        Assert.Equal(Errno.EOPNOTSUPP, file.Map.InsertRange(0, 1024).Error.Errno);
    }

    private static Thread Watched(ConcurrentQueue<Exception> failures, Action body) => new(() =>
    {
        try
        {
            body();
        }
        catch (Exception failure) when (failure is FsException or CheckFailedException or Xunit.Sdk.XunitException)
        {
            failures.Enqueue(failure);
        }
    });

    private static void SyncRepeatedly(MapVolume volume)
    {
        for (int round = 0; round < 25; round++)
        {
            volume.SyncAll();
        }
    }

    private static byte[] Churn(MapInode file, ulong seed)
    {
        Prng random = new(seed);
        byte[] model = new byte[400_000];
        for (int round = 0; round < 150; round++)
        {
            int at = (int)random.Below(model.Length - 20_000);
            int length = 1 + (int)random.Below(20_000);
            using ExclusiveGuard guard = file.Lock.AcquireExclusive();
            if (random.OneIn(3))
            {
                PunchHole.Run(file, at, at + length).ThrowIfError();
                model.AsSpan(at, length).Clear();
            }
            else
            {
                byte[] bytes = SourceTree.Bytes(random, length);
                int done = BufferedWrite.Write(file, at, new SpanSource(bytes)).OrThrow();
                bytes.AsSpan(0, done).CopyTo(model.AsSpan(at));
            }
        }

        using ExclusiveGuard last = file.Lock.AcquireExclusive();
        Truncate.Run(file, model.Length).ThrowIfError();
        return model;
    }

    private static void Append(MapInode file, byte[] piece)
    {
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        _ = BufferedWrite.Write(file, file.SizeBytes, new SpanSource(piece)).OrThrow();
    }

    private static int CountExtents(SpaceVolume space, InodeRecord record)
    {
        int count = 0;
        ulong at = 0;
        ulong end = (ulong)(record.SizeBytes / space.Super.BlockSize);
        ulong next = 0;
        while (at < end)
        {
            MappedRange range = space.Volume.Map.Lookup(record, at);
            count += range.State != MapState.Hole && range.Start != next ? 1 : 0;
            next = range.Start + range.Count;
            at = range.End;
        }

        return count;
    }
}
