// A symbolic link.

using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>A symbolic link.</summary>
internal sealed class TmpfsLink(TmpfsVolume volume, InodeNumber number, in NewInode fresh)
    : TmpfsInode(volume, number, fresh, linkCount: 1, fresh.Target.Length)
{
    private readonly byte[] _target = fresh.Target.ToArray();

    /// <inheritdoc/>
    protected override Result<byte[]> ReadLinkFromDisk() => _target;
}
