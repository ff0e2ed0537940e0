// A counter that many threads raise without meeting in one cache line.

using System.Threading;

namespace Faultline.Locking.Validation;

/// <summary>A striped counter.</summary>
internal sealed class StripedCounter
{
    private const int StripeCount = 16;
    private const int WordsPerStripe = 8;

    private readonly long[] _stripes = new long[StripeCount * WordsPerStripe];

    public long Value
    {
        get
        {
            long sum = 0;
            for (int index = 0; index < _stripes.Length; index += WordsPerStripe)
            {
                sum += Volatile.Read(ref _stripes[index]);
            }

            return sum;
        }
    }

    public void Increment(int hint) =>
        Interlocked.Increment(ref _stripes[(hint & (StripeCount - 1)) * WordsPerStripe]);
}
