// The baseline: the runtime's reader/writer lock.

using System.Diagnostics;
using System.Threading;

namespace Faultline.Bench.Locks;

#pragma warning disable RS0030 // The banned lock is what the others are measured against.
internal sealed class SlimContender : Contender
{
    private readonly ReaderWriterLockSlim _lock = new();

    public override double TimeReads()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            _lock.EnterReadLock();
            _lock.ExitReadLock();
        }

        return NanosecondsSince(start);
    }

    public override double TimeWrites()
    {
        long start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < PairCount; pair++)
        {
            _lock.EnterWriteLock();
            _lock.ExitWriteLock();
        }

        return NanosecondsSince(start);
    }

    public override void Read()
    {
        _lock.EnterReadLock();
        ReadBody();
        _lock.ExitReadLock();
    }

    public override void Write()
    {
        _lock.EnterWriteLock();
        WriteBody();
        _lock.ExitWriteLock();
    }
}
