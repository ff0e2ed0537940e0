// The two exclusive locks: "reads" are the fair mutex, "writes" the spin latch.

using System.Diagnostics;
using Faultline.Locking;

namespace Faultline.Bench.Locks;

internal sealed class LatchContender : Contender
{
    private readonly FairMutex _mutex = new(LockClasses.RenameMutex.Key);
    private readonly SpinLatch _latch = new(LockClasses.CacheTree.Key);

    public override double TimeReads()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using MutexGuard guard = _mutex.Acquire();
        }

        return NanosecondsSince(start);
    }

    public override double TimeWrites()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using SpinGuard guard = _latch.Acquire();
        }

        return NanosecondsSince(start);
    }

    public override void Read()
    {
        using MutexGuard guard = _mutex.Acquire();
        ReadBody();
    }

    public override void Write()
    {
        using SpinGuard guard = _latch.Acquire();
        WriteBody();
    }
}
