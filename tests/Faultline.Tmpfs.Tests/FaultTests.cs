// Goal: punching, truncating and allocating against tasks that store through page faults: everything ends, a
// page that is
// outside is not waited for, and what is charged is what is there. Scenarios TMP-01 to TMP-03. Method:
// controlled schedules
// of MakeWritable, which is what a store through a memory map does first.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Tests;

public sealed class FaultTests
{
    private const int Page = Folio.PageSize;
    private const int Pages = 4;
    private const FallocateFlags Punch = FallocateFlags.PunchHole | FallocateFlags.KeepSize;

    // TMP-01.
    [Theory]
    [InlineData("range")]
    [InlineData("queue")]
    [InlineData("rwsem")]
    public void Punch_AgainstTasksThatStoreAllTheTime_Ends(string policy)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            bool isPunched = false;
            Run(
                policy,
                seed,
                file =>
                {
                    file.Fallocate(Punch, 0, Pages * Page).ThrowIfError();
                    isPunched = true;
                },
                file => StoreUntil(file, ref isPunched),
                file => StoreUntil(file, ref isPunched));
        }
    }

    [Theory]
    [InlineData("range")]
    [InlineData("queue")]
    [InlineData("rwsem")]
    [InlineData("entries")]
    public void EverySpaceCall_AgainstStoresAndWrites_ChargesWhatIsThere(string policy)
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            Run(
                policy,
                seed,
                static file => file.Fallocate(Punch, 100, (2 * Page) + 7),
                static file => file.Fallocate(FallocateFlags.None, Page, 4 * Page),
                static file => file.Fallocate(FallocateFlags.ZeroRange, 10, Page),
                static file => file.Truncate(Page + 5),
                static file => file.Write(50, new byte[2 * Page]),
                static file => Store(file.Inode, 1),
                static file => file.Read(0, new byte[3 * Page]));
        }
    }

    // TMP-02.
    [Fact]
    public void AllocationThatDoesNotFit_LeavesWhatWasThere()
    {
        using Volume volume = new("rw,size=32k");
        using OpenFile file = Make(volume);
        _ = file.Write(5 * Page, new byte[Page]).OrThrow();
        Assert.Equal(Errno.ENOSPC, Volume.Outcome(file.Fallocate(FallocateFlags.None, 0, 100 * Page)));
        Assert.Equal(Pages + 1, volume.Tmpfs.UsedPages);
        Assert.Equal(6 * Page, file.SizeBytes);
        file.Fallocate(FallocateFlags.None, 0, 8 * Page).ThrowIfError();
        Assert.Equal(8, volume.Tmpfs.UsedPages);
    }

    // TMP-03: the fault is over before the punch may go on.
    [Fact]
    public void StoreOutsideAPunchedRange_DoesNotWait()
    {
        using Volume volume = new();
        using OpenFile file = Make(volume);
        bool isStored = false;
        (string, Action)[] tasks =
        [
            ("puncher", () =>
            {
                using InvalidateGuard guard = file.Inode.Mapping.InvalidateLock.Acquire(
                    InvalidateMode.Invalidate, 0, 1);
                while (!isStored)
                {
                    Scheduler.Yield();
                }
            }),
            ("storer", () =>
            {
                Store(file.Inode, 3);
                isStored = true;
            }),
        ];
        _ = new ControlledScheduler(new SeededRandomStrategy(1)) { SwitchLimit = 10_000 }.Run(tasks);
        Assert.True(isStored);
    }

    // The two ways of SCENARIOS B.6: with the queue, a punch does not wait for a fill that came before it.
    [Theory]
    [InlineData("queue", true)]
    [InlineData("range", false)]
    public void PunchDuringAFill_GoesOn_WithTheQueueAlone(string policy, bool goesOn)
    {
        using Volume volume = new($"rw,invalidate={policy}");
        using OpenFile file = Make(volume);
        bool isPunched = false;
        bool wasPunchedDuringFill = false;
        (string, Action)[] tasks =
        [
            ("filler", () =>
            {
                using InvalidateGuard guard = file.Inode.Mapping.InvalidateLock.Acquire(InvalidateMode.Fill, 0, 3);
                for (int turn = 0; turn < 100; turn++)
                {
                    Scheduler.Yield();
                }

                wasPunchedDuringFill = isPunched;
            }),
            ("puncher", () =>
            {
                file.Fallocate(Punch, 0, Pages * Page).ThrowIfError();
                isPunched = true;
            }),
        ];
        _ = new ControlledScheduler(new SeededRandomStrategy(4)).Run(tasks);
        Assert.Equal(goesOn, wasPunchedDuringFill);
        Assert.True(isPunched);
    }

    [Fact]
    public void StoreOnAFullVolume_IsRefused_AndTheOthersGoOn()
    {
        using Volume volume = new("rw,size=20k");
        using OpenFile file = Make(volume);
        file.Truncate(8 * Page).ThrowIfError();
        Store(file.Inode, 5);
        Assert.Equal(Errno.ENOSPC, MakeWritable.Run(file.Inode, 6).Error.Errno);
        Assert.Equal(Errno.ENOSPC, file.Write(7 * Page, new byte[1]).Error.Errno);
        Store(file.Inode, 5);
        Assert.Equal(0, file.Read(6 * Page, new byte[1]).Value - 1);
        Assert.Equal(5, volume.Tmpfs.UsedPages);
    }

    private static void StoreUntil(OpenFile file, ref bool isDone)
    {
        for (int turn = 0; !isDone; turn++)
        {
            Store(file.Inode, turn % Pages);
        }
    }

    private static void Store(Inode inode, int page)
    {
        using FreezeGuard freeze = inode.SuperBlock.Freeze.Enter(FreezeLevel.PageFault);
        Result<Folio> made = MakeWritable.Run(inode, page);
        if (made.IsOk)
        {
            Folio folio = made.Value;
            folio.Bytes((int)(((long)page * Page) - folio.Position), 1)[0] = 0xAA;
            folio.Unlock();
            folio.Put();
        }
    }

    private static OpenFile Make(Volume volume)
    {
        OpenFile file = volume.Root.Open("/f"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR).OrThrow();
        byte[] content = new byte[Pages * Page];
        content.AsSpan().Fill(0x55);
        Assert.Equal(content.Length, file.Write(0, content).OrThrow());
        return file;
    }

    private static void Run(string policy, ulong seed, params Action<OpenFile>[] actors)
    {
        using Volume volume = new($"rw,invalidate={policy}");
        using OpenFile file = Make(volume);
        (string, Action)[] tasks = new (string, Action)[actors.Length];
        for (int index = 0; index < actors.Length; index++)
        {
            Action<OpenFile> actor = actors[index];
            tasks[index] = ($"actor{index}", () => actor(file));
        }

        _ = new ControlledScheduler(new SeededRandomStrategy(seed)) { SwitchLimit = 100_000 }.Run(tasks);
        Inode inode = file.Inode;
        Assert.Equal((ulong)(volume.Tmpfs.UsedPages * 8), inode.Attributes.Sectors);
        Assert.True(inode.Mapping.DirtyBytes <= volume.Tmpfs.UsedPages * Page, $"seed {seed}: dirty and not charged");
        file.Truncate(0).ThrowIfError();
        Assert.Equal((0L, 0L), (volume.Tmpfs.UsedPages, inode.Mapping.DirtyBytes));
    }
}
