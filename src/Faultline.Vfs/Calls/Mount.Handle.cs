// open_by_handle_at(2): an inode by number, without a path. For callers who walk whole volumes.

using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Finds an inode by number.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The inode with a reference; give it back with <see cref="Inode.Put"/>.</returns>
    /// <errors>EPERM the caller is not privileged: no directory was searched; ESTALE a free inode;
    /// damage throws <see cref="FsException"/>.</errors>
    /// <locks>Takes: inode lifetime.</locks>
    public Result<Inode> GetInode(InodeNumber number) =>
        Credentials.IsPrivileged ? SuperBlock.Inodes.Get(number) : VfsReasons.HandleNotPermitted.At(number);

    /// <summary>Opens an inode by number.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="flags">Flags of open(2).</param>
    /// <returns>The open file; dispose it.</returns>
    /// <errors>As <see cref="GetInode"/> and <see cref="Open"/>.</errors>
    /// <locks>Takes: inode lifetime.</locks>
    public Result<OpenFile> OpenInode(InodeNumber number, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        Result<Inode> found = GetInode(number);
        if (!found.TryGet(out Inode? inode, out FsError error))
        {
            return error;
        }

        Result allowed = MayOpen(inode, flags);
        if (!allowed.IsOk)
        {
            inode.Put();
            return allowed.Error;
        }

        return new OpenFile(inode, Root, flags);
    }
}
