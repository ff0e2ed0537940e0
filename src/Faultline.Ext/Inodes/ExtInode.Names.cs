// The names of a directory: what the VFS asks of a driver that writes. Each operation is one handle. What may fail for
// want of space comes first and can be taken back; then everything is changed, in memory and in the buffers, and
// stored.
//
// Locks: those of the VFS (Inode.Names.cs); below them the handle, and what the parts take.

using System;
using Faultline.Base;
using Faultline.Ext.Directories;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Jbd2.Transactions;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <content>Names.</content>
internal sealed partial class ExtInode
{
    private const uint LinkMax = 65000;

    /// <inheritdoc/>
    public override uint LinkCountMax =>
        IsDirectory && _volume.Super.Has(FeatureReadOnlyCompat.DirNlink) ? uint.MaxValue : LinkMax;

    /// <inheritdoc/>
    protected override bool SupportsWhiteout => true;

    /// <inheritdoc/>
    protected override Result<Inode> CreateChild(ReadOnlySpan<byte> name, in NewInode fresh)
    {
        Lock.AssertHeldExclusive();
        Result may = MayTakeName(name);
        if (!may.IsOk)
        {
            return may.Error;
        }

        ExtInode made;
        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.Create(Record, fresh));
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Result<InodeRecord> begun = _fileSystem.NewInodes.Make(handle, this, fresh, linkCount: 1);
                if (!begun.TryGet(out InodeRecord? record, out error))
                {
                    return error;
                }

                Result<NamePlace> room = _volume.DirectoryWriter!.MakeRoom(handle, Record, name);
                if (!room.TryGet(out NamePlace place, out error))
                {
                    _fileSystem.NewInodes.Unmake(handle, record);
                    StoreDirectory(handle);
                    return error;
                }

                _volume.DirectoryWriter.Insert(handle, Record, place, record.Number, record.Type, name);
                _fileSystem.NewInodes.Store(handle, record);
                if (record.IsDirectory)
                {
                    AddDirectoryLinks(1);
                }

                NamesChanged(handle, fresh.Time);
                made = new ExtInode(_fileSystem, record);
                made.Remember(handle);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return _fileSystem.NewInodes.Enter(made);
    }

    /// <inheritdoc/>
    protected override Result<Inode> CreateUnnamed(in NewInode fresh)
    {
        ExtInode made;
        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.Create(Record, fresh));
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Result<InodeRecord> begun = _fileSystem.NewInodes.Make(handle, this, fresh, linkCount: 0);
                if (!begun.TryGet(out InodeRecord? record, out error))
                {
                    return error;
                }

                _fileSystem.Orphans!.Add(handle, record);
                _fileSystem.NewInodes.Store(handle, record);
                made = new ExtInode(_fileSystem, record);
                made.Remember(handle);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return _fileSystem.NewInodes.Enter(made);
    }

    /// <inheritdoc/>
    protected override Result LinkChild(ReadOnlySpan<byte> name, Inode target)
    {
        Lock.AssertHeldExclusive();
        Result may = MayTakeName(name);
        if (!may.IsOk)
        {
            return may;
        }

        ExtInode linked = (ExtInode)target;
        if ((linked.Record.Has(ExtInodeFlags.ProjectInherit) || Record.Has(ExtInodeFlags.ProjectInherit))
            && (linked.Attributes.ProjectId != Attributes.ProjectId))
        {
            return ExtWriteReasons.LinkAcrossProjects.At(target.Number);
        }

        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.AddName(Record));
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Result<NamePlace> room = _volume.DirectoryWriter!.MakeRoom(handle, Record, name);
                if (!room.TryGet(out NamePlace place, out error))
                {
                    StoreDirectory(handle);
                    return error;
                }

                UnixTime now = _fileSystem.Now;
                _volume.DirectoryWriter.Insert(handle, Record, place, target.Number, target.Type, name);
                if (target.LinkCount == 0)
                {
                    _fileSystem.Orphans!.Remove(handle, linked.Record);
                }

                linked.AddLinks(1);
                _ = linked.TouchChanged(now);
                linked.Store(handle, changesData: false);
                NamesChanged(handle, now);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result UnlinkChild(ReadOnlySpan<byte> name, Inode victim)
    {
        Lock.AssertHeldExclusive();
        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.RemoveName);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                UnixTime now = _fileSystem.Now;
                _volume.DirectoryWriter!.Remove(handle, Record, name, victim.Number);
                ((ExtInode)victim).LoseName(handle, now);
                NamesChanged(handle, now);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result RemoveDirectoryChild(ReadOnlySpan<byte> name, Inode victim)
    {
        Lock.AssertHeldExclusive();
        ExtInode removed = (ExtInode)victim;
        if (!_volume.DirectoryWriter!.IsEmpty(removed.Record))
        {
            return ExtWriteReasons.DirectoryNotEmpty.At(victim.Number);
        }

        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.RemoveName);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                UnixTime now = _fileSystem.Now;
                _volume.DirectoryWriter.Remove(handle, Record, name, victim.Number);
                removed.LoseDirectory(handle, now);
                AddDirectoryLinks(-1);
                NamesChanged(handle, now);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    // Encrypted directories take no new name without their key; casefolded strict ones no invalid text.
    private Result MayTakeName(ReadOnlySpan<byte> name) => Record.Has(ExtInodeFlags.Encrypted)
        ? ExtWriteReasons.EncryptedName.At(Number)
        : _volume.DirectoryNames.CheckText(Record, name);

    private void Remember(MetadataHandle handle)
    {
        _transaction = handle.Transaction.Value;
        _dataTransaction = handle.Transaction.Value;
    }

    // The names of this directory changed: its times, and what MakeRoom did to its size and map.
    private void NamesChanged(MetadataHandle handle, UnixTime now)
    {
        FollowRecord();
        _ = TouchModified(now);
        Store(handle, changesData: true);
    }

    private void StoreDirectory(MetadataHandle handle)
    {
        FollowRecord();
        Store(handle, changesData: true);
    }

    private void LoseName(MetadataHandle handle, UnixTime now)
    {
        AddLinks(-1);
        _ = TouchChanged(now);
        if (LinkCount == 0)
        {
            _fileSystem.Orphans!.Add(handle, Record);
        }

        Store(handle, changesData: false);
    }

    private void LoseDirectory(MetadataHandle handle, UnixTime now)
    {
        AddLinks(-(int)LinkCount);
        SetSize(0);
        _ = TouchChanged(now);
        _fileSystem.Orphans!.Add(handle, Record);
        Store(handle, changesData: false);
    }

    // A directory with more links than fit has one link, and keeps it.
    private void AddDirectoryLinks(int delta)
    {
        uint count = LinkCount;
        bool isMany = count == 1;
        bool overflows = (delta > 0) && (count >= LinkMax);
        if (overflows)
        {
            AddLinks(1 - (int)count);
        }
        else if (!isMany && ((delta > 0) || (count > 2)))
        {
            AddLinks(delta);
        }
    }
}
