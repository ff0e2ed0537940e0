// The extended attributes of one inode: made when the first is stored.
//
// Locks: _lock (rank 435) guards the table.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Tmpfs.Directories;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>The extended attributes of one inode.</summary>
/// <param name="key">Lock class.</param>
/// <param name="number">The inode.</param>
internal sealed class XattrStore(LockKey key, InodeNumber number)
{
    private readonly RwSemaphore _lock = new(key, number.Value);
    private readonly Dictionary<byte[], byte[]> _values = new(NameComparer.Instance); // guarded by _lock

    internal Result<int> Get(ReadOnlySpan<byte> name, Span<byte> value)
    {
        using SharedGuard guard = _lock.AcquireShared();
        if (!_values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out byte[]? stored))
        {
            return TmpfsReasons.NoXattr;
        }

        if (!value.IsEmpty && value.Length < stored.Length)
        {
            return TmpfsReasons.XattrRange;
        }

        if (!value.IsEmpty)
        {
            stored.CopyTo(value);
        }

        return stored.Length;
    }

    internal void List(IXattrSink sink)
    {
        using SharedGuard guard = _lock.AcquireShared();
        foreach ((byte[] name, byte[] value) in _values)
        {
            sink.Add(name, value.Length);
        }
    }

    internal Result Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> lookup =
            _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        bool exists = lookup.ContainsKey(name);
        if (exists && (flags & XattrFlags.XATTR_CREATE) != 0)
        {
            return TmpfsReasons.XattrExists;
        }

        if (!exists && (flags & XattrFlags.XATTR_REPLACE) != 0)
        {
            return TmpfsReasons.NoXattrToReplace;
        }

        lookup[name] = value.ToArray();
        return Result.Ok;
    }

    internal bool Remove(ReadOnlySpan<byte> name)
    {
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        return _values.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name);
    }
}
