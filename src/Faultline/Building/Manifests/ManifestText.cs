// The text of manifests: words between blanks, with what cannot stand in a word escaped.
//
//     \ooo  a byte, octal      \s \t \n \r  blank, tab, newline, return      \\ \#  themselves      \ at the end: the
// line goes on

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Faultline.Building.Manifests;

/// <summary>The text of manifests.</summary>
/// <source>mtree(5), vis(3)</source>
internal static class ManifestText
{
    private const int OctalDigits = 3;

    /// <summary>The lines that say something, joined where they go on.</summary>
    /// <param name="reader">The text.</param>
    /// <returns>Number of the first line, and the words.</returns>
    internal static IEnumerable<(int Line, string[] Words)> Lines(TextReader reader)
    {
        int number = 0;
        int first = 1;
        StringBuilder joined = new();
        while (reader.ReadLine() is string line)
        {
            number++;
            string trimmed = line.TrimEnd();
            bool goesOn = trimmed.EndsWith('\\') && !trimmed.EndsWith("\\\\", StringComparison.Ordinal);
            first = joined.Length == 0 ? number : first;
            _ = joined.Append(goesOn ? trimmed.AsSpan(0, trimmed.Length - 1) : trimmed).Append(' ');
            if (goesOn)
            {
                continue;
            }

            string text = joined.ToString().Trim();
            _ = joined.Clear();
            if (text.Length > 0 && text[0] != '#')
            {
                yield return (first, text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
            }
        }

        if (joined.Length > 0)
        {
            yield return (first, joined.ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>The bytes that a word stands for.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The bytes; null when an escape is none.</returns>
    internal static byte[]? Unescape(string word)
    {
        List<byte> bytes = new(word.Length);
        int at = 0;
        while (at < word.Length)
        {
            int escape = word.IndexOf('\\', at);
            int end = escape < 0 ? word.Length : escape;
            bytes.AddRange(new Paths.UnixPath(word[at..end]).Span);
            if (escape < 0)
            {
                break;
            }

            if (Escaped(word.AsSpan(escape + 1), out int used) is not byte one)
            {
                return null;
            }

            bytes.Add(one);
            at = escape + 1 + used;
        }

        return [.. bytes];
    }

    private static byte? Escaped(ReadOnlySpan<char> text, out int used)
    {
        used = 1;
        if (text.Length >= OctalDigits && text.Slice(0, OctalDigits).IndexOfAnyExceptInRange('0', '7') < 0)
        {
            used = OctalDigits;
            int value = ((text[0] - '0') << 6) | ((text[1] - '0') << 3) | (text[2] - '0');
            return value <= byte.MaxValue ? (byte)value : null;
        }

        return (text.IsEmpty ? '\0' : text[0]) switch
        {
            's' => (byte)' ',
            't' => (byte)'\t',
            'n' => (byte)'\n',
            'r' => (byte)'\r',
            '\\' => (byte)'\\',
            '#' => (byte)'#',
            _ => null,
        };
    }
}
