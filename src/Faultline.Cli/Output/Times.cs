// Times for people and scripts.

using System.Globalization;
using Faultline.Base;

namespace Faultline.Cli.Output;

/// <summary>Formats times, always in UTC.</summary>
internal static class Times
{
    /// <summary>Seconds since 1970 with nine decimals.</summary>
    internal static string Exact(UnixTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}.{time.Nanoseconds:d9}");

    /// <summary>Date and time to the second.</summary>
    internal static string Short(UnixTime time) =>
        time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Date and time to the nanosecond.</summary>
    internal static string Long(UnixTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Short(time)}.{time.Nanoseconds:d9} +0000");
}
