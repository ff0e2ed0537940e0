// The inodes of a volume that is being made, group by group, as they will lie on the device. They are in use from the
// first number to the last, without gaps.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>The inodes of a volume that is being made.</summary>
/// <param name="super">The volume.</param>
/// <param name="used">Inodes in use: numbers from 1 to this.</param>
internal sealed class NewInodeTable(ExtSuperBlock super, uint used)
{
    private readonly List<byte[]> _groups = [];
    private readonly List<uint> _directories = [];

    /// <summary>Inodes in use.</summary>
    internal uint Used => used;

    /// <summary>An inode to be written.</summary>
    /// <param name="number">Its number, in use.</param>
    /// <returns>The inode; all zeros at first.</returns>
    internal NewInode Get(uint number)
    {
        int group = (int)((number - 1) / super.InodesPerGroup);
        int index = (int)((number - 1) % super.InodesPerGroup);
        return new NewInode(
            super, number, BytesOf(group).AsSpan(index * super.InodeSize, super.InodeSize));
    }

    /// <summary>Inodes of a group that are in use.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The first so many of it.</returns>
    internal uint UsedIn(ulong group)
    {
        ulong before = group * super.InodesPerGroup;
        return used <= before ? 0 : (uint)ulong.Min(used - before, super.InodesPerGroup);
    }

    /// <summary>Counts a directory.</summary>
    /// <param name="number">Its number.</param>
    internal void AddDirectory(uint number)
    {
        int group = (int)((number - 1) / super.InodesPerGroup);
        while (_directories.Count <= group)
        {
            _directories.Add(0);
        }

        _directories[group]++;
    }

    /// <summary>Directories of a group.</summary>
    /// <param name="group">The group.</param>
    /// <returns>Their number.</returns>
    internal uint DirectoriesIn(ulong group) => group < (ulong)_directories.Count ? _directories[(int)group] : 0;

    /// <summary>The first blocks of a group's table: those with inodes in use.</summary>
    /// <param name="group">The group.</param>
    /// <returns>Whole blocks; none where no inode is in use.</returns>
    internal ReadOnlySpan<byte> Blocks(ulong group) => UsedIn(group) == 0 ? default : BytesOf((int)group);

    private byte[] BytesOf(int group)
    {
        while (_groups.Count <= group)
        {
            ulong bytes = (ulong)UsedIn((ulong)_groups.Count) * (ulong)super.InodeSize;
            _groups.Add(new byte[Bits.DivideRoundUp(bytes, (ulong)super.BlockSize) * (ulong)super.BlockSize]);
        }

        return _groups[group];
    }
}
