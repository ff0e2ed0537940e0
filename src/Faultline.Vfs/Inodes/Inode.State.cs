// The attributes of an inode that change while it is in memory.
//
// Hot (size, sectors, times): fields under i_lock; a change sets a flag and allocates nothing. Cold (mode, owner,
// links, flags, devices): a record that is replaced as a whole, by who holds the inode lock exclusive. Attributes
// joins both into a snapshot when somebody asks after a change.
//
// Lock-free readers: SizeBytes, Mode, Uid, Gid, LinkCount, Flags (each one read; two reads may straddle a change).

using System;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    private const long DaySeconds = 86_400;
    private const long DayMs = DaySeconds * 1000;

    private readonly SpinLatch _state;
    private InodeAttributes _attributes; // written under _state; its cold part is always current
    private int _isStale; // under _state: the hot part of _attributes is out of date
    private long _sizeBytes; // written under _state, read with acquire
    private ulong _sectors; // guarded by _state
    private UnixTime _accessTime; // guarded by _state
    private UnixTime _modifyTime; // guarded by _state
    private UnixTime _changeTime; // guarded by _state
    private long _accessSettledUntilMs; // monotonic; until then a read has no access time to set. Written under _state
    private bool _isCountedUnlinked; // guarded by _state
    private int _lazyTimes; // interlocked: times changed that the driver has not been told of (lazytime)

    /// <summary>The attributes, an immutable snapshot. Allocates when something changed since the last.</summary>
    /// <locks>Takes: i_lock, after a change.</locks>
    public InodeAttributes Attributes =>
        Volatile.Read(ref _isStale) == 0 ? Volatile.Read(ref _attributes) : RebuildAttributes();

    /// <summary>The attributes as stat(2) shows them: a driver adds space that is promised and not taken yet.</summary>
    public virtual InodeAttributes StatAttributes => Attributes;

    /// <summary>Size in bytes; read with acquire.</summary>
    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <summary>File type (the S_IFMT bits of the mode). Never changes.</summary>
    public uint Type { get; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == ModeBits.S_IFDIR;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == ModeBits.S_IFREG;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == ModeBits.S_IFLNK;

    /// <summary>Type and permission bits.</summary>
    public uint Mode => Volatile.Read(ref _attributes).Mode;

    /// <summary>Owner.</summary>
    public uint Uid => Volatile.Read(ref _attributes).Uid;

    /// <summary>Group.</summary>
    public uint Gid => Volatile.Read(ref _attributes).Gid;

    /// <summary>Hard links.</summary>
    public uint LinkCount => Volatile.Read(ref _attributes).LinkCount;

    /// <summary>Flags that every file system shares.</summary>
    public InodeFlags Flags => Volatile.Read(ref _attributes).Flags;

    /// <summary>Generation, for file handles.</summary>
    public uint Generation => Volatile.Read(ref _attributes).Generation;

    /// <summary>The attributes as last replaced: mode, owner, links, flags and devices are current, size,
    /// sectors and times perhaps not. Never allocates; one consistent record.</summary>
    protected internal InodeAttributes Cold => Volatile.Read(ref _attributes);

    /// <summary>Sets the size. Bytes are published before it, and read after it.</summary>
    /// <param name="sizeBytes">Not negative.</param>
    /// <locks>Caller: inode lock exclusive. Takes: i_lock.</locks>
    public void SetSize(long sizeBytes)
    {
        Check.That(sizeBytes >= 0);
        Lock.AssertHeldExclusive();
        using (SpinGuard guard = _state.Acquire())
        {
            if (_sizeBytes == sizeBytes)
            {
                return;
            }

            Volatile.Write(ref _sizeBytes, sizeBytes);
            Volatile.Write(ref _isStale, 1);
        }

        MarkDirty(InodeDirty.Size);
    }

    /// <summary>Counts space that the inode took or gave back.</summary>
    /// <param name="delta">In units of 512 bytes; negative gives back.</param>
    /// <locks>Takes: i_lock.</locks>
    public void AddSectors(long delta)
    {
        if (delta == 0)
        {
            return;
        }

        using (SpinGuard guard = _state.Acquire())
        {
            _sectors = checked((ulong)((long)_sectors + delta));
            Volatile.Write(ref _isStale, 1);
        }

        MarkDirty(InodeDirty.Size);
    }

    /// <summary>The contents changed: modification and change time become now.</summary>
    /// <param name="now">From <see cref="SuperBlock.Now"/>.</param>
    /// <returns>False when both were that already.</returns>
    /// <locks>Takes: i_lock.</locks>
    public bool TouchModified(UnixTime now) => Touch(now, modified: true);

    /// <summary>The inode changed: its change time becomes now.</summary>
    /// <param name="now">From <see cref="SuperBlock.Now"/>.</param>
    /// <returns>False when it was that already.</returns>
    /// <locks>Takes: i_lock.</locks>
    public bool TouchChanged(UnixTime now) => Touch(now, modified: false);

    /// <summary>The contents were read: sets the access time if the mount's policy wants it. Costs two
    /// loads when it does not. Does nothing on a read-only or frozen volume.</summary>
    /// <returns>Whether it was set.</returns>
    /// <locks>Caller: has not entered freeze level Write. Takes: freeze level Write by trying, i_lock.</locks>
    /// <source>mount(2) MS_RELATIME, MS_NOATIME, MS_STRICTATIME, MS_NODIRATIME</source>
    public bool TouchAccessed()
    {
        if (!WantsAccessTime() || !SuperBlock.Freeze.TryEnter(FreezeLevel.Write, out FreezeGuard freeze))
        {
            return false;
        }

        using (freeze)
        {
            return SetAccessed();
        }
    }

    /// <summary>As <see cref="TouchAccessed"/>, for a caller who has entered freeze level Write.</summary>
    /// <returns>Whether it was set.</returns>
    /// <locks>Caller: freeze level Write. Takes: i_lock.</locks>
    public bool TouchAccessedEntered() => WantsAccessTime() && SetAccessed();

    /// <summary>Sets time stamps.</summary>
    /// <param name="access">Last access, or null to leave it.</param>
    /// <param name="modify">Last modification, or null.</param>
    /// <param name="change">Last change, or null.</param>
    /// <locks>Caller: inode lock exclusive, or the inode is new. Takes: i_lock.</locks>
    public void SetTimes(UnixTime? access, UnixTime? modify, UnixTime? change)
    {
        using (SpinGuard guard = _state.Acquire())
        {
            _accessTime = access ?? _accessTime;
            _modifyTime = modify ?? _modifyTime;
            _changeTime = change ?? _changeTime;
            _accessSettledUntilMs = 0;
            Volatile.Write(ref _isStale, 1);
        }

        MarkTimesDirty();
    }

    /// <summary>Replaces the cold attributes (mode, owner, links, flags, devices, project, birth time,
    /// generation); size, sectors and times of the record are ignored.</summary>
    /// <param name="attributes">The new attributes; the type stays.</param>
    /// <locks>Caller: inode lock exclusive. Takes: i_lock.</locks>
    public void ReplaceAttributes(InodeAttributes attributes)
    {
        Check.That(attributes.Type == Type);
        Lock.AssertHeldExclusive();
        using (SpinGuard guard = _state.Acquire())
        {
            Volatile.Write(ref _attributes, attributes);
            Volatile.Write(ref _isStale, 1);
            Volatile.Write(ref _isPlain, 0);
            CountUnlinkedLocked(attributes.LinkCount == 0);
        }

        MarkDirty(InodeDirty.Attributes);
    }

    /// <summary>Changes the number of hard links.</summary>
    /// <param name="delta">How many more; the count stays at least 0.</param>
    /// <locks>Caller: inode lock exclusive. Takes: i_lock.</locks>
    public void AddLinks(int delta)
    {
        Lock.AssertHeldExclusive();
        using (SpinGuard guard = _state.Acquire())
        {
            InodeAttributes seen = _attributes;
            uint count = checked((uint)(seen.LinkCount + delta));
            Volatile.Write(ref _attributes, seen with { LinkCount = count });
            Volatile.Write(ref _isStale, 1);
            CountUnlinkedLocked(count == 0);
        }

        MarkDirty(InodeDirty.Attributes);
    }

    /// <summary>The driver hears that the inode changed in memory. Called after each change, without
    /// i_lock.</summary>
    /// <param name="what">What changed.</param>
    /// <locks>Caller: what the setter's caller holds; may be a folio lock.</locks>
    protected internal virtual void MarkDirty(InodeDirty what)
    {
    }

    /// <summary>Counts the inode among those without a name, or not.</summary>
    /// <param name="isUnlinked">Whether it has no name and is in memory.</param>
    /// <locks>Takes: i_lock.</locks>
    internal void CountUnlinked(bool isUnlinked)
    {
        using SpinGuard guard = _state.Acquire();
        CountUnlinkedLocked(isUnlinked);
    }

    /// <summary>Tells the driver of times that a lazytime mount kept to itself.</summary>
    /// <returns>Whether there were any.</returns>
    internal bool FlushLazyTimes()
    {
        if (Interlocked.Exchange(ref _lazyTimes, 0) == 0)
        {
            return false;
        }

        MarkDirty(InodeDirty.Times);
        return true;
    }

    private void CountUnlinkedLocked(bool isUnlinked)
    {
        if (_isCountedUnlinked != isUnlinked)
        {
            _isCountedUnlinked = isUnlinked;
            SuperBlock.CountUnlinked(isUnlinked ? 1 : -1);
        }
    }

    private bool Touch(UnixTime now, bool modified)
    {
        using (SpinGuard guard = _state.Acquire())
        {
            if (_changeTime == now && (!modified || _modifyTime == now))
            {
                return false;
            }

            _changeTime = now;
            _modifyTime = modified ? now : _modifyTime;
            _accessSettledUntilMs = 0;
            Volatile.Write(ref _isStale, 1);
        }

        MarkTimesDirty();
        return true;
    }

    private bool WantsAccessTime()
    {
        AccessTimePolicy policy = SuperBlock.Options.AccessTime;
        if (policy == AccessTimePolicy.Never || SuperBlock.IsReadOnly)
        {
            return false;
        }

        bool isSettled = policy == AccessTimePolicy.Relative
            && SuperBlock.Context.Clock.MonotonicMs < Volatile.Read(ref _accessSettledUntilMs);
        return !isSettled
            && (Flags & (InodeFlags.NoAtime | InodeFlags.Immutable)) == 0
            && !(IsDirectory && SuperBlock.Options.NoDirectoryAccessTime);
    }

    private bool SetAccessed()
    {
        UnixTime now = SuperBlock.Now;
        using (SpinGuard guard = _state.Acquire())
        {
            long ageSeconds = now.Seconds - _accessTime.Seconds;
            bool isRecent = SuperBlock.Options.AccessTime == AccessTimePolicy.Relative
                && IsAfter(_accessTime, _modifyTime)
                && IsAfter(_accessTime, _changeTime)
                && ageSeconds < DaySeconds;
            if (isRecent)
            {
                long leftMs = Math.Clamp((DaySeconds - ageSeconds) * 1000, 0, DayMs);
                _accessSettledUntilMs = SuperBlock.Context.Clock.MonotonicMs + leftMs;
                return false;
            }

            if (_accessTime == now)
            {
                return false;
            }

            _accessTime = now;
            Volatile.Write(ref _isStale, 1);
        }

        MarkTimesDirty();
        return true;
    }

    private void MarkTimesDirty()
    {
        if (SuperBlock.Options.LazyTime)
        {
            Volatile.Write(ref _lazyTimes, 1);
        }
        else
        {
            MarkDirty(InodeDirty.Times);
        }
    }

    private InodeAttributes RebuildAttributes()
    {
        using SpinGuard guard = _state.Acquire();
        InodeAttributes rebuilt = _attributes with
        {
            SizeBytes = _sizeBytes,
            Sectors = _sectors,
            AccessTime = _accessTime,
            ModifyTime = _modifyTime,
            ChangeTime = _changeTime,
        };
        Volatile.Write(ref _attributes, rebuilt);
        Volatile.Write(ref _isStale, 0);
        return rebuilt;
    }

    private static bool IsAfter(UnixTime time, UnixTime other) =>
        time.Seconds > other.Seconds
            || (time.Seconds == other.Seconds && time.Nanoseconds > other.Nanoseconds);
}
