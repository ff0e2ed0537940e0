// Hashes of names in hash trees. No document has them; the packing of bytes into words and the
// choice of result words were found by comparing with the tools' own calculator over many names,
// which the tests repeat.
//
// A name is cut in pieces of 32 (MD4) or 16 (TEA) bytes; a piece becomes words, most significant
// byte first, where each word starts out as a pad made of the length that remains. The lowest bit
// of a hash marks collisions in the tree, so a hash never has it, and the greatest hash is kept
// back for the end of a directory.

using System;
using System.Numerics;
using Faultline.Base;

namespace Faultline.Ext.Directories;

/// <summary>Hashes of names.</summary>
internal static class HtreeHash
{
    private const int Md4Words = 8;
    private const int TeaWords = 4;
    private const uint EndHash = 0xFFFF_FFFE;
    private const uint Md4Constant2 = 0x5A82_7999;
    private const uint Md4Constant3 = 0x6ED9_EBA1;
    private const uint TeaDelta = 0x9E37_79B9;

    /// <summary>Hash of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">Which hash; not SipHash.</param>
    /// <param name="seed">Sixteen bytes of the superblock; all zero means none.</param>
    /// <param name="minor">Second word, or 0.</param>
    /// <returns>The hash, lowest bit clear.</returns>
    internal static uint Compute(
        ReadOnlySpan<byte> name, HashVersion version, ReadOnlySpan<byte> seed, out uint minor)
    {
        Check.That(version < HashVersion.SipHash);
        bool isSigned = version <= HashVersion.Tea;
        Span<uint> state = stackalloc uint[4];
        Start(state, seed);
        uint hash;
        switch (version)
        {
            case HashVersion.HalfMd4 or HashVersion.HalfMd4Unsigned:
                HalfMd4(name, state, isSigned);
                hash = state[1];
                minor = state[2];
                break;

            case HashVersion.Tea or HashVersion.TeaUnsigned:
                Tea(name, state, isSigned);
                hash = state[0];
                minor = state[1];
                break;

            default:
                hash = Legacy(name, isSigned);
                minor = 0;
                break;
        }

        hash &= ~1U;
        return hash == EndHash ? EndHash - 2 : hash;
    }

    private static void Start(Span<uint> state, ReadOnlySpan<byte> seed)
    {
        if (seed.IndexOfAnyExcept((byte)0) < 0)
        {
            // MD4's own start.
            state[0] = 0x6745_2301;
            state[1] = 0xEFCD_AB89;
            state[2] = 0x98BA_DCFE;
            state[3] = 0x1032_5476;
            return;
        }

        for (int index = 0; index < state.Length; index++)
        {
            state[index] = Disk.View<LeUInt32>(seed, index * sizeof(uint));
        }
    }

    // OK: because every sum of a hash wraps; from here on arithmetic is unchecked on purpose.
    private static uint Legacy(ReadOnlySpan<byte> name, bool isSigned)
    {
        unchecked
        {
            uint newer = 0x12A3_FE2D;
            uint older = 0x37AB_E8F9;
            foreach (byte value in name)
            {
                uint word = isSigned ? (uint)(sbyte)value : value;
                uint scaled = word * 7152373;
                uint next = older + (newer ^ scaled);
                if ((next & 0x8000_0000) != 0)
                {
                    next -= 0x7FFF_FFFF;
                }

                older = newer;
                newer = next;
            }

            return newer << 1;
        }
    }

    private static void HalfMd4(ReadOnlySpan<byte> name, Span<uint> state, bool isSigned)
    {
        Span<uint> words = stackalloc uint[Md4Words];
        while (!name.IsEmpty)
        {
            Pack(name, words, isSigned);
            HalfMd4Piece(state, words);
            name = name.Slice(Math.Min(name.Length, Md4Words * sizeof(uint)));
        }
    }

    private static void HalfMd4Piece(Span<uint> state, ReadOnlySpan<uint> words)
    {
        ReadOnlySpan<byte> order1 = [0, 1, 2, 3, 4, 5, 6, 7];
        ReadOnlySpan<byte> order2 = [1, 3, 5, 7, 0, 2, 4, 6];
        ReadOnlySpan<byte> order3 = [3, 7, 2, 6, 1, 5, 0, 4];
        ReadOnlySpan<byte> turns1 = [3, 7, 11, 19];
        ReadOnlySpan<byte> turns2 = [3, 5, 9, 13];
        ReadOnlySpan<byte> turns3 = [3, 9, 11, 15];
        uint a = state[0];
        uint b = state[1];
        uint c = state[2];
        uint d = state[3];
        unchecked
        {
            for (int step = 0; step < 3 * Md4Words; step++)
            {
                int inRound = step % Md4Words;
                uint mixed = (step / Md4Words) switch
                {
                    0 => d ^ (b & (c ^ d)),
                    1 => (b & c) + ((b ^ c) & d) + Md4Constant2,
                    _ => (b ^ c ^ d) + Md4Constant3,
                };
                mixed += (step / Md4Words) switch
                {
                    0 => words[order1[inRound]],
                    1 => words[order2[inRound]],
                    _ => words[order3[inRound]],
                };
                int turn = (step / Md4Words) switch
                {
                    0 => turns1[inRound % 4],
                    1 => turns2[inRound % 4],
                    _ => turns3[inRound % 4],
                };
                uint turned = BitOperations.RotateLeft(a + mixed, turn);
                (a, d, c, b) = (d, c, b, turned);
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
        }
    }

    private static void Tea(ReadOnlySpan<byte> name, Span<uint> state, bool isSigned)
    {
        Span<uint> words = stackalloc uint[TeaWords];
        while (!name.IsEmpty)
        {
            Pack(name, words, isSigned);
            TeaPiece(state, words);
            name = name.Slice(Math.Min(name.Length, TeaWords * sizeof(uint)));
        }
    }

    private static void TeaPiece(Span<uint> state, ReadOnlySpan<uint> key)
    {
        unchecked
        {
            uint left = state[0];
            uint right = state[1];
            uint sum = 0;
            for (int round = 0; round < 16; round++)
            {
                sum += TeaDelta;
                left += ((right << 4) + key[0]) ^ (right + sum) ^ ((right >> 5) + key[1]);
                right += ((left << 4) + key[2]) ^ (left + sum) ^ ((left >> 5) + key[3]);
            }

            state[0] += left;
            state[1] += right;
        }
    }

    private static void Pack(ReadOnlySpan<byte> name, Span<uint> words, bool isSigned)
    {
        unchecked
        {
            uint pad = (uint)name.Length | ((uint)name.Length << 8);
            pad |= pad << 16;
            words.Fill(pad);
            int length = Math.Min(name.Length, words.Length * sizeof(uint));
            for (int index = 0; index < length; index++)
            {
                uint value = isSigned ? (uint)(sbyte)name[index] : name[index];
                ref uint word = ref words[index / sizeof(uint)];
                word = (word << 8) + value;
            }
        }
    }
}
