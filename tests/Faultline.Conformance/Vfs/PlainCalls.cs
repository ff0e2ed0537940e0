// Calls on a plain volume: a block map over a device, and names in one directory, which has no inode. What needs more
// names than that is not there, and its tests are not run.

using Faultline.Abi;
using Faultline.PlainDriver;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Inodes;

namespace Faultline.Conformance.Vfs;

internal sealed class PlainCalls(PlainVolume volume, VfsProcess process) : VfsCalls(volume, Caller.Root, process)
{
    private readonly Mount _calls = new(volume, Faultline.Vfs.Permissions.Credentials.Root);

    public override Outcome<Handle> Open(FsPath path, int flags, uint mode = 0)
    {
        string name = path.ToString().TrimStart('/');
        Inode? found = volume.FindFile(name);
        if (found is null && (flags & O_CREAT) == 0)
        {
            return ENOENT;
        }

        if (found is not null && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
        {
            found.Put();
            return EEXIST;
        }

        Inode inode = found ?? volume.AddFile(name);
        Outcome<Handle> opened = Opened(
            () => _calls.OpenInode(inode.Number, (OpenFlags)(flags & ~(O_CREAT | O_EXCL))), path);
        inode.Put();
        return opened;
    }

    public override Outcome<long> Sync() => Done(volume.SyncAll);
}
