// Where a path walk ended.

using System;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Walk;

/// <summary>What a path names. Holds a reference on the inode until disposed; disposed exactly once.</summary>
/// <param name="Inode">The inode, referenced.</param>
public readonly record struct PathReference(Inode Inode) : IDisposable
{
    /// <summary>Gives the inode's reference back.</summary>
    /// <locks>Caller: nothing at rank 245 or deeper.</locks>
    public void Dispose() => Inode?.PutAndInactivate();
}
