// Names of casefolded directories compare by their folded form: canonical decomposition, full case
// folding, without default-ignorable characters, of Unicode 12.1. A name that is no valid UTF-8 has
// no folded form and is compared byte for byte.

using System;
using System.Buffers;
using System.Text;

namespace Faultline.Ext.Folding;

/// <summary>Folds and compares names.</summary>
internal static class NameFolding
{
    /// <summary>Bytes that a folded name of 255 bytes can take: every byte may become a character
    /// of two bytes, and the longest foldings triple a character.</summary>
    internal const int FoldedBytesMax = 1024;

    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int HangulLead = 0x1100;
    private const int HangulVowel = 0x1161;
    private const int HangulTail = 0x11A7;
    private const int HangulVowelCount = 21;
    private const int HangulTailCount = 28;
    private const int CharactersMax = 1024;

    /// <summary>Whether a name is valid UTF-8.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True when it is.</returns>
    internal static bool IsValid(ReadOnlySpan<byte> name) => System.Text.Unicode.Utf8.IsValid(name);

    /// <summary>Whether two names fold to the same.</summary>
    /// <param name="left">A name.</param>
    /// <param name="right">Another name.</param>
    /// <returns>False also when one of them cannot be folded.</returns>
    internal static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> leftFolded = stackalloc byte[FoldedBytesMax];
        Span<byte> rightFolded = stackalloc byte[FoldedBytesMax];
        return TryFold(left, leftFolded, out int leftLength)
            && TryFold(right, rightFolded, out int rightLength)
            && leftFolded.Slice(0, leftLength).SequenceEqual(rightFolded.Slice(0, rightLength));
    }

    /// <summary>Folds a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="folded">Where the folded name goes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>False when the name is no valid UTF-8 or does not fit.</returns>
    internal static bool TryFold(ReadOnlySpan<byte> name, Span<byte> folded, out int length)
    {
        length = 0;
        Span<int> codes = stackalloc int[CharactersMax];
        int count = 0;
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int used) != OperationStatus.Done)
            {
                return false;
            }

            if (!TryAppend(rune.Value, codes, ref count))
            {
                return false;
            }

            name = name.Slice(used);
        }

        OrderMarks(codes.Slice(0, count));
        foreach (int code in codes.Slice(0, count))
        {
            if (!new Rune(code).TryEncodeToUtf8(folded.Slice(length), out int written))
            {
                return false;
            }

            length += written;
        }

        return true;
    }

    private static bool TryAppend(int code, Span<int> codes, ref int count)
    {
        if (count + 8 > codes.Length)
        {
            return false;
        }

        int hangul = code - HangulFirst;
        if ((hangul >= 0) && (hangul < HangulCount))
        {
            int tail = hangul % HangulTailCount;
            int vowel = hangul / HangulTailCount % HangulVowelCount;
            codes[count++] = HangulLead + (hangul / (HangulTailCount * HangulVowelCount));
            codes[count++] = HangulVowel + vowel;
            if (tail != 0)
            {
                codes[count++] = HangulTail + tail;
            }

            return true;
        }

        int[]? mapping = FoldingTable.Instance.Mapping(code);
        if (mapping is null)
        {
            codes[count++] = code;
            return true;
        }

        mapping.CopyTo(codes.Slice(count));
        count += mapping.Length;
        return true;
    }

    // Marks that follow one another stand in the order of their classes; equal ones keep theirs.
    private static void OrderMarks(Span<int> codes)
    {
        FoldingTable table = FoldingTable.Instance;
        for (int index = 1; index < codes.Length; index++)
        {
            int code = codes[index];
            byte value = table.CombiningClass(code);
            int place = index;
            while ((value != 0) && (place > 0) && (table.CombiningClass(codes[place - 1]) > value))
            {
                codes[place] = codes[place - 1];
                place--;
            }

            codes[place] = code;
        }
    }
}
