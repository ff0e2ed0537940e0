// Until open files write: the least that lets the namespace be tested.

using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.Vfs;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Conformance.Vfs;

internal static class Stopgap
{
    internal static readonly Reason NotWritable = new("Stopgap.NotWritable", Abi.Errno.EBADF, "no");
    internal static readonly Reason Invalid = new("Stopgap.Invalid", Abi.Errno.EINVAL, "no");
    internal static readonly Reason TooLarge = new("Stopgap.TooLarge", Abi.Errno.EFBIG, "no");
    internal static readonly Reason NoMode = new("Stopgap.NoMode", Abi.Errno.EOPNOTSUPP, "no");

    internal static Result<int> Write(SuperBlock volume, OpenFile file, long offset, byte[] bytes)
    {
        if (!file.IsWritable)
        {
            return NotWritable;
        }

        if (offset < 0 || offset > long.MaxValue - bytes.Length)
        {
            return Invalid;
        }

        if (bytes.Length == 0)
        {
            return 0;
        }

        Result entered = volume.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered.Error;
        }

        using (freeze)
        {
            Inode inode = file.Inode;
            using ExclusiveGuard guard = inode.Lock.AcquireExclusive();
            long position = (file.Flags & Abi.OpenFlags.O_APPEND) != 0 ? inode.SizeBytes : offset;
            if (position + bytes.Length > inode.Writer.SizeBytesMax)
            {
                return TooLarge;
            }

            Result removed = inode.RemovePrivilegesLocked(file.Credentials);
            return removed.IsOk
                ? BufferedWrite.Write(inode, position, new SpanSource(bytes))
                : removed.Error;
        }
    }

    internal static Result Truncate(SuperBlock volume, OpenFile file, long length)
    {
        if (length < 0 || !file.IsWritable || !file.Inode.CanWriteData)
        {
            return Invalid;
        }

        Result entered = volume.EnterWrite(out FreezeGuard freeze);
        using (freeze)
        {
            if (!entered.IsOk)
            {
                return entered;
            }

            using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
            Result removed = file.Inode.RemovePrivilegesLocked(file.Credentials);
            return removed.IsOk ? Iomap.Space.Truncate.Run(file.Inode, length) : removed;
        }
    }

    internal static Result Fallocate(SuperBlock volume, OpenFile file, int mode, long offset, long length)
    {
        if (offset < 0 || length <= 0)
        {
            return Invalid;
        }

        if (!file.IsWritable)
        {
            return NotWritable;
        }

        if (offset > file.Inode.Writer.SizeBytesMax - length)
        {
            return TooLarge;
        }

        Result entered = volume.EnterWrite(out FreezeGuard freeze);
        using (freeze)
        {
            if (!entered.IsOk)
            {
                return entered;
            }

            using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
            Result removed = file.Inode.RemovePrivilegesLocked(file.Credentials);
            bool keeps = (mode & FALLOC_FL_KEEP_SIZE) != 0;
            return (mode & ~FALLOC_FL_KEEP_SIZE) switch
            {
                0 => Preallocate.Run(file.Inode, offset, offset + length, keeps),
                FALLOC_FL_PUNCH_HOLE when keeps => PunchHole.Run(file.Inode, offset, offset + length),
                FALLOC_FL_ZERO_RANGE => ZeroRange.Run(file.Inode, offset, offset + length, keeps),
                FALLOC_FL_COLLAPSE_RANGE => ShiftRange.Collapse(file.Inode, offset, offset + length),
                FALLOC_FL_INSERT_RANGE => ShiftRange.Insert(file.Inode, offset, offset + length),
                _ => NoMode,
            };
        }
    }
}
