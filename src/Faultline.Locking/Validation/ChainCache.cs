// The acquisition chains (held stack plus the lock taken) that were checked before: a hit means
// that no new order of classes can come of this acquisition. Looked up by a 64-bit hash without a
// lock and without allocation; the full chain is compared on a hit, so that a collision hides
// nothing. A colliding chain is not cached and is checked every time.

using System;
using System.Collections.Concurrent;

namespace Faultline.Locking.Validation;

/// <summary>Chains known to be good.</summary>
internal sealed class ChainCache
{
    private readonly ConcurrentDictionary<ulong, int[]> _chains = new();

    public int Count => _chains.Count;

    /// <summary>One step of the rolling hash.</summary>
    public static ulong Mix(ulong hash, int token)
    {
        unchecked
        {
            ulong mixed = (hash ^ (uint)token) * 0x9E3779B97F4A7C15UL;
            return mixed ^ (mixed >> 29);
        }
    }

    public bool Contains(ulong hash, ReadOnlySpan<HeldLock> held, int token)
    {
        if (!_chains.TryGetValue(hash, out int[]? chain) || chain.Length != held.Length + 1)
        {
            return false;
        }

        for (int index = 0; index < held.Length; index++)
        {
            if (chain[index] != held[index].Token)
            {
                return false;
            }
        }

        return chain[^1] == token;
    }

    public void Add(ulong hash, ReadOnlySpan<HeldLock> held, int token)
    {
        int[] chain = new int[held.Length + 1];
        for (int index = 0; index < held.Length; index++)
        {
            chain[index] = held[index].Token;
        }

        chain[^1] = token;
        _ = _chains.TryAdd(hash, chain);
    }
}
