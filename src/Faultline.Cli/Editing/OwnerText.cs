// Owners as chown(1) reads them: USER, USER:GROUP, :GROUP; numbers, or names of the image's own /etc/passwd and
// /etc/group, never of the host's.

using System;
using System.Globalization;
using System.Text;
using Faultline.Paths;

namespace Faultline.Cli.Editing;

/// <summary>Parses owners.</summary>
internal static class OwnerText
{
    private const int DatabaseBytesMax = 16 << 20;

    /// <summary>Parses an owner.</summary>
    /// <param name="volume">The image, for names.</param>
    /// <param name="text">The owner.</param>
    /// <returns>User and group, null where it says nothing.</returns>
    /// <exception cref="UsageException">A name that the image does not know.</exception>
    internal static (uint? Uid, uint? Gid) Parse(FileSystem volume, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? text : text[..colon];
        string group = colon < 0 ? "" : text[(colon + 1)..];
        return (Find(volume, "/etc/passwd", user), Find(volume, "/etc/group", group));
    }

    private static uint? Find(FileSystem volume, string database, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return number;
        }

        UnixPath path = new(database);
        if (volume.Exists(path))
        {
            foreach (string line in Encoding.UTF8.GetString(volume.ReadAllBytes(path, DatabaseBytesMax)).Split('\n'))
            {
                string[] fields = line.Split(':');
                bool isFound = fields.Length > 2 && fields[0] == name
                    && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out number);
                if (isFound)
                {
                    return number;
                }
            }
        }

        throw new UsageException($"{name}: the image's {database} has no such name");
    }
}
