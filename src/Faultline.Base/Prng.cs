// The one source of randomness: seeded, so that every run can be replayed.

using System;

namespace Faultline.Base;

/// <summary>A small deterministic generator (SplitMix64). Not for secrets. Not thread-safe: one per task.</summary>
/// <param name="seed">Any value; equal seeds give equal runs.</param>
public sealed class Prng(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    /// <returns>Any value.</returns>
    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number below a bound.</summary>
    /// <param name="bound">Exclusive, positive.</param>
    /// <returns>0 ≤ n &lt; bound.</returns>
    public long Below(long bound)
    {
        Check.That(bound > 0);
        return (long)(Next() % (ulong)bound);
    }

    /// <summary>True with a probability of one in <paramref name="n"/>.</summary>
    /// <param name="n">Positive.</param>
    /// <returns>True or false.</returns>
    public bool OneIn(int n) => Below(n) == 0;

    /// <summary>Fills a span with random bytes.</summary>
    /// <param name="destination">Where to.</param>
    public void Fill(Span<byte> destination)
    {
        for (int index = 0; index < destination.Length; index++)
        {
            destination[index] = unchecked((byte)Next());
        }
    }

    /// <summary>A random (version 4) UUID.</summary>
    /// <returns>The UUID.</returns>
    public Uuid NextUuid() => new(
        (Next() & 0xFFFF_FFFF_FFFF_0FFFUL) | 0x4000UL,
        (Next() & 0x3FFF_FFFF_FFFF_FFFFUL) | 0x8000_0000_0000_0000UL);
}
