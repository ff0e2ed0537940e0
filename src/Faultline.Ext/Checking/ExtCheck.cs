// Checks a volume without changing it: every inode and its map, every name, every bitmap and counter, the orphan list.
// The journal of a volume that was not unmounted is replayed into memory first. Three passes:
//
//   InodePass    inodes, block maps, owners of blocks, attributes
//   TreePass     names, types, link counts, hash trees, what nothing leads to
//   BitmapPass   bitmaps, counters of groups and superblock, orphans

using System;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Ext.Checking;

/// <summary>Checks volumes.</summary>
public static class ExtCheck
{
    /// <summary>Most findings of a check unless another number is asked for.</summary>
    public const int FindingsMaxDefault = 100;

    /// <summary>Checks a volume. The device is not written.</summary>
    /// <param name="device">The device; nobody changes it meanwhile.</param>
    /// <param name="options">How it is opened, or null.</param>
    /// <param name="findingsMax">The check ends after so many findings.</param>
    /// <returns>What was found.</returns>
    /// <errors>Those of opening a volume; ENODEV an external journal is needed. FsException: the superblock, a group
    /// descriptor or the journal cannot be read.</errors>
    public static Result<CheckReport> Run(
        IBlockDevice device, ExtOpenOptions? options = null, int findingsMax = FindingsMaxDefault)
    {
        ArgumentNullException.ThrowIfNull(device);
        Result<ExtVolume> opened = ExtVolume.Open(device, options ?? new ExtOpenOptions());
        if (!opened.TryGet(out ExtVolume? volume, out FsError error))
        {
            return error;
        }

        CheckState state = new(volume, findingsMax);
        new InodePass(state).Run();
        new TreePass(state).Run();
        new BitmapPass(state).Run();
        return new CheckReport(state.Findings, state.Inodes.Count, state.DirectoryCount, state.Owners.Count);
    }
}
