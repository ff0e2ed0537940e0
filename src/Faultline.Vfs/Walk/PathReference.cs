// Where a path walk ended.

using System;
using Faultline.Vfs.Dentries;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Walk;

/// <summary>A name and its inode. Holds a reference on the inode until disposed; disposed exactly once.</summary>
/// <param name="Dentry">The name.</param>
/// <param name="Inode">The inode, referenced.</param>
public readonly record struct PathReference(Dentry Dentry, Inode Inode) : IDisposable
{
    /// <summary>Gives the inode's reference back.</summary>
    public void Dispose() => Inode?.Put();
}
