// Who makes whom wait. Derived from the plain conflicts: a holder blocks a wanted mode directly, or
// through somebody who queues between them, because all our locks are fair: a reader waits behind a
// queued writer, which waits for the first reader. Only a recursive reader passes the queue.
//
//   direct         E S R F M Z I    E exclusive, S shared, R recursive shared, F fill, M modify,
//   E exclusive    x x x . . . .    Z freeze, I invalidate. The families never meet in one lock.
//   S shared       x . . . . . .
//   R recursive    x . . . . . .
//   F fill         . . . . . . x
//   M modify       . . . . . x x
//   Z freeze       . . . . x . x
//   I invalidate   . . . x x x x

using System;

namespace Faultline.Locking.Validation;

/// <summary>Whether a lock held in one mode can keep another mode waiting.</summary>
internal static class ModeMatrix
{
    private const int ModeCount = 7;

    private static readonly bool[,] s_blocks = Build();

    /// <summary>True when <paramref name="held"/> can keep <paramref name="wanted"/>
    /// waiting.</summary>
    public static bool Blocks(LockMode held, LockMode wanted) => s_blocks[(int)held, (int)wanted];

    /// <summary>True when the two cannot be held together.</summary>
    public static bool Conflicts(LockMode held, LockMode wanted)
    {
        bool isRange = held >= LockMode.Fill && wanted >= LockMode.Fill;
        if (isRange)
        {
            return Ranges.ConflictMatrix.Conflicts(
                (InvalidateMode)(held - LockMode.Fill), (InvalidateMode)(wanted - LockMode.Fill));
        }

        bool isPlain = held < LockMode.Fill && wanted < LockMode.Fill;
        return isPlain && (held == LockMode.Exclusive || wanted == LockMode.Exclusive);
    }

    private static bool[,] Build()
    {
        bool[,] blocks = new bool[ModeCount, ModeCount];
        foreach (LockMode held in Enum.GetValues<LockMode>())
        {
            foreach (LockMode wanted in Enum.GetValues<LockMode>())
            {
                blocks[(int)held, (int)wanted] =
                    Conflicts(held, wanted) || BlocksThroughQueue(held, wanted);
            }
        }

        return blocks;
    }

    private static bool BlocksThroughQueue(LockMode held, LockMode wanted)
    {
        if (wanted == LockMode.RecursiveShared)
        {
            return false;
        }

        foreach (LockMode queued in Enum.GetValues<LockMode>())
        {
            if (Conflicts(held, queued) && Conflicts(queued, wanted))
            {
                return true;
            }
        }

        return false;
    }
}
