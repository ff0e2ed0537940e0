// One name in memory.

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory, and what it names: an inode number, or nothing (a negative entry).</summary>
/// <remarks>Immutable, but for the mark that it left the table. It pins no inode: the number is looked up in the inode
/// cache when it is needed, and then the mark tells whether the name still meant that number.</remarks>
public sealed class Dentry
{
    private bool _recentlyUsed; // a hint of the reclaim clock: races are harmless
    private int _isStale; // set before the number can be used again

    internal Dentry(ulong directoryId, byte[] name, InodeNumber inode)
    {
        DirectoryId = directoryId;
        NameBytes = name;
        Inode = inode;
    }

    /// <summary>The inode, or none for a negative entry.</summary>
    public InodeNumber Inode { get; }

    /// <summary>Whether the directory has no such name.</summary>
    public bool IsNegative => Inode == InodeNumber.None;

    /// <summary>The name's bytes.</summary>
    public ReadOnlyMemory<byte> Name => NameBytes;

    /// <summary>The directory: <see cref="Inodes.Inode.ObjectId"/>.</summary>
    internal ulong DirectoryId { get; }

    /// <summary>The name's bytes; not changed any more.</summary>
    internal byte[] NameBytes { get; }

    /// <summary>Whether it left the table, so that its number may mean something else by now.</summary>
    internal bool IsStale => Volatile.Read(ref _isStale) != 0;

    internal void MarkStale() => Volatile.Write(ref _isStale, 1);

    internal void MarkUsed()
    {
        if (!_recentlyUsed)
        {
            _recentlyUsed = true;
        }
    }

    internal bool TakeRecentlyUsed()
    {
        bool used = _recentlyUsed;
        _recentlyUsed = false;
        return used;
    }
}
