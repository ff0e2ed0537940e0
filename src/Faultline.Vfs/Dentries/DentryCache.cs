// The names of one volume in memory, negative ones included.
//
// Locks: none of our own; the table is concurrent and dentries are immutable. Whoever adds a name holds the directory's
// inode lock, at least shared, so that what is added is what the directory says.

using System;
using System.Collections.Concurrent;
using System.Threading;
using Faultline.Base;

namespace Faultline.Vfs.Dentries;

/// <summary>The names of one volume in memory.</summary>
public sealed class DentryCache
{
    private const long EstimatedDentryBytes = 256;
    private const long BudgetShare = 64;
    private const int CountMin = 1024;
    private const int TrimBatch = 8;

    private readonly ConcurrentDictionary<DentryKey, Dentry> _table = new(new DentryKeyComparer());
    private readonly ConcurrentQueue<Dentry> _clock = new();
    private readonly long _countMax;
    private readonly Lazy<Dentry> _root;
    private long _count;

    internal DentryCache(SuperBlock superBlock)
    {
        _countMax = Math.Max(CountMin, superBlock.Pool.BudgetBytes / BudgetShare / EstimatedDentryBytes);
        _root = new Lazy<Dentry>(() => new Dentry(null, [], superBlock.RootNumber));
    }

    /// <summary>The root directory's entry.</summary>
    public Dentry Root => _root.Value;

    /// <summary>Names in memory.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Finds a name. No allocation, no lock.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">Name bytes.</param>
    /// <returns>The entry, perhaps negative, or null when it is not known.</returns>
    public Dentry? Find(Dentry parent, ReadOnlySpan<byte> name)
    {
        ConcurrentDictionary<DentryKey, Dentry>.AlternateLookup<DentryLookup> lookup =
            _table.GetAlternateLookup<DentryLookup>();
        if (!lookup.TryGetValue(new DentryLookup(parent.Id, name), out Dentry? dentry))
        {
            return null;
        }

        dentry.MarkUsed();
        return dentry;
    }

    /// <summary>Adds what a look-up in the directory answered.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">Name bytes; copied.</param>
    /// <param name="inode">The inode, or none when there is no such name.</param>
    /// <returns>The entry; another's if it came first.</returns>
    /// <locks>Caller: the directory's inode lock, at least shared.</locks>
    internal Dentry Add(Dentry parent, ReadOnlySpan<byte> name, InodeNumber inode)
    {
        byte[] copy = name.ToArray();
        Dentry added = new(parent, copy, inode);
        Dentry kept = _table.GetOrAdd(new DentryKey(parent.Id, copy), added);
        if (ReferenceEquals(kept, added))
        {
            _ = Interlocked.Increment(ref _count);
            _clock.Enqueue(added);
            Trim();
        }

        return kept;
    }

    /// <summary>Forgets every name.</summary>
    internal void Clear()
    {
        _table.Clear();
        _clock.Clear();
        Volatile.Write(ref _count, 0);
    }

    private void Trim()
    {
        for (int step = 0; step < TrimBatch && Count > _countMax; step++)
        {
            if (!_clock.TryDequeue(out Dentry? dentry))
            {
                return;
            }

            if (dentry.TakeRecentlyUsed())
            {
                _clock.Enqueue(dentry);
            }
            else if (_table.TryRemove(new DentryKey(dentry.Parent!.Id, dentry.Name), out _))
            {
                _ = Interlocked.Decrement(ref _count);
            }
        }
    }
}
