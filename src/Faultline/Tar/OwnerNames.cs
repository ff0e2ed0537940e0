// Numbers of the owners that an archive names: from its own entries, which have both, and from passwd and group of the
// tree that it makes. The host's own are not asked: an image must not depend on them.

using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Faultline.Building;
using Faultline.Ext.Building;
using Faultline.Paths;

namespace Faultline.Tar;

/// <summary>Numbers of the owners that an archive names.</summary>
internal sealed class OwnerNames
{
    private const long FileBytesMax = 4 << 20;
    private const int NumberField = 2;

    private readonly Dictionary<string, uint> _users = [];
    private readonly Dictionary<string, uint> _groups = [];

    /// <summary>Learns from an entry.</summary>
    /// <param name="entry">The entry.</param>
    internal void Learn(TarEntry entry)
    {
        if (entry.Owner.Length > 0)
        {
            _ = _users.TryAdd(entry.Owner, entry.Uid);
        }

        if (entry.OwningGroup.Length > 0)
        {
            _ = _groups.TryAdd(entry.OwningGroup, entry.Gid);
        }
    }

    /// <summary>Learns from a tree.</summary>
    /// <param name="tree">The tree.</param>
    internal void Learn(TreeTarget tree)
    {
        LearnFile(tree, "etc/passwd", _users);
        LearnFile(tree, "etc/group", _groups);
    }

    /// <summary>The number of a user or group.</summary>
    /// <param name="name">The name, or a number.</param>
    /// <param name="isGroup">Whether it is a group.</param>
    /// <returns>The number, or null.</returns>
    internal uint? Find(string name, bool isGroup) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
        : (isGroup ? _groups : _users).TryGetValue(name, out number) ? number
        : null;

    private static void LearnFile(TreeTarget tree, string path, Dictionary<string, uint> names)
    {
        bool isFound = tree.Find(new UnixPath(path), out BuildNode? node).IsOk
            && node is { IsRegular: true, Content: not null } && node.SizeBytes <= FileBytesMax;
        if (!isFound)
        {
            return;
        }

        byte[] bytes = new byte[node!.SizeBytes];
        node.Content!.Read(0, bytes);
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > NumberField
                && uint.TryParse(fields[NumberField], NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                _ = names.TryAdd(fields[0], number);
            }
        }
    }
}
