// What an argument names: an image, a partition of it, a path inside.
//
//   IMAGE            the image            IMAGE@N          its partition N
//   IMAGE:/path      a path inside        IMAGE@N:/path    a path inside partition N
//
// A host path may itself hold ":/" or "@"; the split is where the part before it names an existing file.

using System;
using System.Globalization;
using System.IO;
using Faultline.Paths;

namespace Faultline.Cli;

/// <summary>An image, perhaps a partition, perhaps a path inside.</summary>
/// <param name="Image">Host path.</param>
/// <param name="Partition">Partition number, or null.</param>
/// <param name="Path">Path inside, or null when none was given.</param>
internal sealed record ImageAddress(string Image, int? Partition, UnixPath? Path)
{
    /// <summary>The path inside, the root when none was given.</summary>
    internal UnixPath PathOrRoot => Path ?? UnixPath.Root;

    internal static ImageAddress Parse(string text)
    {
        if (File.Exists(text))
        {
            return new ImageAddress(text, null, null);
        }

        for (int colon = text.IndexOf(':'); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            bool splits = colon + 1 == text.Length || text[colon + 1] == '/';
            if (splits && TryImage(text[..colon], out string image, out int? partition))
            {
                string rest = text[(colon + 1)..];
                return new ImageAddress(image, partition, rest.Length == 0 ? UnixPath.Root : new UnixPath(rest));
            }
        }

        if (TryImage(text, out string bare, out int? number))
        {
            return new ImageAddress(bare, number, null);
        }

        // Nothing exists: split at the first place that could be meant, so that the error names the image.
        int first = text.IndexOf(":/", StringComparison.Ordinal);
        return first > 0
            ? new ImageAddress(text[..first], null, new UnixPath(text[(first + 1)..]))
            : new ImageAddress(text, null, null);
    }

    /// <summary>Whether the text names an image and not a plain host path: there is something after
    /// the image.</summary>
    internal static bool IsInside(string text) => Parse(text) is { Path: not null };

    public override string ToString() =>
        $"{Image}{(Partition is int number ? $"@{number}" : "")}{(Path is UnixPath path ? $":{path}" : "")}";

    private static bool TryImage(string text, out string image, out int? partition)
    {
        image = text;
        partition = null;
        if (File.Exists(text))
        {
            return true;
        }

        int at = text.LastIndexOf('@');
        if (at <= 0
            || !int.TryParse(
                text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        image = text[..at];
        partition = number;
        return File.Exists(image);
    }
}
