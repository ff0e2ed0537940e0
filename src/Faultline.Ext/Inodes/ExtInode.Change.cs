// Attributes, extended attributes, and the end of an inode.
//
// Locks: those of the VFS (Inode.Names.cs); the xattr lock inside the handle, and inside it the block-map lock of a
// regular file: attributes outside the inode are space of the file, which the ends of I/O count, too.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <content>Changes of the inode itself.</content>
internal sealed partial class ExtInode
{
    private int _acl; // AclUnknown, AclNone, AclSome; a hint that is never None when there is one

    private const int AclUnknown = 0;
    private const int AclNone = 1;
    private const int AclSome = 2;

    /// <inheritdoc/>
    protected override InodeFlags SettableFlags
    {
        get
        {
            const InodeFlags Always = InodeFlags.Immutable | InodeFlags.Append | InodeFlags.NoAtime
                | InodeFlags.Synchronous | InodeFlags.NoDump;
            bool mayFold = IsDirectory && _volume.Super.Has(FeatureIncompat.Casefold);
            return mayFold ? Always | InodeFlags.Casefold : Always;
        }
    }

    /// <inheritdoc/>
    protected override bool MayHaveAcl
    {
        get
        {
            if (_acl == AclUnknown)
            {
                using SharedGuard guard = _xattrs.AcquireShared();
                bool hasAcl = _volume.Xattrs.Get(Record, "system.posix_acl_access"u8, default).IsOk
                    || _volume.Xattrs.Get(Record, "system.posix_acl_default"u8, default).IsOk;
                _acl = hasAcl ? AclSome : AclNone;
            }

            return _acl == AclSome;
        }
    }

    /// <inheritdoc/>
    protected override Result ApplyAttributes(in AttributeChange change)
    {
        Result may = MayApply(change);
        if (!may.IsOk)
        {
            return may;
        }

        Result<MetadataHandle> started = _fileSystem.Begin(1);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                ApplyInMemory(change);
                Store(handle, changesData: false);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        Result<MetadataHandle> started = _fileSystem.Begin(_volume.XattrWriter!.CreditsFor(value.Length) + 1);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                using ExclusiveGuard guard = _xattrs.AcquireExclusive();
                using ExclusiveGuard data = _map is null ? default : _map.Lock.AcquireExclusive();
                Result set = _volume.XattrWriter.Set(handle, Record, name, value, flags);
                return set.IsOk ? StoreXattrs(handle, name) : set;
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    protected override Result RemoveXattr(ReadOnlySpan<byte> name)
    {
        Result<MetadataHandle> started = _fileSystem.Begin(_volume.XattrWriter!.CreditsFor(0) + 1);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                using ExclusiveGuard guard = _xattrs.AcquireExclusive();
                using ExclusiveGuard data = _map is null ? default : _map.Lock.AcquireExclusive();
                Result removed = _volume.XattrWriter.Remove(handle, Record, name);
                return removed.IsOk ? StoreXattrs(handle, name) : removed;
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    protected override Result SetAccessAcl(ReadOnlySpan<byte> acl, in AttributeChange change)
    {
        Result may = MayApply(change);
        if (!may.IsOk)
        {
            return may;
        }

        Result<MetadataHandle> started = _fileSystem.Begin(_volume.XattrWriter!.CreditsFor(acl.Length) + 1);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                return SetAccessAclStarted(handle, acl, change);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Inactivate()
    {
        if (!_fileSystem.CanWrite || (Record.LinkCount != 0))
        {
            return;
        }

        // What is delayed or in flight goes with the map; what is in the inode goes with it.
        Result removed = (_map is not null) && !Record.Has(ExtInodeFlags.InlineData)
            ? _map.RemoveRange(0, long.MaxValue)
            : Result.Ok;
        if (!removed.IsOk)
        {
            throw new FsException(removed.Error);
        }

        // OK: an aborted log leaves the inode among the orphans, for the next mount.
        _ = _fileSystem.Release(Record, _fileSystem.Now);
    }

    private Result MayApply(in AttributeChange change)
    {
        if (change.Has(AttributeMask.Project) && (change.ProjectId != Attributes.ProjectId)
            && (!_volume.Super.Has(FeatureReadOnlyCompat.Project) || !Record.HasExtra(ExtAttributes.ProjectOffset)))
        {
            return ExtWriteReasons.NoProjects.At(Number);
        }

        bool changesFolding = change.Has(AttributeMask.Flags)
            && (((change.Flags ^ Flags) & InodeFlags.Casefold) != 0);
        return changesFolding && !_volume.DirectoryWriter!.IsEmpty(Record)
            ? ExtWriteReasons.FoldingNotEmpty.At(Number)
            : Result.Ok;
    }

    // What can be refused comes first: after the attribute nothing is.
    private Result SetAccessAclStarted(MetadataHandle handle, ReadOnlySpan<byte> acl, in AttributeChange change)
    {
        using ExclusiveGuard guard = _xattrs.AcquireExclusive();
        using ExclusiveGuard data = _map is null ? default : _map.Lock.AcquireExclusive();
        Result set = acl.IsEmpty
            ? _volume.XattrWriter!.Remove(handle, Record, "system.posix_acl_access"u8)
            : _volume.XattrWriter!.Set(handle, Record, "system.posix_acl_access"u8, acl, XattrFlags.None);
        bool wasNone = acl.IsEmpty && !set.IsOk && (set.Error.Errno == Errno.ENODATA);
        if (!set.IsOk && !wasNone)
        {
            return set;
        }

        ApplyInMemory(change);
        return StoreXattrs(handle, "system.posix_acl_access"u8);
    }

    private Result StoreXattrs(MetadataHandle handle, ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("system.posix_acl"u8))
        {
            _acl = AclUnknown;
        }

        FollowRecord();
        _ = TouchChanged(_fileSystem.Now);
        Store(handle, changesData: false);
        return Result.Ok;
    }
}
