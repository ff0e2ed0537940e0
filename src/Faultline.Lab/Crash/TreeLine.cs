// One line about one name: the same text for a model's inode and for one that was found.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Faultline.Lab.Crash;

/// <summary>Text about a name.</summary>
internal static class TreeLine
{
    /// <summary>Describes a name.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="uid">Owner.</param>
    /// <param name="gid">Group.</param>
    /// <param name="links">Link count.</param>
    /// <param name="target">Target of a symbolic link.</param>
    /// <param name="firstName">First path of a file with several.</param>
    /// <param name="attributes">Extended attributes in order.</param>
    /// <returns>The line.</returns>
    internal static string Of(
        string path,
        uint mode,
        uint uid,
        uint gid,
        long links,
        string target,
        string firstName,
        IEnumerable<KeyValuePair<string, byte[]>> attributes)
    {
        StringBuilder text = new();
        _ = text.Append(CultureInfo.InvariantCulture, $"{path} {mode:x} {uid}:{gid} links {links} {target} {firstName}");
        foreach ((string name, byte[] value) in attributes)
        {
            HashCode hash = default;
            hash.AddBytes(value);
            _ = text.Append(CultureInfo.InvariantCulture, $" {name}={value.Length}:{hash.ToHashCode()}");
        }

        return text.ToString();
    }
}
