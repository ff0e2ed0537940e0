// What must be true of a volume whatever was done to it: link counts, parents, and as many inodes as names lead to.

using System.Collections.Generic;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Tests;

internal static class Tree
{
    /// <summary>Walks the whole volume and checks it; nothing may be open.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>All paths.</returns>
    internal static SortedSet<string> CheckAll(Volume volume)
    {
        SortedSet<string> paths = new(System.StringComparer.Ordinal);
        Dictionary<ulong, uint> names = [];
        Dictionary<ulong, uint> links = [];
        long directories = Walk(volume, "", volume.Number("/"), paths, names, links);
        foreach ((ulong number, uint count) in names)
        {
            Assert.Equal(count, links[number]);
        }

        volume.Tmpfs.Inodes.Inactivation.Drain();
        Assert.Equal(1 + names.Count + directories, volume.Tmpfs.UsedInodes);
        return paths;
    }

    // Counts the directories below one.
    private static long Walk(
        Volume volume,
        string path,
        ulong number,
        SortedSet<string> paths,
        Dictionary<ulong, uint> names,
        Dictionary<ulong, uint> links)
    {
        uint subdirectories = 0;
        long below = 0;
        foreach (string name in volume.List(path + "/"))
        {
            if (name is "." or "..")
            {
                continue;
            }

            string child = $"{path}/{name}";
            Assert.True(paths.Add(child));
            InodeAttributes attributes = volume.Stat(child);
            ulong childNumber = volume.Number(child);
            if (attributes.IsDirectory)
            {
                subdirectories++;
                Assert.Equal(number, volume.Number(child + "/.."));
                below += 1 + Walk(volume, child, childNumber, paths, names, links);
            }
            else
            {
                names[childNumber] = names.GetValueOrDefault(childNumber) + 1;
                links[childNumber] = attributes.LinkCount;
            }
        }

        Assert.Equal(2 + subdirectories, volume.Stat(path + "/").LinkCount);
        return below;
    }
}
