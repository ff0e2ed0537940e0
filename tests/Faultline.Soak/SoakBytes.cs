// The bytes that the actors store: each depends on where it stands in its file and on nothing else, and none is
// zero. A byte of a file is therefore zero or the right one, whoever wrote, punched, or truncated meanwhile. Where data
// move by pages within files, only the place in the page counts.

using System;

namespace Faultline.Soak;

internal sealed class SoakBytes(bool movesData)
{
    private readonly long _mask = movesData ? 4095 : long.MaxValue;

    /// <summary>Fills a buffer as the bytes at a position.</summary>
    internal void Fill(long position, Span<byte> bytes)
    {
        for (int index = 0; index < bytes.Length; index++)
        {
            bytes[index] = At(position + index);
        }
    }

    /// <summary>Index of the first byte that is neither zero nor right, or -1.</summary>
    internal int FirstWrong(long position, ReadOnlySpan<byte> bytes)
    {
        for (int index = 0; index < bytes.Length; index++)
        {
            if (bytes[index] != 0 && bytes[index] != At(position + index))
            {
                return index;
            }
        }

        return -1;
    }

    private byte At(long position)
    {
        position &= _mask;
        ulong mixed = unchecked((ulong)(position >> 3) * 0x9E37_79B9_7F4A_7C15UL);
        return (byte)(((mixed >> (int)(32 + (position & 7))) & 0xFE) | 1);
    }
}
