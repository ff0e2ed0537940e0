// Flags of an open file that may change: fcntl(2) F_SETFL.

using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    private const OpenFlags ChangeableFlags =
        OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT | OpenFlags.O_NOATIME;

    /// <summary>Sets or clears O_APPEND, O_NONBLOCK, O_DIRECT and O_NOATIME; the other flags stay.</summary>
    /// <param name="flags">What the four are to be; others are ignored, as Linux has it.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADF closed, or O_PATH; EPERM without O_APPEND on an append-only file, or O_NOATIME by another than the
    /// owner.</errors>
    /// <source>fcntl(2) F_SETFL</source>
    public Result SetStatusFlags(OpenFlags flags)
    {
        OpenFlags old = Flags;
        if (IsClosed || (old & OpenFlags.O_PATH) != 0)
        {
            return VfsWriteReasons.StatusClosed;
        }

        if ((flags & OpenFlags.O_APPEND) == 0 && (Inode.Flags & InodeFlags.Append) != 0 && IsWritable)
        {
            return VfsWriteReasons.StatusAppendOnly.At(Inode.Number);
        }

        bool isNew = (flags & ~old & OpenFlags.O_NOATIME) != 0;
        if (isNew && !Permission.IsOwner(Inode, Credentials))
        {
            return VfsWriteReasons.StatusNoAccessTime.At(Inode.Number);
        }

        Volatile.Write(ref _flags, (int)((old & ~ChangeableFlags) | (flags & ChangeableFlags)));
        return Result.Ok;
    }
}
