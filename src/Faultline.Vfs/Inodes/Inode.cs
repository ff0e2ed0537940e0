// One inode in memory. Drivers derive from it and supply the operations on its contents; the VFS owns caching,
// reference counts and locks.
//
// Invariants
//   - At most one live Inode object exists for one number of a superblock (InodeCache).
//   - An inode with a reference is never evicted; the folios of its mapping live until eviction.
// Locks
//   Lock: names of a directory, data and size of a file (rank 220 or 230). Drivers document theirs below it.
//
// Inode.cs         life and contents        Inode.State.cs   attributes that change
// Inode.Data.cs    the data of a regular file

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.AdvisoryLocks;

namespace Faultline.Vfs.Inodes;

/// <summary>An inode in memory.</summary>
public abstract partial class Inode
{
    /// <summary>Set instead of a count once the inode is being evicted: nobody gets a reference any more.</summary>
    private const int Dead = int.MinValue;

    private static long s_lastObjectId;

    private byte[]? _linkTarget; // cache of ReadLink, replaced as a whole
    private int _references; // interlocked; Dead once eviction has begun
    private bool _recentlyUsed; // a hint of the reclaim clock: races are harmless
    private InodeLocks? _advisoryLocks; // created once, by interlocked exchange
    private DirectoryPlace? _place; // a directory's, replaced as a whole; pins the parent

    /// <summary>Makes the in-memory inode.</summary>
    /// <param name="superBlock">Its volume.</param>
    /// <param name="number">Its number.</param>
    /// <param name="attributes">What the disk says of it, already validated.</param>
    protected Inode(SuperBlock superBlock, InodeNumber number, InodeAttributes attributes)
    {
        SuperBlock = superBlock;
        Number = number;
        ObjectId = (ulong)Interlocked.Increment(ref s_lastObjectId);
        Type = attributes.Type;
        _attributes = attributes;
        _sizeBytes = attributes.SizeBytes;
        _sectors = attributes.Sectors;
        _accessTime = attributes.AccessTime;
        _modifyTime = attributes.ModifyTime;
        _changeTime = attributes.ChangeTime;
        _state = new SpinLatch(LockClasses.InodeState.For(superBlock.TypeName));
        LockClass lockClass = IsDirectory ? LockClasses.InodeDirectory : LockClasses.InodeFile;
        Lock = new RwSemaphore(lockClass.For(superBlock.TypeName), number.Value);
    }

    /// <summary>The volume.</summary>
    public SuperBlock SuperBlock { get; }

    /// <summary>The number.</summary>
    public InodeNumber Number { get; }

    /// <summary>The inode lock: rank 220 for directories, 230 for all others.</summary>
    public RwSemaphore Lock { get; }

    /// <summary>Whether somebody holds a reference.</summary>
    public bool IsReferenced => Volatile.Read(ref _references) > 0;

    /// <summary>Unique in this process: keys the names of a directory, so that they die with the object.</summary>
    internal ulong ObjectId { get; }

    /// <summary>The advisory locks of the inode, made on first use.</summary>
    internal InodeLocks AdvisoryLocks => Volatile.Read(ref _advisoryLocks)
        ?? Interlocked.CompareExchange(ref _advisoryLocks, new InodeLocks(), null)
        ?? _advisoryLocks;

    /// <summary>The advisory locks if there ever were some, or null.</summary>
    internal InodeLocks? ExistingAdvisoryLocks => Volatile.Read(ref _advisoryLocks);

    /// <summary>Where this directory stands, or null: a root, or a directory that nobody walked to.</summary>
    internal DirectoryPlace? Place => Volatile.Read(ref _place);

    /// <summary>The directory that has this directory's name, or null: a root, or a directory that nobody walked
    /// to.</summary>
    protected Inode? ParentDirectory => Place?.Parent;

    /// <summary>Whether a file without a name may get one (O_TMPFILE without O_EXCL). Set before anybody else sees
    /// the inode.</summary>
    internal bool IsLinkable { get; set; }

    /// <summary>Looks a name up in this directory.</summary>
    /// <param name="name">Name bytes, 1 to the format's maximum, without a slash; never "." or "..".</param>
    /// <returns>The inode's number.</returns>
    /// <errors>ENOENT no such name; ENOTDIR not a directory; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared.</locks>
    public virtual Result<InodeNumber> LookupName(ReadOnlySpan<byte> name) => VfsReasons.LookupNotDirectory;

    /// <summary>Lists this directory from a cookie.</summary>
    /// <param name="cookie">0 for the start, or a cookie that the sink was given.</param>
    /// <param name="sink">Takes the entries, including "." and "..".</param>
    /// <returns>Success at the end or when the sink stopped.</returns>
    /// <errors>ENOTDIR not a directory; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared.</locks>
    public virtual Result ReadDirectory(ulong cookie, IDirectorySink sink) => VfsReasons.ListNotDirectory;

    /// <summary>Reads the target of this symbolic link from disk.</summary>
    /// <returns>1 to 4095 bytes, no terminator.</returns>
    /// <errors>EINVAL not a symbolic link; ENOKEY encrypted; damage throws <see cref="FsException"/>.</errors>
    protected virtual Result<byte[]> ReadLinkFromDisk() => VfsReasons.ReadLinkNotLink;

    /// <summary>Reads an extended attribute.</summary>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="value">Where the value goes; empty asks for the length alone.</param>
    /// <returns>Length of the value in bytes.</returns>
    /// <errors>ENODATA no such attribute; ERANGE the buffer is too small; damage throws
    /// <see cref="FsException"/>.</errors>
    public virtual Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value) => VfsReasons.XattrMissing;

    /// <summary>Lists the extended attributes.</summary>
    /// <param name="sink">Takes the names.</param>
    /// <returns>Success.</returns>
    /// <errors>Damage throws <see cref="FsException"/>.</errors>
    public virtual Result ListXattrs(IXattrSink sink) => Result.Ok;

    /// <summary>Driver state is dropped: the inode leaves memory. Called once, with no reference left.</summary>
    protected internal virtual void Evict()
    {
    }

    /// <summary>The target of this symbolic link, from memory when it was read before.</summary>
    /// <returns>1 to 4095 bytes.</returns>
    /// <errors>As <see cref="ReadLinkFromDisk"/>.</errors>
    public Result<ReadOnlyMemory<byte>> ReadLink()
    {
        byte[]? target = Volatile.Read(ref _linkTarget);
        if (target is not null)
        {
            return new ReadOnlyMemory<byte>(target);
        }

        Result<byte[]> read = ReadLinkFromDisk();
        if (!read.TryGet(out target, out FsError error))
        {
            return error;
        }

        Volatile.Write(ref _linkTarget, target);
        return new ReadOnlyMemory<byte>(target);
    }

    /// <summary>Takes a reference unless the inode is being evicted.</summary>
    /// <returns>Whether there is one.</returns>
    public bool TryGet()
    {
        int seen = Volatile.Read(ref _references);
        while (seen >= 0)
        {
            int found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
            {
                _recentlyUsed = true;
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Gives a reference back, at any depth. Evicts nothing: that is reclaim's business; the last
    /// reference of an inode without names is handed to the volume's inactivation worker.</summary>
    public void Put()
    {
        int left = Interlocked.Decrement(ref _references);
        Check.That(left >= 0);
        if (left == 0 && NeedsInactivation)
        {
            SuperBlock.Inodes.Inactivation.Queue(this);
        }
    }

    /// <summary>As <see cref="Put"/>, but what the last reference of an inode without names leaves to do is done
    /// here and now, unless the volume is frozen: nobody who closes a file waits for a thaw.</summary>
    /// <locks>Caller: nothing at rank 245 or deeper. Takes: inode lifetime, invalidate, freeze level Internal.</locks>
    internal void PutAndInactivate()
    {
        int left = Interlocked.Decrement(ref _references);
        Check.That(left >= 0);
        if (left != 0 || !NeedsInactivation)
        {
            return;
        }

        Scheduler.SyncPoint("inode.last_put");
        if (SuperBlock.Freeze.IsFrozen(FreezeLevel.Internal))
        {
            SuperBlock.Inodes.Inactivation.Queue(this);
        }
        else
        {
            SuperBlock.Inodes.Inactivate(this);
        }
    }

    /// <summary>Ends the life of an inode that nobody references.</summary>
    /// <returns>False when somebody does.</returns>
    internal bool TryKill() => Interlocked.CompareExchange(ref _references, Dead, 0) == 0;

    /// <summary>Takes back <see cref="TryKill"/>.</summary>
    /// <locks>Caller: inode lifetime since before the kill.</locks>
    internal void Revive() => Volatile.Write(ref _references, 0);

    /// <summary>Notes where this directory was found, unless that is known.</summary>
    /// <param name="parent">The directory that has the name, referenced by the caller.</param>
    /// <param name="name">The name; not changed any more.</param>
    internal void EnsurePlace(Inode parent, byte[] name)
    {
        if (Volatile.Read(ref _place) is not null
            || Number == SuperBlock.RootNumber
            || ReferenceEquals(parent, this))
        {
            return;
        }

        Check.That(parent.TryGet());
        if (Interlocked.CompareExchange(ref _place, new DirectoryPlace(parent, name), null) is not null)
        {
            parent.Put();
        }
    }

    /// <summary>The directory moved.</summary>
    /// <param name="parent">Its new parent, referenced by the caller.</param>
    /// <param name="name">Its new name; not changed any more.</param>
    /// <locks>Caller: inode locks of both parents exclusive, and the rename mutex if they are two.</locks>
    internal void MovePlace(Inode parent, byte[] name)
    {
        Check.That(parent.TryGet());
        Interlocked.Exchange(ref _place, new DirectoryPlace(parent, name))?.Parent.Put();
    }

    /// <summary>The directory leaves memory: its parent is pinned no more.</summary>
    internal void ReleasePlace() => Interlocked.Exchange(ref _place, null)?.Parent.Put();

    // On a read-only volume an inode without links is what the disk says, and stays.
    private bool NeedsInactivation => LinkCount == 0 && (IsMemoryOnly || !SuperBlock.IsReadOnly);

    /// <summary>Reads and clears the reclaim clock's hint.</summary>
    /// <returns>Whether it was used since the last call.</returns>
    internal bool TakeRecentlyUsed()
    {
        bool used = _recentlyUsed;
        _recentlyUsed = false;
        return used;
    }
}
