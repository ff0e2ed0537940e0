// Sizes for people.

using System;
using System.Globalization;

namespace Faultline.Cli.Output;

/// <summary>Formats sizes.</summary>
internal static class Sizes
{
    private const string Units = "BKMGTPE";

    /// <summary>In KiB, rounded up, as df does without options.</summary>
    internal static string Kibibytes(ulong blocks, long blockSizeBytes) =>
        ((((UInt128)blocks * (ulong)blockSizeBytes) + 1023) / 1024).ToString(CultureInfo.InvariantCulture);

    /// <summary>With a unit of 1024, as df -h does: 1.5G.</summary>
    internal static string Human(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        string format = unit == 0 || bytes >= 10 ? "0" : "0.0";
        return bytes.ToString(format, CultureInfo.InvariantCulture) + (unit == 0 ? "" : Units[unit]);
    }
}
