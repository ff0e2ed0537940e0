// The invalidate lock, all requests on one range so that they contend: readers fill, writers
// invalidate.

using System.Diagnostics;
using Faultline.Locking;

namespace Faultline.Bench.Locks;

internal sealed class RangeContender(InvalidatePolicy policy) : Contender
{
    private readonly InvalidateLock _lock =
        InvalidateLock.Create(policy, LockClasses.Invalidate.Key);

    public override double TimeReads()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using InvalidateGuard guard = _lock.Acquire(InvalidateMode.Fill, 100, 131);
        }

        return NanosecondsSince(start);
    }

    public override double TimeWrites()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            using InvalidateGuard guard = _lock.Acquire(InvalidateMode.Invalidate, 100, 131);
        }

        return NanosecondsSince(start);
    }

    public override void Read()
    {
        using InvalidateGuard guard = _lock.Acquire(InvalidateMode.Fill, 100, 131);
        ReadBody();
    }

    public override void Write()
    {
        using InvalidateGuard guard = _lock.Acquire(InvalidateMode.Invalidate, 100, 131);
        WriteBody();
    }
}
