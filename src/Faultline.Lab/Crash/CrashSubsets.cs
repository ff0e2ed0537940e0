// Which states of a window are tried: all subsets of up to eight writes in flight; of more, all prefixes, all but one,
// each alone, and 64 random ones. Then each write of more than a sector torn, after all that came before it.

using System.Collections.Generic;
using System.Numerics;
using Faultline.Base;

namespace Faultline.Lab.Crash;

/// <summary>The subsets of the writes in flight.</summary>
internal static class CrashSubsets
{
    /// <summary>Most writes of which all subsets are tried.</summary>
    internal const int ExhaustiveMax = 8;

    private const int RandomCount = 64;
    private const int TearsOfAWrite = 2;

    /// <summary>Lists the states of a window.</summary>
    /// <param name="window">Its number.</param>
    /// <param name="inFlight">The writes that are not durable, in order.</param>
    /// <param name="random">Where choices come from.</param>
    /// <returns>The states; some may hold the same bytes.</returns>
    internal static IEnumerable<CrashState> Of(int window, IReadOnlyList<TraceEvent> inFlight, Prng random)
    {
        int count = inFlight.Count;
        foreach (BigInteger subset in count <= ExhaustiveMax ? All(count) : Some(count, random))
        {
            yield return new CrashState(window, WithForced(inFlight, subset), -1, 0);
        }

        for (int index = 0; index < count; index++)
        {
            bool canTear = inFlight[index].Data.Length > CrashImage.SectorBytes && !IsWhole(inFlight[index]);
            for (int tear = 0; canTear && tear < TearsOfAWrite; tear++)
            {
                BigInteger before = tear == 0
                    ? (BigInteger.One << (index + 1)) - 1
                    : Random(count, random) | (BigInteger.One << index);
                yield return new CrashState(window, WithForced(inFlight, before), index, random.Next());
            }
        }
    }

    // The superblock's checksum lies in its second sector: like the kernel, the format counts on a device that writes
    // its 1024 bytes whole.
    private static bool IsWhole(TraceEvent write) =>
        write.Data.Length == 2 * CrashImage.SectorBytes && write.Device == 0 && write.Offset == 1024;

    // A write that was durable by itself came after everything that is there of later writes.
    private static BigInteger WithForced(IReadOnlyList<TraceEvent> inFlight, BigInteger subset)
    {
        bool isForced = false;
        for (int index = inFlight.Count - 1; index >= 0; index--)
        {
            if (isForced && inFlight[index].IsDurable)
            {
                subset |= BigInteger.One << index;
            }

            isForced |= !((subset >> index) & BigInteger.One).IsZero;
        }

        return subset;
    }

    private static IEnumerable<BigInteger> All(int count)
    {
        for (int subset = 0; subset < 1 << count; subset++)
        {
            yield return subset;
        }
    }

    private static IEnumerable<BigInteger> Some(int count, Prng random)
    {
        BigInteger all = (BigInteger.One << count) - 1;
        for (int index = 0; index <= count; index++)
        {
            yield return (BigInteger.One << index) - 1;
        }

        for (int index = 0; index < count; index++)
        {
            yield return all ^ (BigInteger.One << index);
            yield return BigInteger.One << index;
        }

        for (int index = 0; index < RandomCount; index++)
        {
            yield return Random(count, random);
        }
    }

    private static BigInteger Random(int count, Prng random)
    {
        BigInteger subset = BigInteger.Zero;
        for (int bits = 0; bits < count; bits += 64)
        {
            subset = (subset << 64) | random.Next();
        }

        return subset & ((BigInteger.One << count) - 1);
    }
}
