// Volumes whose bytes depend on what was asked for and on nothing else: SOURCE_DATE_EPOCH is the time of everything,
// and what is otherwise random is derived from type, label and size.

using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Faultline.Base;
using Faultline.Ext.Making;

namespace Faultline.Cli.Making;

/// <summary>Makes options that leave nothing to chance.</summary>
internal static class Reproducible
{
    private const string Variable = "SOURCE_DATE_EPOCH";
    private const byte Version = 0x80; // RFC 9562, 5.8: bytes of the maker's own choice
    private const byte Variant = 0x80;

    /// <summary>Fixes time, UUID and hash seed, if asked for by the option or by the environment.</summary>
    /// <param name="options">The options.</param>
    /// <param name="isWanted">Whether the option was given.</param>
    /// <returns>The options.</returns>
    internal static FormatOptions Apply(FormatOptions options, bool isWanted)
    {
        UnixTime? epoch = Epoch();
        if (!isWanted && epoch is null)
        {
            return options;
        }

        return options with
        {
            Now = options.Now ?? epoch ?? default(UnixTime),
            Uuid = options.Uuid ?? Derive("uuid", options),
            HashSeed = options.HashSeed ?? Derive("hash seed", options),
        };
    }

    /// <summary>SOURCE_DATE_EPOCH.</summary>
    /// <returns>The time, or null when it is not set.</returns>
    /// <exception cref="UsageException">It is no number.</exception>
    internal static UnixTime? Epoch()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(text)
            ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
                ? new UnixTime(seconds, 0)
                : throw new UsageException($"{Variable}={text}: not a number of seconds");
    }

    private static Uuid Derive(string purpose, FormatOptions options)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"faultline {purpose}\n{options.Type}\n{options.Label}\n{options.SizeBytes}\n");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        hash[6] = (byte)((hash[6] & 0x0F) | Version);
        hash[8] = (byte)((hash[8] & 0x3F) | Variant);
        return Uuid.Read(hash.AsSpan(0, Bytes16.Length));
    }
}
