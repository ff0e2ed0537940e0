// A soak of an ext volume that somebody made.

using System.Collections.Generic;
using System.Globalization;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Soak;

/// <summary>An ext volume on a device.</summary>
/// <param name="device">The device, with an empty volume; stays the caller's.</param>
public sealed class ExtSoakTarget(IBlockDevice device) : ISoakTarget
{
    private ulong _free;
    private ulong _inodes;

    /// <inheritdoc/>
    public int ImpossibleKinds => 0;

    /// <inheritdoc/>
    public SuperBlock Mount(FolioPool pool)
    {
        MountContext context = new(device, pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        SuperBlock volume = new ExtFileSystemType().Mount(context).OrThrow();
        StatFs space = volume.StatFs();
        _free = space.BlocksFree;
        _inodes = space.FilesFree;
        return volume;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Judge(SuperBlock volume)
    {
        // What the root directory grew by stays its own, and a directory that grew large keeps its blocks.
        const ulong RootGrowth = 64;
        List<string> findings = [];
        Result synced = volume.Sync();
        if (!synced.IsOk)
        {
            findings.Add(synced.Error.ToString());
        }

        StatFs space = volume.StatFs();
        if (space.FilesFree != _inodes || space.BlocksFree + RootGrowth < _free)
        {
            findings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{space.FilesFree} of {_inodes} inodes and {space.BlocksFree} of {_free} blocks are free at the end"));
        }

        return findings;
    }
}
