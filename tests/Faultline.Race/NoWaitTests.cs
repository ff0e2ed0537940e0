// Goal: a NOWAIT read reaches no blocking point while another task holds the invalidate lock, the folio lock or the
// device, on a miss, on a hit and on a readahead mark. Method: controlled scheduling; the holder
// takes its lock and gives
// the turn away, the reader runs inside a scope that fails at any blocking point.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.PageCache.Reading;

namespace Faultline.Race;

public sealed class NoWaitTests
{
    private const long Page = 10;

    public enum Held
    {
        InvalidateLock,
        FolioLock,
        Device,
    }

    public enum Met
    {
        Miss,
        Hit,
        ReadaheadMark,
    }

    public static TheoryData<Held, Met> Cases()
    {
        TheoryData<Held, Met> cases = [];
        foreach (Held held in Enum.GetValues<Held>())
        {
            foreach (Met met in Enum.GetValues<Met>())
            {
                cases.Add(held, met);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoWaitRead_WhileAnotherHolds_NeverBlocks(Held held, Met met)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            RunOnce(held, met, seed);
        }
    }

    [Fact]
    public void BlockingRead_InsideAScopeThatForbidsIt_IsCaught()
    {
        using FolioPool pool = new(8L << 20);
        pool.Workers.Mode = ReadaheadMode.Off;
        StampedHost host = new(64);
        Mapping mapping = new(pool, host, "racefs", 1, InvalidatePolicy.RangeLock);
        byte[] buffer = new byte[4096];
        bool isCaught = false;
        try
        {
            using NonBlockingScope scope = NonBlocking.Forbid("a read that must not block");
            _ = mapping.Read(0, buffer, new ReadaheadState(0), ReadMode.Blocking);
        }
        catch (CheckFailedException)
        {
            isCaught = true;
        }

        mapping.Close();
        Assert.True(isCaught);
    }

    private static void RunOnce(Held held, Met met, ulong seed)
    {
        FolioPool pool = new(8L << 20);
        pool.Workers.Mode = ReadaheadMode.Tasks;
        StampedHost host = new(512);
        Mapping mapping = new(pool, host, "racefs", 1, InvalidatePolicy.RangeLock);
        ReadaheadState state = Prepare(mapping, met);
        Errno seen = Errno.OK;
        ControlledScheduler scheduler = new(new SeededRandomStrategy(seed));
        void Read()
        {
            byte[] buffer = new byte[4096];
            using NonBlockingScope scope = NonBlocking.Forbid("NOWAIT read");
            Result<int> read = mapping.Read(Page * 4096, buffer, state, ReadMode.NoWait);
            seen = read.IsOk ? Errno.OK : read.Error.Errno;
        }

        scheduler.Run(("holder", () => Hold(held, mapping, host)), ("reader", Read));
        bool mayMiss = met == Met.Miss || held == Held.Device;
        Assert.True(seen == Errno.OK || (mayMiss && seen == Errno.EAGAIN), $"{held} {met} seed {seed}: {seen}");
    }

    // Caches the page as the case wants it, outside the controlled part.
    private static ReadaheadState Prepare(Mapping mapping, Met met)
    {
        ReadaheadState state = new(256 << 10);
        byte[] buffer = new byte[4096];
        if (met == Met.Hit)
        {
            _ = mapping.Read(Page * 4096, buffer, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
        }
        else if (met == Met.ReadaheadMark)
        {
            mapping.FillWindow(new ReadaheadWindow(Page, Page, Page, 0));
        }

        return state;
    }

    private static void Hold(Held held, Mapping mapping, StampedHost host)
    {
        switch (held)
        {
            case Held.InvalidateLock:
                using (InvalidateGuard guard = mapping.InvalidateLock.Acquire(
                    InvalidateMode.Invalidate, 0, long.MaxValue))
                {
                    Scheduler.SyncPoint("held");
                    Scheduler.SyncPoint("still held");
                }

                break;
            case Held.FolioLock:
                Folio? folio = mapping.GetFolio(Page);
                if (folio is not null)
                {
                    folio.Lock();
                    Scheduler.SyncPoint("held");
                    Scheduler.SyncPoint("still held");
                    folio.Unlock();
                    folio.Put();
                }

                break;
            case Held.Device:
                host.OnFill = static () =>
                {
                    Scheduler.SyncPoint("in the device");
                    Scheduler.SyncPoint("still in the device");
                };
                byte[] buffer = new byte[4096];
                _ = mapping.Read((Page + 1) * 4096, buffer, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
                break;
        }
    }
}
