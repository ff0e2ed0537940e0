// Goal: the allocator's claims add up, its bitmaps are what e2fsck computes, freed blocks wait, damage is refused.

using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Tests.Writing;

public sealed class AllocatorTests
{
    public static TheoryData<string> Images => new(
        "-t ext4 -b 1024",
        "-t ext4 -b 4096",
        "-t ext4 -b 2048 -O ^metadata_csum,uninit_bg",
        "-t ext4 -b 1024 -O ^flex_bg",
        "-t ext4 -b 1024 -O meta_bg,^resize_inode",
        "-t ext4 -b 1024 -O ^64bit",
        "-t ext4 -b 1024 -O sparse_super2",
        "-t ext4 -b 1024 -O ^sparse_super,^resize_inode",
        "-t ext4 -b 1024 -O ^metadata_csum,^uninit_bg",
        "-t ext4 -b 4096 -O bigalloc -C 16384",
        "-t ext4 -b 1024 -O bigalloc -C 16384",
        "-t ext3 -b 1024",
        "-t ext2 -b 1024",
        "-t ext4 -b 65536");

    // Fills every group, so that every bitmap that was never used is made; what e2fsck computes must agree.
    [Theory]
    [MemberData(nameof(Images))]
    public void EveryGroup_CanBeFilledAndEmptied(string arguments)
    {
        using SpaceVolume volume = new(SizeFor(arguments), 1, arguments.Split(' '));
        InodeRecord inode = volume.File("f0");
        long free = volume.Allocator.FreeClusterCount;
        ulong ratio = volume.Allocator.BlocksPerCluster;
        Assert.Equal(volume.Super.FreeBlockCount, (ulong)free * ratio);
        ulong at = 0;
        ulong goal = volume.Super.FirstDataBlock;
        long left = 40 + (free / 100);
        while (volume.Allocator.UnclaimedClusterCount > left)
        {
            long wanted = long.Min(volume.Allocator.UnclaimedClusterCount - left, 1000);
            Assert.True(volume.Allocator.TryReserveEmergency(wanted));
            BlockRun run = volume.Allocator.AllocateInMemory(goal, (ulong)wanted * ratio, null).OrThrow();
            volume.Allocator.Release(wanted - (long)(run.Count / ratio));
            MappedRange range = new(at, run.Count, MapState.Written, run.Start);
            volume.Steps(inode, volume.Writer.InsertCredits(inode, run.Count) + 3, change =>
            {
                volume.Allocator.CommitInFlight(change.Handle, run.Start, run.Count);
                volume.Writer.Insert(change, range).ThrowIfError();
                volume.Writer.Space.ChargeClusters(inode, (long)(run.Count / ratio));
                return true;
            });
            at += run.Count;
            goal = run.End;
            inode.SizeBytes = (long)at * volume.Super.BlockSize;
        }

        volume.Steps(inode, 1, static _ => true);
        volume.AssertClean();
        inode.SizeBytes = 0;
        ulong end = at;
        volume.Steps(inode, 60, change => volume.Writer.RemoveRange(change, 0, ref end).OrThrow());
        Assert.Equal(free, volume.Allocator.FreeClusterCount);
        Assert.Equal(0UL, inode.Sectors);
        volume.AssertClean();
        Assert.Equal(free, volume.Allocator.UnclaimedClusterCount);
    }

    [Fact]
    public void FreedBlocks_AreNotGivenOutBeforeTheyAreDurable()
    {
        using SpaceVolume volume = new(8 << 20, 0, "-t", "ext4", "-b", "1024");
        BlockNumber block;
        using (MetadataHandle handle = volume.Log.Start(10).OrThrow())
        {
            block = volume.Allocator.AllocateMetadata(handle, 3000).OrThrow();
        }

        long unclaimed = volume.Allocator.UnclaimedClusterCount;
        long available = volume.Allocator.AvailableClusterCount;
        using (MetadataHandle handle = volume.Log.Start(10).OrThrow())
        {
            volume.Allocator.Free(handle, block.Value, 1, isMetadata: true);
        }

        Assert.Equal(unclaimed, volume.Allocator.UnclaimedClusterCount);
        Assert.Equal(available + 1, volume.Allocator.AvailableClusterCount);
        BlockRun other = volume.Allocator.AllocateInMemory(block.Value, 1, null).OrThrow();
        Assert.NotEqual(block.Value, other.Start);
        volume.Allocator.AbandonInFlight(other.Start, other.Count);
        Assert.True(volume.Allocator.TryFreeSpace());
        Assert.Equal(unclaimed + 1, volume.Allocator.UnclaimedClusterCount);
        Assert.Equal(block.Value, volume.Allocator.AllocateInMemory(block.Value, 1, null).OrThrow().Start);
    }

    [Fact]
    public void Claims_EndWhereSpaceEnds()
    {
        using SpaceVolume volume = new(8 << 20, 0, "-t", "ext4", "-b", "1024", "-m", "5");
        BlockAllocator allocator = volume.Allocator;
        long all = allocator.UnclaimedClusterCount;
        allocator.MayUseReserved = static () => false;
        long forAll = all - allocator.EmergencyClusters - allocator.ReservedClusters;
        Assert.True(allocator.ReservedClusters > 0);
        Assert.Equal(Errno.ENOSPC, allocator.Reserve(forAll + 1).Error.Errno);
        Assert.Equal(forAll, allocator.ReserveSome(all, 0));
        Assert.Equal(0, allocator.ReserveSome(1, 0));
        allocator.MayUseReserved = static () => true;
        Assert.True(allocator.Reserve(allocator.ReservedClusters).IsOk);
        Assert.Equal(Errno.ENOSPC, allocator.Reserve(1).Error.Errno);
        Assert.True(allocator.TryReserveEmergency(allocator.EmergencyClusters));
        Assert.False(allocator.TryReserveEmergency(1));
        allocator.Release(all);
        Assert.Equal(all, allocator.UnclaimedClusterCount);
    }

    [Fact]
    public void TwoGrowingFiles_DoNotMix()
    {
        using SpaceVolume volume = new(64 << 20, 0, "-t", "ext4", "-b", "1024");
        AllocationWindow[] windows = [new(), new()];
        List<BlockRun>[] runs = [[], []];
        for (int step = 0; step < 400; step++)
        {
            int file = step % 2;
            ulong goal = runs[file].Count > 0 ? runs[file][^1].End : 9000;
            BlockRun run = volume.Allocator.AllocateInMemory(goal, 8, windows[file]).OrThrow();
            runs[file].Add(run);
        }

        foreach (List<BlockRun> file in runs)
        {
            int pieces = 1;
            for (int index = 1; index < file.Count; index++)
            {
                pieces += file[index - 1].End == file[index].Start ? 0 : 1;
            }

            Assert.InRange(pieces, 1, 8);
        }
    }

    [Fact]
    public void ManyGrowingFiles_HoldAFewWindowsOnly()
    {
        using SpaceVolume volume = new(256 << 20, 0, "-t", "ext4", "-b", "4096");
        AllocationWindow[] windows = new AllocationWindow[300];
        for (int index = 0; index < windows.Length; index++)
        {
            windows[index] = new AllocationWindow();
            _ = volume.Allocator.AllocateInMemory(0, 1, windows[index]).OrThrow();
        }

        int held = 0;
        foreach (AllocationWindow window in windows)
        {
            held += window.Length > 0 ? 1 : 0;
        }

        Assert.InRange(held, 50, 70);
    }

    // Windows are taken away while their owners move them to other groups: no block is ever anybody's twice.
    [Fact]
    public void WindowsTakenAwayWhileTheyMove_GiveNothingTwice()
    {
        using SpaceVolume volume = new(64 << 20, 0, "-t", "ext4", "-b", "1024");
        int[] owners = new int[volume.Super.BlockCount];
        int twice = 0;
        TaskHandle[] threads = new TaskHandle[3];
        for (int number = 0; number < threads.Length; number++)
        {
            ulong seed = (ulong)number + 1;
            threads[number] = Scheduler.Spawn("writer", () => MoveWindows(volume.Allocator, owners, seed, ref twice));
        }

        foreach (TaskHandle thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(0, twice);
    }

    private static void MoveWindows(BlockAllocator allocator, int[] owners, ulong seed, ref int twice)
    {
        Prng random = new(seed);
        AllocationWindow[] windows = new AllocationWindow[40];
        ulong[] ends = new ulong[windows.Length];
        Queue<BlockRun> held = new();
        for (int step = 0; step < 60_000; step++)
        {
            // Most files go on where they stopped, so that windows are used up to the last block.
            int file = (int)random.Below(windows.Length);
            AllocationWindow window = windows[file] ??= new AllocationWindow();
            ulong goal = random.OneIn(4) ? (ulong)random.Below(owners.Length) : ends[file];
            BlockRun run = allocator.AllocateInMemory(goal, 24, window).OrThrow();
            ends[file] = run.End;
            for (ulong block = run.Start; block < run.End; block++)
            {
                _ = Interlocked.Increment(ref owners[block]) == 1 ? 0 : Interlocked.Increment(ref twice);
            }

            held.Enqueue(run);
            if (held.Count > 20)
            {
                BlockRun old = held.Dequeue();
                for (ulong block = old.Start; block < old.End; block++)
                {
                    _ = Interlocked.Decrement(ref owners[block]);
                }

                allocator.AbandonInFlight(old.Start, old.Count);
            }
        }
    }

    [Fact]
    public void Windows_GiveWayWhenNothingElseIsFree()
    {
        using SpaceVolume volume = new(4 << 20, 0, "-t", "ext4", "-b", "1024");
        AllocationWindow window = new() { NextLength = 4096 };
        BlockRun first = volume.Allocator.AllocateInMemory(2000, 1, window).OrThrow();
        Assert.True(window.Length > 100);
        long left = volume.Allocator.UnclaimedClusterCount - 1;
        for (long count = 0; count < left;)
        {
            count += (long)volume.Allocator.AllocateInMemory(first.End, 64, null).OrThrow().Count;
            count = long.Min(count, left);
        }

        Assert.Equal(0, window.Length);
    }

    [Fact]
    public void TrimmedSpace_IsDiscardedAndStaysFree()
    {
        using SpaceVolume volume = new(8 << 20, 0, "-t", "ext4", "-b", "1024");
        long before = volume.Allocator.UnclaimedClusterCount;
        ulong trimmed = volume.Allocator.TrimRange(0, ulong.MaxValue, 1);
        Assert.Equal((ulong)before, trimmed);
        Assert.Equal(before, volume.Allocator.UnclaimedClusterCount);
        volume.AssertClean();
    }

    [Fact]
    public void MetadataOfTheVolume_IsNeverFreed()
    {
        using SpaceVolume volume = new(8 << 20, 0, "-t", "ext4", "-b", "1024");
        ulong table = volume.Groups.Read(0).InodeTable;
        using MetadataHandle handle = volume.Log.Start(10).OrThrow();
        foreach (ulong block in new List<ulong> { 1, 2, table, volume.Groups.Read(0).BlockBitmap })
        {
            FsException refused = Assert.Throws<FsException>(
                () => volume.Allocator.Free(handle, block, 1, isMetadata: false));
            Assert.Equal("Ext.FreedSystem", refused.Error.Reason.Name);
        }

        FsException outside = Assert.Throws<FsException>(
            () => volume.Allocator.Free(handle, volume.Super.BlockCount, 1, isMetadata: false));
        Assert.Equal("Ext.FreedOutside", outside.Error.Reason.Name);
        FsException twice = Assert.Throws<FsException>(
            () => volume.Allocator.Free(handle, volume.Super.BlockCount - 2, 1, isMetadata: false));
        Assert.Equal("Ext.FreedTwice", twice.Error.Reason.Name);
    }

    [Fact]
    public void ADamagedBitmap_IsNamed()
    {
        using SpaceVolume volume = new(8 << 20, 0, "-t", "ext4", "-b", "1024");
        long place = (long)volume.Groups.Read(0).BlockBitmap * 1024;
        byte[] bytes = new byte[1024];
        volume.Device.Read(place, bytes);
        bytes[700] ^= 4;
        volume.Device.Write(place, bytes);
        FsException damage = Assert.Throws<FsException>(() => volume.Allocator.AllocateInMemory(100, 1, null));
        Assert.Equal("Ext.BitmapChecksum", damage.Error.Reason.Name);
    }

    // Directories and links get their blocks one by one.
    [Theory]
    [MemberData(nameof(Images))]
    public void SingleBlocks_AreMappedAtOnce(string arguments)
    {
        using SpaceVolume volume = new(SizeFor(arguments), 1, arguments.Split(' '));
        InodeRecord inode = volume.File("f0");
        ulong last = 0;
        int breaks = 0;
        for (ulong block = 0; block < 30; block++)
        {
            ulong fileBlock = block;
            volume.Steps(inode, volume.Writer.AllocateBlockCredits(inode) + 1, change =>
            {
                ulong start = volume.Writer.AllocateBlock(change.Handle, inode, fileBlock).OrThrow().Value;
                breaks += start == last + 1 ? 0 : 1;
                last = start;
                inode.SizeBytes = (long)(fileBlock + 1) * volume.Super.BlockSize;
                return true;
            });
        }

        Assert.True(breaks <= 3);
        Assert.Equal(volume.HasExtents(inode), inode.Has(ExtInodeFlags.Extents));
        volume.AssertClean();
    }

    private static long SizeFor(string arguments) => arguments.Contains("65536", System.StringComparison.Ordinal)
        ? 512L << 20
        : arguments.Contains("4096", System.StringComparison.Ordinal) ? 300L << 20 : 40L << 20;
}
