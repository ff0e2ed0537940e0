// Names for people: control characters would reach the terminal, and an image may choose its names.

using System.Globalization;
using System.Text;

namespace Faultline.Cli.Output;

/// <summary>Text with control characters, lone surrogates and backslashes escaped, so that two
/// names never look alike.</summary>
internal static class Printable
{
    internal static string Of(string text)
    {
        bool isPlain = true;
        foreach (char value in text)
        {
            isPlain &= !char.IsControl(value) && !char.IsSurrogate(value) && value != '\\' && !IsFormat(value);
        }

        return isPlain ? text : Escape(text);
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 8);
        for (int index = 0; index < text.Length; index++)
        {
            char value = text[index];
            if (char.IsHighSurrogate(value) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                _ = escaped.Append(value).Append(text[index + 1]);
                index++;
            }
            else if (value is >= '\uDC80' and <= '\uDCFF')
            {
                _ = escaped.Append($"\\x{value - 0xDC00:x2}");
            }
            else if (value == '\\')
            {
                _ = escaped.Append("\\\\");
            }
            else if (char.IsControl(value) || char.IsSurrogate(value) || IsFormat(value))
            {
                _ = escaped.Append($"\\u{(int)value:x4}");
            }
            else
            {
                _ = escaped.Append(value);
            }
        }

        return escaped.ToString();
    }

    // Controls of writing direction and the like: they show nothing and change how the rest of a line looks.
    private static bool IsFormat(char value) => char.GetUnicodeCategory(value) == UnicodeCategory.Format;
}
