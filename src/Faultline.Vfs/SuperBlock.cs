// A mounted volume. Drivers derive from it; the VFS keeps its inodes and names.
//
// SuperBlock.cs   identity, what a driver supplies        SuperBlock.State.cs   sync, freeze, remount

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Dentries;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs;

/// <summary>A mounted volume.</summary>
public abstract partial class SuperBlock : IDisposable
{
    private static long s_lastId;
    private int _isDisposed; // interlocked
    private readonly bool _canWrite;
    private MountOptions _options; // replaced under Umount exclusive
    private int _isReadOnly; // written under Umount exclusive

    /// <summary>Makes the in-memory superblock.</summary>
    /// <param name="typeName">Name of the file-system type, such as <c>ext4</c>; keys the lock classes.</param>
    /// <param name="context">What the volume is mounted on.</param>
    /// <param name="canWrite">Whether the driver can write; if not, the volume is read-only whatever the
    /// options say.</param>
    protected SuperBlock(string typeName, MountContext context, bool canWrite = false)
    {
        TypeName = typeName;
        Context = context;
        Id = (ulong)Interlocked.Increment(ref s_lastId);
        _canWrite = canWrite;
        _options = context.Options;
        _isReadOnly = canWrite && !context.Options.ReadOnly ? 0 : 1;
        Freeze = new FreezeLevels(typeName);
        RenameMutex = new FairMutex(LockClasses.RenameMutex.For(typeName), Id);
        Umount = new RwSemaphore(LockClasses.Umount.For(typeName), Id);
        Writeback = new WritebackDomain(context.Pool, typeName);
        Inodes = new InodeCache(this);
        Dentries = new DentryCache(this);
    }

    /// <summary>Name of the file-system type.</summary>
    public string TypeName { get; }

    /// <summary>Unique in this process; orders locks of several volumes.</summary>
    public ulong Id { get; }

    /// <summary>What the volume is mounted on.</summary>
    public MountContext Context { get; }

    /// <summary>Mount options, as the last remount left them.</summary>
    public MountOptions Options => Volatile.Read(ref _options);

    /// <summary>The page cache's memory.</summary>
    public FolioPool Pool => Context.Pool;

    /// <summary>The device the volume was mounted from.</summary>
    public IBlockDevice Device => Context.Device;

    /// <summary>Mount state (rank 80).</summary>
    public RwSemaphore Umount { get; }

    /// <summary>The shape of the directory tree (rank 210): held by renames across directories.</summary>
    public FairMutex RenameMutex { get; }

    /// <summary>The freeze levels: every modifying call enters Write first (rank 90).</summary>
    public FreezeLevels Freeze { get; }

    /// <summary>Whether nothing may be changed now.</summary>
    public bool IsReadOnly => Volatile.Read(ref _isReadOnly) != 0;

    /// <summary>Granularity of time stamps in nanoseconds: 1 to a second.</summary>
    public virtual uint TimeGranularityNs => 1;

    /// <summary>The time of day, rounded down to what the volume can store.</summary>
    public UnixTime Now => ToGranularity(Context.Clock.Now);

    /// <summary>The dirty pages of the volume's files.</summary>
    public WritebackDomain Writeback { get; }

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

    /// <summary>Unmounts: writes what is dirty, drops every inode and name and the driver's state. A file that is
    /// still open answers ESTALE. Who wants to know whether everything was written calls <see cref="Sync"/>
    /// first.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        ThawForUnmount();
        using (ExclusiveGuard guard = Umount.AcquireExclusive())
        {
            // Calls that change something are waited for, and who comes later finds the volume unmounted.
            Freeze.Freeze(FreezeLevel.Write);
            Inodes.Inactivation.Drain();
            if (!IsReadOnly)
            {
                // OK: nobody is left to hear of a failure; the caller of Sync was.
                _ = SyncLocked(wait: true);
            }

            Writeback.Stop();
            Dentries.Clear();
            Inodes.Clear();
            Dispose(disposing: true);
            Freeze.Thaw(FreezeLevel.Write);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Rounds a time down to what the volume can store.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The same or an earlier time.</returns>
    public UnixTime ToGranularity(UnixTime time)
    {
        uint granularityNs = TimeGranularityNs;
        return granularityNs == 1
            ? time
            : new UnixTime(time.Seconds, time.Nanoseconds - (time.Nanoseconds % granularityNs));
    }

    /// <summary>Drops the driver's state.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
