// A mounted volume. Drivers derive from it; the VFS keeps its inodes and names.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs.Dentries;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs;

/// <summary>A mounted volume.</summary>
public abstract class SuperBlock : IDisposable
{
    private static long s_lastId;
    private int _isDisposed; // interlocked

    /// <summary>Makes the in-memory superblock.</summary>
    /// <param name="typeName">Name of the file-system type, such as <c>ext4</c>; keys the lock classes.</param>
    /// <param name="context">What the volume is mounted on.</param>
    protected SuperBlock(string typeName, MountContext context)
    {
        TypeName = typeName;
        Context = context;
        Id = (ulong)Interlocked.Increment(ref s_lastId);
        Umount = new RwSemaphore(LockClasses.Umount.For(typeName), Id);
        Inodes = new InodeCache(this);
        Dentries = new DentryCache(this);
    }

    /// <summary>Name of the file-system type.</summary>
    public string TypeName { get; }

    /// <summary>Unique in this process; orders locks of several volumes.</summary>
    public ulong Id { get; }

    /// <summary>What the volume is mounted on.</summary>
    public MountContext Context { get; }

    /// <summary>Mount options.</summary>
    public MountOptions Options => Context.Options;

    /// <summary>The page cache's memory.</summary>
    public FolioPool Pool => Context.Pool;

    /// <summary>The device the volume was mounted from.</summary>
    public IBlockDevice Device => Context.Device;

    /// <summary>Mount state (rank 80).</summary>
    public RwSemaphore Umount { get; }

    /// <summary>The inodes in memory.</summary>
    public InodeCache Inodes { get; }

    /// <summary>The names in memory.</summary>
    public DentryCache Dentries { get; }

    /// <summary>Number of the root directory.</summary>
    public abstract InodeNumber RootNumber { get; }

    /// <summary>Block size of the volume in bytes.</summary>
    public abstract int BlockSizeBytes { get; }

    /// <summary>Longest name of a directory entry, in bytes.</summary>
    public abstract int NameLengthMax { get; }

    /// <summary>Space and limits.</summary>
    /// <returns>The figures.</returns>
    public abstract StatFs StatFs();

    /// <summary>What the volume says of itself.</summary>
    /// <returns>Type, label, UUID, size.</returns>
    public abstract VolumeIdentity Identity { get; }

    /// <summary>Everything worth knowing about the volume: features, geometry, state, journal.</summary>
    /// <returns>Sections in order.</returns>
    public abstract IReadOnlyList<ReportSection> Report();

    /// <summary>Reads an inode from disk and validates it. The VFS calls it once per number and
    /// keeps the answer.</summary>
    /// <param name="number">Any number, also a hostile one.</param>
    /// <returns>The inode, with no reference taken.</returns>
    /// <errors>ESTALE the inode is free; EUCLEAN-class damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: the inode-lifetime lock of the number. Takes: metadata buffers.</locks>
    protected internal abstract Result<Inode> ReadInode(InodeNumber number);

    /// <summary>Whether the volume was unmounted.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Unmounts: drops every inode and name and the driver's state. A file that is still
    /// open answers ESTALE.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        using (ExclusiveGuard guard = Umount.AcquireExclusive())
        {
            Dentries.Clear();
            Inodes.Clear();
            Dispose(disposing: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Drops the driver's state.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
