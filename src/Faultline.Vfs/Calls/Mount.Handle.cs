// name_to_handle_at(2), open_by_handle_at(2): an inode by number, without a path. For callers who walk whole volumes.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Finds an inode by number.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The inode with a reference; give it back with <see cref="Inode.Put"/>.</returns>
    /// <errors>EPERM without CAP_DAC_READ_SEARCH: no directory was searched; ESTALE a free inode;
    /// damage throws <see cref="FsException"/>.</errors>
    /// <locks>Takes: inode lifetime.</locks>
    public Result<Inode> GetInode(InodeNumber number) =>
        Credentials.Has(Capabilities.DacReadSearch)
            ? SuperBlock.Inodes.Get(number)
            : VfsReasons.HandleNotPermitted.At(number);

    /// <summary>Opens an inode by number.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="flags">Flags of open(2).</param>
    /// <returns>The open file; dispose it.</returns>
    /// <errors>As <see cref="GetInode"/> and <see cref="Open"/>.</errors>
    /// <locks>Takes: inode lifetime.</locks>
    public Result<OpenFile> OpenInode(InodeNumber number, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        Result<Inode> found = GetInode(number);
        return found.TryGet(out Inode? inode, out FsError error) ? OpenFound(inode, flags) : error;
    }

    /// <summary>The handle of what a path names.</summary>
    /// <param name="path">Path bytes.</param>
    /// <param name="finalLink">Follow for AT_SYMLINK_FOLLOW.</param>
    /// <returns>The handle.</returns>
    /// <errors>Those of <see cref="Resolve"/>.</errors>
    /// <locks>As <see cref="Resolve"/>.</locks>
    /// <source>name_to_handle_at(2)</source>
    public Result<InodeHandle> NameToHandle(ReadOnlySpan<byte> path, FinalLink finalLink = FinalLink.Keep)
    {
        Result<PathReference> resolved = Resolve(path, finalLink);
        if (!resolved.TryGet(out PathReference at, out FsError error))
        {
            return error;
        }

        using (at)
        {
            return new InodeHandle(at.Inode.Number, at.Inode.Generation);
        }
    }

    /// <summary>Opens an inode by its handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="flags">Flags of open(2).</param>
    /// <returns>The open file; dispose it.</returns>
    /// <errors>As <see cref="OpenInode"/>; ESTALE the inode is gone, or its number names another by now.</errors>
    /// <locks>Takes: inode lifetime.</locks>
    /// <source>open_by_handle_at(2)</source>
    public Result<OpenFile> OpenByHandle(InodeHandle handle, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        Result<Inode> found = GetInode(handle.Number);
        if (!found.TryGet(out Inode? inode, out FsError error))
        {
            return error;
        }

        if (inode.Generation != handle.Generation)
        {
            inode.PutAndInactivate();
            return VfsWriteReasons.HandleStale.At(handle.Number);
        }

        return OpenFound(inode, flags);
    }
}
