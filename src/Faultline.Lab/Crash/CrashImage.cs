// The durable bytes of a device as a trace goes on, and a hash of them that changes with each sector: what is hashed of
// a state is what it changes. One thread.

using System;
using System.Buffers.Binary;

namespace Faultline.Lab.Crash;

/// <summary>The durable bytes of a device.</summary>
internal sealed class CrashImage
{
    /// <summary>What a device writes whole, or not at all.</summary>
    internal const int SectorBytes = 512;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _salt;

    internal CrashImage(byte[] bytes, int device)
    {
        Bytes = bytes;
        _salt = (ulong)device << 56;
    }

    /// <summary>The bytes.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Sum of the hashes of what changed since the start.</summary>
    internal ulong Hash { get; private set; }

    /// <summary>Makes sectors durable.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="data">Whole sectors.</param>
    internal void Apply(long offset, ReadOnlySpan<byte> data)
    {
        for (int at = 0; at < data.Length; at += SectorBytes)
        {
            Hash = unchecked(Hash + Change(offset + at, data.Slice(at, SectorBytes)));
        }

        data.CopyTo(Bytes.AsSpan((int)offset));
    }

    /// <summary>What the hash would change by if a sector held other bytes.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="sector">The bytes.</param>
    /// <returns>To be added.</returns>
    internal ulong Change(long offset, ReadOnlySpan<byte> sector)
    {
        ReadOnlySpan<byte> now = Bytes.AsSpan((int)offset, SectorBytes);
        return now.SequenceEqual(sector) ? 0 : unchecked(HashOf(offset, sector) - HashOf(offset, now));
    }

    private ulong HashOf(long offset, ReadOnlySpan<byte> sector)
    {
        ulong hash = Mix(_salt + (ulong)offset);
        for (int at = 0; at < sector.Length; at += sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(sector.Slice(at)));
        }

        return hash;
    }

    // OK: a hash wraps.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value *= Multiplier;
            return value ^ (value >> 29);
        }
    }
}
