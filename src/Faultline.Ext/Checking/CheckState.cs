// What the passes of a check share. One thread.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;

namespace Faultline.Ext.Checking;

/// <summary>What the passes of a check share.</summary>
internal sealed class CheckState
{
    private readonly int _findingsMax;
    private readonly List<FsError> _findings = [];

    internal CheckState(ExtVolume volume, int findingsMax)
    {
        Volume = volume;
        _findingsMax = findingsMax;
        Owners = new BlockOwners(volume.Super);
        Bitmaps = new BlockBitmaps(volume.Super, volume.Buffers, volume.Groups);
    }

    internal ExtVolume Volume { get; }

    /// <summary>Who owns each cluster.</summary>
    internal BlockOwners Owners { get; }

    /// <summary>The block bitmaps and the places of the volume's own metadata.</summary>
    internal BlockBitmaps Bitmaps { get; }

    /// <summary>The inodes in use, by number.</summary>
    internal SortedDictionary<ulong, InodeUse> Inodes { get; } = [];

    /// <summary>Owners of each block of extended attributes, counted.</summary>
    internal Dictionary<ulong, long> XattrBlocks { get; } = [];

    /// <summary>Directories that were walked.</summary>
    internal long DirectoryCount { get; set; }

    internal IReadOnlyList<FsError> Findings => _findings;

    /// <summary>Whether the check has found as much as was asked for.</summary>
    internal bool IsFull => _findings.Count >= _findingsMax;

    /// <summary>Notes what is wrong.</summary>
    /// <param name="finding">What, and where.</param>
    internal void Add(in FsError finding)
    {
        if (!IsFull)
        {
            _findings.Add(finding);
        }
    }

    /// <summary>Whether an inode is the volume's own and has no name.</summary>
    /// <param name="number">The inode.</param>
    internal bool IsHidden(ulong number) =>
        ((number < Volume.Super.FirstInode) && (number != Format.SpecialInodes.Root))
        || (number == Volume.Super.Raw.OrphanFileInode && number != 0);
}
