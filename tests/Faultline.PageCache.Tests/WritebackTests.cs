// Goal: a sync ends while others go on, and each error is told once, whoever asks at the same time.

using System;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.PageCache.Writing;

namespace Faultline.PageCache.Tests;

public sealed class WritebackTests
{
    [Fact]
    public async Task Drain_WaitsForWhatCameBefore_NotForWhatComesMeanwhile()
    {
        using PoolFixture fixture = new(fileBytes: 4096);
        WritebackDomain domain = new(fixture.Pool, "testfs");
        EndlessEnd endless = new(domain.IoEnds);
        domain.IoEnds.Submit(endless);
        try
        {
            await Task.Run(domain.IoEnds.Drain).WaitAsync(TimeSpan.FromSeconds(10));
            Assert.True(endless.Runs > 0);
        }
        finally
        {
            endless.IsOver = true;
        }

        domain.Stop();
        Assert.Equal(0, domain.IoEnds.Pending);
    }

    [Fact]
    public async Task Errors_AreToldOnce_WhoeverAsksAtTheSameTime()
    {
        const int Records = 100_000;
        ErrorSequence errors = new();
        long cursor = errors.Sample();
        long told = 0;
        bool isOver = false;
        void Ask()
        {
            while (!Volatile.Read(ref isOver))
            {
                Count();
            }
        }

        void Count()
        {
            if (errors.CheckAndAdvance(ref cursor) != Errno.OK)
            {
                _ = Interlocked.Increment(ref told);
            }
        }

        Task[] askers = [Task.Run(Ask), Task.Run(Ask), Task.Run(Ask)];
        for (int index = 0; index < Records; index++)
        {
            errors.Record(Errno.EIO);
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(askers);
        Count();
        Assert.InRange(told, 1, Records);
        Assert.Equal(Errno.OK, errors.CheckAndAdvance(ref cursor));
    }

    private sealed class EndlessEnd(IoEndWorker worker) : IIoEnd
    {
        private int _runs;

        public IIoEnd? Next { get; set; }

        internal volatile bool IsOver;

        internal int Runs => Volatile.Read(ref _runs);

        public void Run()
        {
            _ = Interlocked.Increment(ref _runs);
            if (!IsOver)
            {
                worker.Submit(this);
            }
        }
    }
}
