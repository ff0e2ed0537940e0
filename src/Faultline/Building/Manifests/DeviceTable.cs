// Lines of device tables, as genext2fs and makedevs read them:
//
//     NAME TYPE MODE UID GID MAJOR MINOR START INCREMENT COUNT
//
// TYPE is f (a file that is there), d, c, b, p, or r (a directory and all below it); a dash stands for nothing. With a
// COUNT, names end in numbers from START on, and minor numbers go up by INCREMENT.

using System.Collections.Generic;
using System.Globalization;
using Faultline.Abi;
using Faultline.Paths;

namespace Faultline.Building.Manifests;

/// <summary>Lines of device tables.</summary>
/// <source>genext2fs(8)</source>
internal static class DeviceTable
{
    private const int WordsMin = 5;
    private const int WordsMax = 10;
    private const uint CountMax = 65536;

    /// <summary>Whether a line is one of a device table: its second word is a letter.</summary>
    /// <param name="words">The words.</param>
    /// <returns>True when it is.</returns>
    internal static bool IsLine(string[] words) => words.Length >= WordsMin && words[1] is [>= 'a' and <= 'z'];

    /// <summary>Reads a line.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="words">The words.</param>
    /// <returns>The entries; null when it says nothing.</returns>
    internal static IReadOnlyList<ManifestEntry>? Parse(int line, string[] words)
    {
        uint? type = words[1] switch
        {
            "f" => ModeBits.S_IFREG,
            "d" or "r" => ModeBits.S_IFDIR,
            "c" => ModeBits.S_IFCHR,
            "b" => ModeBits.S_IFBLK,
            "p" => ModeBits.S_IFIFO,
            _ => null,
        };
        uint?[] numbers = new uint?[WordsMax];
        bool isSound = type is not null && words.Length <= WordsMax && ManifestText.Unescape(words[0]) is not null;
        for (int index = 2; index < words.Length && isSound; index++)
        {
            bool isNothing = words[index] is "-" or "-1";
            numbers[index] = isNothing ? null : index == 2 ? ManifestParser.Octal(words[2]) : Number(words[index]);
            isSound = isNothing || numbers[index] is not null;
        }

        uint count = numbers[9] ?? 0;
        if (!isSound || count > CountMax)
        {
            return null;
        }

        bool isDevice = words[1] is "c" or "b";
        string path = words[1] == "r" ? words[0].TrimEnd('/') + "/**" : words[0];
        List<ManifestEntry> entries = [];
        for (uint index = 0; index < uint.Max(count, 1); index++)
        {
            string numbered = count == 0
                ? path
                : string.Create(CultureInfo.InvariantCulture, $"{path}{(ulong)(numbers[7] ?? 0) + index}");
            ulong minor = (numbers[6] ?? 0) + ((ulong)(numbers[8] ?? 0) * index);
            entries.Add(new ManifestEntry
            {
                Line = line,
                Path = new UnixPath(ManifestText.Unescape(numbered)),
                Type = words[1] is "f" or "r" ? null : type,
                Mode = numbers[2],
                Uid = numbers[3],
                Gid = numbers[4],
                Device = isDevice ? (numbers[5] ?? 0, (uint)ulong.Min(minor, uint.MaxValue)) : null,
            });
        }

        if (words[1] == "r")
        {
            entries.Insert(0, entries[0] with { Path = new UnixPath(ManifestText.Unescape(words[0])) });
        }

        return entries;
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
