// The names of one volume in memory, negative ones included.
//
// Invariants
//   - What the table says of a directory is what the directory says: who adds holds the directory's inode lock shared,
//     who changes holds it exclusive and changes the table before the lock is released.
//   - A dentry is marked stale when it leaves the table. Who got an inode by a dentry's number and then finds the
//     dentry not stale has the inode that the name meant: a number is used again only after its name has left.
// Locks: none of our own; the table is concurrent.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Dentries;

/// <summary>The names of one volume in memory.</summary>
public sealed class DentryCache
{
    private const long EstimatedDentryBytes = 256;
    private const long BudgetShare = 64;
    private const int CountMin = 1024;
    private const int TrimBatch = 8;

    private readonly SuperBlock _superBlock;
    private readonly ConcurrentDictionary<DentryKey, Dentry> _table = new(new DentryKeyComparer());
    private readonly ConcurrentQueue<Dentry> _clock = new();
    private readonly long _countMax;
    private long _queuedCount; // dentries in _clock, stale ones included; interlocked
    private long _count; // interlocked

    internal DentryCache(SuperBlock superBlock)
    {
        _superBlock = superBlock;
        _countMax = Math.Max(CountMin, superBlock.Pool.BudgetBytes / BudgetShare / EstimatedDentryBytes);
    }

    /// <summary>Names in memory.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Finds what a name names. A cached name costs no lock and no allocation.</summary>
    /// <param name="directory">The directory, referenced by the caller.</param>
    /// <param name="name">Name bytes; not "." or "..".</param>
    /// <returns>The inode with a reference.</returns>
    /// <errors>ENOENT no such name; ENAMETOOLONG; what the driver answers; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing at rank 220 or deeper. Takes: inode lock of the directory, shared; inode
    /// lifetime.</locks>
    internal Result<Inode> LookUp(Inode directory, ReadOnlySpan<byte> name)
    {
        while (true)
        {
            Dentry? dentry = Find(directory, name);
            if (dentry is null)
            {
                return LookUpShared(directory, name);
            }

            if (dentry.IsNegative)
            {
                return Missing();
            }

            Scheduler.SyncPoint("lookup.found");
            Result<Inode> found = _superBlock.Inodes.Get(dentry.Inode);
            Scheduler.SyncPoint("lookup.got");
            if (!dentry.IsStale)
            {
                return Placed(directory, dentry, found);
            }

            if (found.IsOk)
            {
                found.Value.Put();
            }
        }
    }

    /// <summary>Finds what a name names, for a caller who holds the directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">Name bytes.</param>
    /// <param name="inode">The inode with a reference, or null when there is no such name.</param>
    /// <returns>Success, also when there is no such name.</returns>
    /// <errors>ENAMETOOLONG; what the driver answers; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock of the directory exclusive. Takes: inode lifetime.</locks>
    internal Result LookUpLocked(Inode directory, ReadOnlySpan<byte> name, out Inode? inode)
    {
        inode = null;
        Dentry? dentry = Find(directory, name);
        if (dentry is null)
        {
            Result<Dentry> asked = Ask(directory, name);
            if (!asked.TryGet(out dentry, out FsError error))
            {
                return error;
            }
        }

        if (dentry.IsNegative)
        {
            return Result.Ok;
        }

        Result<Inode> found = Placed(directory, dentry, _superBlock.Inodes.Get(dentry.Inode));
        if (!found.TryGet(out inode, out FsError failed))
        {
            return failed;
        }

        return Result.Ok;
    }

    /// <summary>Says what a name means from now on.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">Name bytes; copied.</param>
    /// <param name="inode">The inode, or none when the name is gone.</param>
    /// <returns>The name as it is kept.</returns>
    /// <locks>Caller: inode lock of the directory exclusive.</locks>
    internal byte[] Change(Inode directory, ReadOnlySpan<byte> name, InodeNumber inode)
    {
        directory.Lock.AssertHeldExclusive();
        Dentry? old = Find(directory, name);
        byte[] kept = old?.NameBytes ?? name.ToArray();
        if (!IsCachable(directory))
        {
            Forget(old);
            return kept;
        }

        Dentry changed = new(directory.ObjectId, kept, inode);
        old?.MarkStale();
        if (old is not null && _table.TryUpdate(new DentryKey(directory.ObjectId, kept), changed, old))
        {
            Enqueue(changed);
        }
        else
        {
            _ = Add(changed);
        }

        return kept;
    }

    /// <summary>Forgets every name.</summary>
    internal void Clear()
    {
        foreach (Dentry dentry in _table.Values)
        {
            Forget(dentry);
        }

        _clock.Clear();
        Volatile.Write(ref _queuedCount, 0);
    }

    private static Result<Inode> Missing() => VfsReasons.NoSuchName;

    private static Result<Inode> Placed(Inode directory, Dentry dentry, Result<Inode> found)
    {
        if (found.IsOk && found.Value.IsDirectory)
        {
            found.Value.EnsurePlace(directory, dentry.NameBytes);
        }

        return found;
    }

    // Names that compare without case have many spellings, and a change of one would have to find them all.
    private static bool IsCachable(Inode directory) =>
        directory.SuperBlock.IsReadOnly || (directory.Flags & InodeFlags.Casefold) == 0;

    private Dentry? Find(Inode directory, ReadOnlySpan<byte> name)
    {
        ConcurrentDictionary<DentryKey, Dentry>.AlternateLookup<DentryLookup> lookup =
            _table.GetAlternateLookup<DentryLookup>();
        if (!lookup.TryGetValue(new DentryLookup(directory.ObjectId, name), out Dentry? dentry))
        {
            return null;
        }

        dentry.MarkUsed();
        return dentry;
    }

    private Result<Inode> LookUpShared(Inode directory, ReadOnlySpan<byte> name)
    {
        using SharedGuard guard = directory.Lock.AcquireShared();
        Result<Dentry> asked = Ask(directory, name);
        if (!asked.TryGet(out Dentry? dentry, out FsError error))
        {
            return error;
        }

        return dentry.IsNegative
            ? Missing()
            : Placed(directory, dentry, _superBlock.Inodes.Get(dentry.Inode));
    }

    private Result<Dentry> Ask(Inode directory, ReadOnlySpan<byte> name)
    {
        if (name.Length > _superBlock.NameLengthMax)
        {
            return VfsReasons.NameTooLong;
        }

        Result<InodeNumber> found = directory.LookupName(name);
        if (!found.TryGet(out InodeNumber number, out FsError error))
        {
            if (error.Errno != Errno.ENOENT)
            {
                return error;
            }

            number = InodeNumber.None;
        }

        Dentry answered = new(directory.ObjectId, name.ToArray(), number);
        return IsCachable(directory) ? Add(answered) : answered;
    }

    private Dentry Add(Dentry added)
    {
        Dentry kept = _table.GetOrAdd(new DentryKey(added.DirectoryId, added.NameBytes), added);
        if (ReferenceEquals(kept, added))
        {
            _ = Interlocked.Increment(ref _count);
            Enqueue(added);
        }

        return kept;
    }

    private void Enqueue(Dentry added)
    {
        _ = Interlocked.Increment(ref _queuedCount);
        _clock.Enqueue(added);
        Trim();
    }

    private void Forget(Dentry? dentry)
    {
        if (dentry is null)
        {
            return;
        }

        dentry.MarkStale();
        DentryKey key = new(dentry.DirectoryId, dentry.NameBytes);
        if (_table.TryRemove(new KeyValuePair<DentryKey, Dentry>(key, dentry)))
        {
            _ = Interlocked.Decrement(ref _count);
        }
    }

    private void Trim()
    {
        for (int step = 0; step < TrimBatch && IsOverfull; step++)
        {
            if (!_clock.TryDequeue(out Dentry? dentry))
            {
                return;
            }

            if (!dentry.IsStale && dentry.TakeRecentlyUsed())
            {
                _clock.Enqueue(dentry);
                continue;
            }

            _ = Interlocked.Decrement(ref _queuedCount);
            if (!dentry.IsStale && Count > _countMax)
            {
                Forget(dentry);
            }
            else if (!dentry.IsStale)
            {
                _ = Interlocked.Increment(ref _queuedCount);
                _clock.Enqueue(dentry);
            }
        }
    }

    private bool IsOverfull => Count > _countMax || Volatile.Read(ref _queuedCount) > 2 * _countMax;
}
