// Sizes as util-linux and coreutils read them: 4096, 1M, 1MiB are powers of 1024; 1MB of 1000.

using System;
using System.Globalization;

namespace Faultline.Cli.Editing;

/// <summary>Parses sizes.</summary>
internal static class SizeText
{
    private const string Units = "KMGTPE";

    /// <summary>Parses a size.</summary>
    /// <param name="text">A number, perhaps with a unit.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="UsageException">It is none, or too large.</exception>
    internal static long Parse(string text)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        string unit = text[digits..].ToUpperInvariant();
        long factor = unit.Length == 0 || unit == "B" ? 1 : FactorOf(unit);
        bool isNumber = long.TryParse(
            text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        return isNumber && factor > 0 && number <= long.MaxValue / factor
            ? number * factor
            : throw new UsageException($"{text}: not a size; say 4096, 64K, 1M, 1MiB or 1MB");
    }

    private static long FactorOf(string unit)
    {
        int power = Units.IndexOf(unit[0], StringComparison.Ordinal) + 1;
        long step = unit[1..] switch { "" or "IB" => 1024, "B" => 1000, _ => 0 };
        long factor = power > 0 ? 1 : 0;
        for (int index = 0; index < power; index++)
        {
            factor *= step;
        }

        return factor;
    }
}
