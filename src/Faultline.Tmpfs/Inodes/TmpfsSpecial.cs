// Device nodes, fifos and sockets: attributes and nothing else.

using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>A device node, fifo or socket.</summary>
internal sealed class TmpfsSpecial(TmpfsVolume volume, InodeNumber number, in NewInode fresh)
    : TmpfsInode(volume, number, fresh, linkCount: 1, sizeBytes: 0);
