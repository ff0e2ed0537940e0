// The fair reader/writer semaphore.

using System.Diagnostics;
using Faultline.Locking;

namespace Faultline.Bench.Locks;

internal sealed class SemaphoreContender : Contender
{
    private readonly RwSemaphore _lock = new(LockClasses.InodeFile.Key);

    public override double TimeReads()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using SharedGuard guard = _lock.AcquireShared();
        }

        return NanosecondsSince(start);
    }

    public override double TimeWrites()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using ExclusiveGuard guard = _lock.AcquireExclusive();
        }

        return NanosecondsSince(start);
    }

    public override void Read()
    {
        using SharedGuard guard = _lock.AcquireShared();
        ReadBody();
    }

    public override void Write()
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        WriteBody();
    }
}
