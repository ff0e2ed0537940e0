// A directory of a Linux host that is to be read, and those above it.

using Faultline.Ext.Building;

namespace Faultline.Building;

/// <summary>A directory that is to be read.</summary>
/// <param name="Folder">Its path.</param>
/// <param name="Node">Its node.</param>
/// <param name="Identity">What it is to the host.</param>
/// <param name="MayBeLink">Whether its path may end in a link.</param>
/// <param name="Above">The one that it was found in, or null.</param>
internal sealed record LinuxLevel(
    LinuxFolder Folder, BuildNode Node, (ulong Device, ulong Inode) Identity, bool MayBeLink, LinuxLevel? Above)
{
    /// <summary>Whether a directory is this one or above it.</summary>
    /// <param name="identity">The directory.</param>
    /// <returns>True when it is.</returns>
    internal bool IsWithin((ulong Device, ulong Inode) identity)
    {
        for (LinuxLevel? level = this; level is not null; level = level.Above)
        {
            if (level.Identity == identity)
            {
                return true;
            }
        }

        return false;
    }
}
