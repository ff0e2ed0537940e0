// A reference on an inode for the length of a scope.

using System;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Inodes;

namespace Faultline.Trees;

/// <summary>A reference on an inode for the length of a scope.</summary>
internal readonly ref struct InodeReference : IDisposable
{
    internal InodeReference(Mount mount, InodeNumber number) => Inode = mount.GetInode(number).OrThrow();

    internal Inode Inode { get; }

    public void Dispose() => Inode.Put();
}
