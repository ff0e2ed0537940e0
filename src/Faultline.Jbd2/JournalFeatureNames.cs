// Names of journal features, as dumpe2fs spells them.

using System.Collections.Generic;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2;

/// <summary>Names of journal features.</summary>
internal static class JournalFeatureNames
{
    private static readonly (JournalIncompat Feature, string Name)[] s_names =
    [
        (JournalIncompat.Revoke, "journal_incompat_revoke"),
        (JournalIncompat.SixtyFourBit, "journal_64bit"),
        (JournalIncompat.AsyncCommit, "journal_async_commit"),
        (JournalIncompat.ChecksumV2, "journal_checksum_v2"),
        (JournalIncompat.ChecksumV3, "journal_checksum_v3"),
        (JournalIncompat.FastCommit, "fast_commit"),
    ];

    /// <summary>The features by name.</summary>
    /// <param name="incompat">Incompatible features.</param>
    /// <param name="hasCommitChecksum">Whether commit blocks carry a CRC.</param>
    /// <returns>Names separated by spaces; empty for none.</returns>
    internal static string Text(JournalIncompat incompat, bool hasCommitChecksum)
    {
        List<string> names = [];
        if (hasCommitChecksum)
        {
            names.Add("journal_checksum");
        }

        foreach ((JournalIncompat feature, string name) in s_names)
        {
            if ((incompat & feature) != 0)
            {
                names.Add(name);
            }
        }

        return string.Join(' ', names);
    }

    /// <summary>Nameless bits, in the spelling of the tools.</summary>
    /// <param name="mask">The bits.</param>
    /// <returns>Such as <c>FEATURE_I31 (mask 0x80000000)</c>.</returns>
    internal static string Unknown(uint mask)
    {
        List<string> names = [];
        for (int bit = 0; bit < 32; bit++)
        {
            if ((mask & (1U << bit)) != 0)
            {
                names.Add($"FEATURE_I{bit}");
            }
        }

        return $"{string.Join(' ', names)} (mask 0x{mask:x8})";
    }
}
