// Remembers which pages were dropped from probation not long ago.

using System.Threading;

namespace Faultline.PageCache.Reclaim;

/// <summary>Fingerprints of recently dropped pages, fixed size, lossy: a collision costs a good
/// place in a queue, no more.</summary>
internal sealed class GhostTable
{
    private const int SizeLog2 = 16;
    private readonly uint[] _fingerprints = new uint[1 << SizeLog2];

    internal void Add(ulong mappingId, long index)
    {
        ulong hash = Hash(mappingId, index);
        Volatile.Write(ref _fingerprints[hash >> (64 - SizeLog2)], Fingerprint(hash));
    }

    internal bool Contains(ulong mappingId, long index)
    {
        ulong hash = Hash(mappingId, index);
        return Volatile.Read(ref _fingerprints[hash >> (64 - SizeLog2)]) == Fingerprint(hash);
    }

    private static uint Fingerprint(ulong hash) => unchecked((uint)hash) | 1;

    private static ulong Hash(ulong mappingId, long index)
    {
        unchecked
        {
            ulong z = (mappingId * 0x9E3779B97F4A7C15UL) ^ (ulong)index;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
