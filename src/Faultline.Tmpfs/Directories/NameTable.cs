// The names of one directory: found by hash, listed in the order in which they were made.
//
// Invariants: _order is ascending by cookie and holds every name once, and removed ones until the next sweep; a
// cookie is never used again, so a reader who comes back with one misses no name that was there all the time, and
// sees none twice.
// Locks: the directory's inode lock, shared to look up and list, exclusive to change.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Directories;

/// <summary>The names of one directory.</summary>
internal sealed class NameTable
{
    /// <summary>Cookies of "." and "..".</summary>
    private const ulong DotCookie = 1;
    private const ulong DotDotCookie = 2;
    private const int SweepMin = 32;

    private readonly Dictionary<byte[], NameEntry> _names = new(NameComparer.Instance);
    private readonly List<NameEntry> _order = [];
    private ulong _lastCookie = DotDotCookie;
    private int _removedCount; // of _order

    /// <summary>Number of names, without "." and "..".</summary>
    internal int Count => _names.Count;

    /// <summary>Finds a name.</summary>
    /// <param name="name">Name bytes.</param>
    /// <returns>The entry, or null.</returns>
    internal NameEntry? Find(ReadOnlySpan<byte> name) =>
        _names.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out NameEntry? entry) ? entry : null;

    /// <summary>Adds a name that is not there.</summary>
    /// <param name="name">Name bytes; copied.</param>
    /// <param name="inode">What it names.</param>
    internal void Add(ReadOnlySpan<byte> name, Inode inode)
    {
        _lastCookie++;
        NameEntry entry = new(name.ToArray(), _lastCookie);
        _names.Add(entry.Name, entry);
        _order.Add(entry);
        Point(entry, inode);
    }

    /// <summary>Makes a name that is there mean something else.</summary>
    /// <param name="name">Name bytes.</param>
    /// <param name="inode">What it names from now on.</param>
    internal void Replace(ReadOnlySpan<byte> name, Inode inode)
    {
        NameEntry? entry = Find(name);
        Check.That(entry is not null);
        Point(entry, inode);
    }

    /// <summary>Removes a name that is there.</summary>
    /// <param name="name">Name bytes.</param>
    internal void Remove(ReadOnlySpan<byte> name)
    {
        NameEntry? entry = Find(name);
        Check.That(entry is not null);
        _ = _names.Remove(entry.Name);
        entry.IsRemoved = true;
        _removedCount++;
        if (_removedCount > SweepMin && _removedCount > _order.Count / 2)
        {
            _ = _order.RemoveAll(static each => each.IsRemoved);
            _removedCount = 0;
        }
    }

    /// <summary>Lists names after a cookie.</summary>
    /// <param name="self">The directory's number.</param>
    /// <param name="parent">Its parent's number.</param>
    /// <param name="cookie">0 for the start.</param>
    /// <param name="sink">Takes the entries.</param>
    internal void List(InodeNumber self, InodeNumber parent, ulong cookie, IDirectorySink sink)
    {
        if (cookie < DotCookie && !sink.Add("."u8, self, FileType.Directory, DotCookie))
        {
            return;
        }

        if (cookie < DotDotCookie && !sink.Add(".."u8, parent, FileType.Directory, DotDotCookie))
        {
            return;
        }

        ReadOnlySpan<NameEntry> entries = CollectionsMarshal.AsSpan(_order).Slice(FirstAfter(cookie));
        foreach (NameEntry entry in entries)
        {
            if (!entry.IsRemoved && !sink.Add(entry.Name, entry.Inode, entry.Type, entry.Cookie))
            {
                return;
            }
        }
    }

    private static void Point(NameEntry entry, Inode inode)
    {
        entry.Inode = inode.Number;
        entry.Type = (FileType)(inode.Type >> 12);
    }

    private int FirstAfter(ulong cookie)
    {
        int low = 0;
        int high = _order.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_order[middle].Cookie <= cookie)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
