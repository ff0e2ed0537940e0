// Changes of a regular file as a whole, by callers who have entered freeze level Write.

using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    /// <summary>The driver makes what it knows of the inode durable: maps, size, attributes; and flushes the
    /// device.</summary>
    /// <param name="dataOnly">Only what is needed to reach the data.</param>
    /// <returns>Success.</returns>
    /// <errors>EIO and what else the device says.</errors>
    /// <locks>Caller: nothing deeper than freeze level Write.</locks>
    protected internal virtual Result SyncInode(bool dataOnly) => SuperBlock.CommitMetadata();

    /// <summary>Sets the size.</summary>
    /// <param name="sizeBytes">Not negative.</param>
    /// <param name="credentials">Who asks: set-id bits go.</param>
    /// <returns>Success.</returns>
    /// <errors>EFBIG, ENOSPC, EIO.</errors>
    /// <locks>Caller: freeze level Write. Takes: inode lock exclusive, and what truncating takes.</locks>
    internal Result TruncateEntered(long sizeBytes, Credentials credentials)
    {
        if (!CanWriteData)
        {
            return VfsWriteReasons.TruncateRefused.At(Number);
        }

        using ExclusiveGuard guard = Lock.AcquireExclusive();
        Result removed = Truncate.MayRun(this, sizeBytes);
        removed = removed.IsOk ? RemovePrivilegesLocked(credentials) : removed;
        if (!removed.IsOk)
        {
            return removed;
        }

        Result truncated = Truncate.Run(this, sizeBytes);
        if (truncated.IsOk)
        {
            _ = TouchModified(SuperBlock.Now);
        }

        return truncated;
    }

    /// <summary>Writes dirty pages and makes what the driver knows durable.</summary>
    internal Result SyncRange(in WritebackControl control, bool dataOnly)
    {
        if (!dataOnly)
        {
            _ = FlushLazyTimes();
        }

        Result written = ExistingMapping is null ? Result.Ok : WritePages.Run(this, control);
        Result driver = SyncInode(dataOnly);
        return written.IsOk ? driver : written;
    }
}
