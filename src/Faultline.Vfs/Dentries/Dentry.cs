// One name in memory.

using System.Threading;
using Faultline.Base;

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory, and what it names: an inode number, or nothing (a negative entry).</summary>
/// <remarks>Immutable. It pins no inode: the number is looked up in the inode cache when it is needed.</remarks>
public sealed class Dentry
{
    private static long s_lastId;
    private bool _recentlyUsed; // a hint of the reclaim clock: races are harmless

    internal Dentry(Dentry? parent, byte[] name, InodeNumber inode)
    {
        Id = (ulong)Interlocked.Increment(ref s_lastId);
        Parent = parent;
        Name = name;
        Inode = inode;
    }

    /// <summary>Unique in this process.</summary>
    public ulong Id { get; }

    /// <summary>The directory, or null for a root.</summary>
    public Dentry? Parent { get; }

    /// <summary>The inode, or none for a negative entry.</summary>
    public InodeNumber Inode { get; }

    /// <summary>Whether the directory has no such name.</summary>
    public bool IsNegative => Inode == InodeNumber.None;

    /// <summary>The name's bytes; empty for a root.</summary>
    internal byte[] Name { get; }

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
