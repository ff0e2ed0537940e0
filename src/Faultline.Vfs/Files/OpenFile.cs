// An open file: an inode, how it was opened, and where its readahead stands. Positions are the caller's, so that any
// number of threads may read one open file at once.
//
// Locks: reading data takes what the page cache takes; listing, seeking and extents take the inode lock, shared.
//
// OpenFile.cs        life, identity          OpenFile.Read.cs     data
// OpenFile.Seek.cs   holes and extents       OpenFile.Advise.cs   advice to the page cache
// OpenFile.Lock.cs   advisory locks          OpenFile.Status.cs   flags that change
// OpenFile.Write.cs  writing                 OpenFile.Space.cs    size and space
// OpenFile.Sync.cs   durability              OpenFile.Copy.cs     from one file to another

using System;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Files;

/// <summary>An open file.</summary>
public sealed partial class OpenFile : IDisposable
{
    private readonly bool _hasCache;
    private readonly ReadaheadState _readahead;
    private readonly Result<int> _notReadable;
    private long _errorCursor; // interlocked
    private int _isClosed; // interlocked
    private int _flags; // OpenFlags; some change later (F_SETFL), each use reads them once

    /// <summary>Opens an inode; permission has been checked.</summary>
    /// <param name="inode">The inode; the open file takes over the caller's reference.</param>
    /// <param name="credentials">On whose behalf.</param>
    /// <param name="flags">How it was opened.</param>
    /// <param name="processOwner">Who owns fcntl locks that are set through it.</param>
    internal OpenFile(Inode inode, Credentials credentials, OpenFlags flags, LockOwner processOwner)
    {
        Inode = inode;
        Credentials = credentials;
        ProcessOwner = processOwner;
        // What F_GETFL shows: how the file was opened, not what opening was to do.
        _flags = (int)(flags & ~(OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOCTTY | OpenFlags.O_TRUNC));
        if (IsWritable)
        {
            inode.SuperBlock.CountWriters(1);
        }

        _readahead = new ReadaheadState(inode.SuperBlock.Options.ReadaheadBytesMax);
        _hasCache = inode.IomapOps is not null && (flags & OpenFlags.O_PATH) == 0;
        _notReadable = WhyNotReadable(inode, flags);
        _errorCursor = inode.ExistingMapping?.Errors.Sample() ?? 0;
    }

    /// <summary>The inode; referenced while the file is open.</summary>
    public Inode Inode { get; }

    /// <summary>Who opened it; what is done through it is done on their behalf.</summary>
    public Credentials Credentials { get; }

    /// <summary>How it was opened.</summary>
    public OpenFlags Flags => (OpenFlags)Volatile.Read(ref _flags);

    /// <summary>Whether it was opened for writing.</summary>
    public bool IsWritable => (Flags & OpenFlags.O_PATH) == 0
        && (Flags & OpenFlags.O_ACCMODE) is OpenFlags.O_WRONLY or OpenFlags.O_RDWR;

    /// <summary>Size in bytes.</summary>
    public long SizeBytes => Inode.SizeBytes;

    /// <summary>Lists a directory from a cookie.</summary>
    /// <param name="cookie">0 for the start, or a cookie that the sink was given.</param>
    /// <param name="sink">Takes the entries, "." and ".." among them.</param>
    /// <returns>Success at the end or when the sink stopped.</returns>
    /// <errors>EBADF closed; ENOTDIR not a directory; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Takes: inode lock, shared, for the whole call; the sink must not call back into the volume.</locks>
    public Result ReadDirectory(ulong cookie, IDirectorySink sink)
    {
        if (IsClosed)
        {
            return VfsReasons.FileClosed;
        }

        if ((Flags & OpenFlags.O_PATH) != 0)
        {
            return VfsWriteReasons.ListPathOnly;
        }

        Result listed;
        using (SharedGuard guard = Inode.Lock.AcquireShared())
        {
            listed = Inode.LinkCount == 0 && Inode.IsDirectory && !Inode.SuperBlock.IsReadOnly
                ? VfsWriteReasons.ListRemoved
                : Inode.ReadDirectory(cookie, sink);
        }

        TouchAccessed();
        return listed;
    }

    /// <summary>Reports a write-back error that this open file has not seen yet, once.</summary>
    /// <returns>The errno, or OK.</returns>
    public Errno TakeWritebackError() => Inode.ExistingMapping is Mapping mapping
        ? mapping.Errors.CheckAndAdvance(ref _errorCursor)
        : Errno.OK;

    /// <summary>Closes the file. Calls in flight on other threads finish first or fail with EBADF.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            ReleaseLocks();
            if (IsWritable)
            {
                Inode.SuperBlock.CountWriters(-1);
            }

            Inode.PutAndInactivate();
        }
    }

    /// <summary>The access time after a read, unless O_NOATIME.</summary>
    internal void TouchAccessed()
    {
        if ((Flags & OpenFlags.O_NOATIME) == 0)
        {
            _ = Inode.TouchAccessed();
        }
    }

    // The page cache, if reads and writes go through it; made when the first does.
    private Mapping? Cache => _hasCache && ((Flags & OpenFlags.O_DIRECT) == 0 || Inode.CacheIsStorage)
        ? Inode.Mapping
        : null;

    // A volume that was unmounted under the file counts as closed wherever metadata would be read.
    internal bool IsClosed => Volatile.Read(ref _isClosed) != 0 || Inode.SuperBlock.IsDisposed;

    private static Result<int> WhyNotReadable(Inode inode, OpenFlags flags)
    {
        if ((flags & OpenFlags.O_PATH) != 0 || (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_WRONLY)
        {
            return VfsReasons.NotReadable;
        }

        if (inode.IsRegular && (inode.Flags & InodeFlags.Encrypted) != 0)
        {
            // Also of an empty file: that it is empty is all we know.
            return VfsReasons.ContentsEncrypted.At(inode.Number);
        }

        return inode.IsDirectory ? VfsReasons.ReadDirectoryData : 0;
    }
}
