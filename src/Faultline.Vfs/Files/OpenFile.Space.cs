// Size and space of an open file.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>Sets the size.</summary>
    /// <param name="sizeBytes">The new size.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL negative, not a regular file, or not open for writing; EFBIG; EPERM append-only; EROFS;
    /// ENOSPC; EIO;
    /// EBADF closed.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock exclusive, and what truncating takes.</locks>
    /// <source>ftruncate(2)</source>
    public Result Truncate(long sizeBytes)
    {
        if (IsClosed || (Flags & OpenFlags.O_PATH) != 0)
        {
            return VfsWriteReasons.TruncateClosed;
        }

        if (sizeBytes < 0 || !IsWritable || !Inode.CanWriteData)
        {
            return VfsWriteReasons.TruncateInvalid.At(Inode.Number);
        }

        if ((Inode.Flags & InodeFlags.Append) != 0)
        {
            return VfsWriteReasons.TruncateAppendOnly.At(Inode.Number);
        }

        Result entered = Inode.SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            return Inode.TruncateEntered(sizeBytes, Credentials);
        }
    }

    /// <summary>Allocates, frees, zeroes or moves a range.</summary>
    /// <param name="mode">What to do.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes, &gt; 0.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADF closed or not open for writing; EINVAL a negative offset, a length that is not positive,
    /// modes that do
    /// not go together, or what the mode's operation says; ESPIPE, ENODEV not a regular file; EFBIG; EPERM
    /// immutable or append-only; ETXTBSY; EOPNOTSUPP the driver cannot; EROFS; ENOSPC; EIO.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write, inode lock exclusive, and what the operation takes.</locks>
    /// <source>fallocate(2)</source>
    public Result Fallocate(FallocateFlags mode, long offset, long length)
    {
        if (IsClosed || !IsWritable)
        {
            return VfsWriteReasons.FallocateNotWritable;
        }

        if (offset < 0 || length <= 0)
        {
            return VfsWriteReasons.FallocateRange;
        }

        if (!IsKnown(mode))
        {
            return VfsWriteReasons.FallocateMode;
        }

        if (!Inode.CanWriteData)
        {
            return VfsWriteReasons.FallocateNotRegular.At(Inode.Number);
        }

        bool onlyAllocates = (mode & ~FallocateFlags.KeepSize) == 0;
        bool isFixed = (Inode.Flags & InodeFlags.Immutable) != 0
            || (!onlyAllocates && (Inode.Flags & InodeFlags.Append) != 0);
        if (isFixed)
        {
            return VfsWriteReasons.FallocateFixed.At(Inode.Number);
        }

        if (offset > Inode.Writer.SizeBytesMax - length)
        {
            return VfsWriteReasons.FallocateTooLarge;
        }

        Result entered = Inode.SuperBlock.EnterWrite(out FreezeGuard freeze);
        if (!entered.IsOk)
        {
            return entered;
        }

        using (freeze)
        {
            return FallocateEntered(mode, offset, offset + length);
        }
    }

    // One operation at a time; punching needs KeepSize, collapsing and inserting stand alone.
    private static bool IsKnown(FallocateFlags mode)
    {
        FallocateFlags operation = mode & ~FallocateFlags.KeepSize;
        bool keeps = (mode & FallocateFlags.KeepSize) != 0;
        return operation switch
        {
            FallocateFlags.None or FallocateFlags.ZeroRange or FallocateFlags.UnshareRange => true,
            FallocateFlags.PunchHole => keeps,
            FallocateFlags.CollapseRange or FallocateFlags.InsertRange => !keeps,
            FallocateFlags.KeepSize => true,
            _ => false,
        };
    }

    private Result FallocateEntered(FallocateFlags mode, long start, long end)
    {
        using ExclusiveGuard guard = Inode.Lock.AcquireExclusive();
        Result removed = Inode.RemovePrivilegesLocked(Credentials);
        if (!removed.IsOk)
        {
            return removed;
        }

        bool keeps = (mode & FallocateFlags.KeepSize) != 0;
        Result done = (mode & ~FallocateFlags.KeepSize) switch
        {
            FallocateFlags.PunchHole => PunchHole.Run(Inode, start, end),
            FallocateFlags.ZeroRange => ZeroRange.Run(Inode, start, end, keeps),
            FallocateFlags.CollapseRange => ShiftRange.Collapse(Inode, start, end),
            FallocateFlags.InsertRange => ShiftRange.Insert(Inode, start, end),
            FallocateFlags.UnshareRange => Unshare.Run(Inode, start, end),
            FallocateFlags.None or FallocateFlags.KeepSize => Preallocate.Run(Inode, start, end, keeps),
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
        if (done.IsOk)
        {
            _ = Inode.TouchModified(Inode.SuperBlock.Now);
        }

        return done;
    }
}
