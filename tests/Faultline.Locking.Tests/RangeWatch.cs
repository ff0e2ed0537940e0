// Watches for two holders of conflicting modes at one index. The table is written out again here on
// purpose, so that a mistake in the product's table is a test failure.

using System.Threading;

namespace Faultline.Locking.Tests;

internal sealed class RangeWatch(int size)
{
    private readonly int[,] _holders = new int[size, 4];
    private int _violations;

    public int Violations => _violations;

    public static bool Conflict(InvalidateMode held, InvalidateMode wanted)
    {
        if (held == InvalidateMode.Invalidate || wanted == InvalidateMode.Invalidate)
        {
            return true;
        }

        bool isModifyFreeze = held == InvalidateMode.Modify && wanted == InvalidateMode.Freeze;
        bool isFreezeModify = held == InvalidateMode.Freeze && wanted == InvalidateMode.Modify;
        return isModifyFreeze || isFreezeModify;
    }

    public void Visit(InvalidateMode mode, long first, long last)
    {
        for (long index = first; index <= last; index++)
        {
            int count = Interlocked.Increment(ref _holders[index, (int)mode]);
            for (int other = 0; other < 4; other++)
            {
                int allowed = other == (int)mode ? 1 : 0;
                int seen = other == (int)mode ? count : Volatile.Read(ref _holders[index, other]);
                if (seen > allowed && Conflict(mode, (InvalidateMode)other))
                {
                    Interlocked.Increment(ref _violations);
                }
            }
        }

        for (long index = first; index <= last; index++)
        {
            Interlocked.Decrement(ref _holders[index, (int)mode]);
        }
    }
}
