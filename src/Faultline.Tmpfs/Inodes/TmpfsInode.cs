// What all inodes of tmpfs share: attributes and extended attributes, in memory.
//
// Locks: _xattrLock (rank 435) guards the extended attributes.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Tmpfs.Directories;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>An inode of tmpfs.</summary>
internal abstract class TmpfsInode : Inode
{
    private static readonly byte[] s_accessAcl = "system.posix_acl_access"u8.ToArray();
    private static readonly byte[] s_defaultAcl = "system.posix_acl_default"u8.ToArray();

    private readonly RwSemaphore _xattrLock;
    private Dictionary<byte[], byte[]>? _xattrs; // guarded by _xattrLock
    private int _mayHaveAcl; // set under _xattrLock, never cleared

    protected TmpfsInode(
        TmpfsVolume volume, InodeNumber number, in NewInode fresh, uint linkCount, long sizeBytes)
        : base(volume, number, AttributesOf(fresh, linkCount, sizeBytes))
    {
        Volume = volume;
        _xattrLock = new RwSemaphore(LockClasses.Xattr.For(volume.TypeName), number.Value);
        KeepInherited(s_accessAcl, fresh.AccessAcl);
        KeepInherited(s_defaultAcl, fresh.DefaultAcl);
    }

    /// <inheritdoc/>
    protected override bool IsMemoryOnly => true;

    /// <inheritdoc/>
    protected override bool MayHaveAcl => Volatile.Read(ref _mayHaveAcl) != 0;

    /// <inheritdoc/>
    protected override InodeFlags SettableFlags => InodeFlags.Immutable | InodeFlags.Append | InodeFlags.NoAtime
        | InodeFlags.Synchronous | InodeFlags.NoDump;

    /// <summary>The volume.</summary>
    protected TmpfsVolume Volume { get; }

    /// <inheritdoc/>
    public override Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value)
    {
        using SharedGuard guard = _xattrLock.AcquireShared();
        if (_xattrs is null
            || !_xattrs.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out byte[]? stored))
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

    /// <inheritdoc/>
    public override Result ListXattrs(IXattrSink sink)
    {
        using SharedGuard guard = _xattrLock.AcquireShared();
        foreach ((byte[] name, byte[] value) in _xattrs ?? [])
        {
            sink.Add(name, value.Length);
        }

        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        using ExclusiveGuard guard = _xattrLock.AcquireExclusive();
        _xattrs ??= new Dictionary<byte[], byte[]>(NameComparer.Instance);
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> lookup =
            _xattrs.GetAlternateLookup<ReadOnlySpan<byte>>();
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
        NoteAcl(name);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result RemoveXattr(ReadOnlySpan<byte> name)
    {
        using ExclusiveGuard guard = _xattrLock.AcquireExclusive();
        return _xattrs is not null && _xattrs.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name)
            ? Result.Ok
            : TmpfsReasons.NoXattrToRemove;
    }

    /// <inheritdoc/>
    protected override Result ApplyAttributes(in AttributeChange change)
    {
        ApplyInMemory(change);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override void Inactivate() => Volume.GiveInodeBack();

    private static InodeAttributes AttributesOf(in NewInode fresh, uint linkCount, long sizeBytes) => new()
    {
        Mode = fresh.Mode,
        Uid = fresh.Uid,
        Gid = fresh.Gid,
        LinkCount = linkCount,
        SizeBytes = sizeBytes,
        Sectors = 0,
        AccessTime = fresh.Time,
        ModifyTime = fresh.Time,
        ChangeTime = fresh.Time,
        BirthTime = fresh.Time,
        DeviceMajor = fresh.DeviceMajor,
        DeviceMinor = fresh.DeviceMinor,
        Generation = 1,
    };

    private void KeepInherited(byte[] name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            _xattrs ??= new Dictionary<byte[], byte[]>(NameComparer.Instance);
            _xattrs[name] = value.ToArray();
            NoteAcl(name);
        }
    }

    private void NoteAcl(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("system."u8))
        {
            Volatile.Write(ref _mayHaveAcl, 1);
        }
    }
}
