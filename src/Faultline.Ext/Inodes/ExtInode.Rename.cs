// Renames. The new name first, then the old one's removal, in one handle; a directory that moves learns its new parent.
//
// Locks: those of the VFS (Inode.Names.cs, RenameChild).

using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Directories;
using Faultline.Ext.Format.Nodes;
using Faultline.Iomap.Writing;
using Faultline.Jbd2.Transactions;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <content>Renames.</content>
internal sealed partial class ExtInode
{
    /// <inheritdoc/>
    protected override Result RenameChild(in RenameRequest request)
    {
        Lock.AssertHeldExclusive();
        request.NewDirectory.Lock.AssertHeldExclusive();
        ExtInode target = (ExtInode)request.NewDirectory;
        Result may = MayRename(target, request);
        if (!may.IsOk)
        {
            return may;
        }

        ExtInode? whiteout = null;
        Result<MetadataHandle> started = _fileSystem.Begin(_fileSystem.Costs.Rename(target.Record, request.IsWhiteout));
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Result renamed = request.IsExchange
                    ? Exchange(handle, target, request)
                    : Move(handle, target, request, out whiteout);
                if (!renamed.IsOk)
                {
                    return renamed;
                }

                RenameTimes(handle, target, request);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        if (whiteout is not null)
        {
            _fileSystem.NewInodes.Enter(whiteout).Put();
        }

        return Result.Ok;
    }

    private Result MayRename(ExtInode target, in RenameRequest request)
    {
        if (Record.Has(ExtInodeFlags.Encrypted) || target.Record.Has(ExtInodeFlags.Encrypted))
        {
            return ExtWriteReasons.EncryptedRename.At(Number);
        }

        Result may = _volume.DirectoryNames.CheckText(target.Record, request.NewName);
        if (!may.IsOk)
        {
            return may;
        }

        ExtInode source = (ExtInode)request.Source;
        if (target.Record.Has(ExtInodeFlags.ProjectInherit)
            && (source.Attributes.ProjectId != target.Attributes.ProjectId))
        {
            return ExtWriteReasons.RenameAcrossProjects.At(source.Number);
        }

        bool replacesDirectory = !request.IsExchange && (request.Target is { IsDirectory: true });
        if (replacesDirectory && !_volume.DirectoryWriter!.IsEmpty(((ExtInode)request.Target!).Record))
        {
            return ExtWriteReasons.ReplacedNotEmpty.At(request.Target!.Number);
        }

        // What replaces a file is on the device before its name is.
        bool replacesFile = !_fileSystem.Options.NoAutoAllocate && !request.IsExchange
            && request.Source.IsRegular && (request.Target is { IsRegular: true });
        return replacesFile && source.HasDirtyData
            ? WritePages.Run(source, WritebackControl.Everything)
            : Result.Ok;
    }

    private bool HasDirtyData => CanWriteData && (Mapping.DirtyBytes > 0);

    private Result Exchange(MetadataHandle handle, ExtInode target, in RenameRequest request)
    {
        DirectoryWriter writer = _volume.DirectoryWriter!;
        Inode left = request.Source;
        Inode right = request.Target!;
        writer.Replace(handle, Record, request.OldName, left.Number, right.Number, right.Type);
        writer.Replace(handle, target.Record, request.NewName, right.Number, left.Number, left.Type);
        if (ReferenceEquals(this, target))
        {
            return Result.Ok;
        }

        if (left.IsDirectory)
        {
            writer.SetParent(handle, ((ExtInode)left).Record, target.Number);
        }

        if (right.IsDirectory)
        {
            writer.SetParent(handle, ((ExtInode)right).Record, Number);
        }

        if (left.IsDirectory != right.IsDirectory)
        {
            AddDirectoryLinks(left.IsDirectory ? -1 : 1);
            target.AddDirectoryLinks(left.IsDirectory ? 1 : -1);
        }

        return Result.Ok;
    }

    private Result Move(MetadataHandle handle, ExtInode target, in RenameRequest request, out ExtInode? whiteout)
    {
        whiteout = null;
        DirectoryWriter writer = _volume.DirectoryWriter!;
        InodeRecord? whiteoutRecord = null;
        if (request.IsWhiteout)
        {
            Result<InodeRecord> made = _fileSystem.NewInodes.Make(handle, this, WhiteoutOf(request), linkCount: 1);
            if (!made.TryGet(out whiteoutRecord, out FsError error))
            {
                return error;
            }
        }

        if (request.Target is null)
        {
            Result<NamePlace> room = writer.MakeRoom(handle, target.Record, request.NewName);
            if (!room.TryGet(out NamePlace place, out FsError error))
            {
                if (whiteoutRecord is not null)
                {
                    _fileSystem.NewInodes.Unmake(handle, whiteoutRecord);
                }

                target.StoreDirectory(handle);
                return error;
            }

            writer.Insert(
                handle, target.Record, place, request.Source.Number, request.Source.Type, request.NewName);
        }
        else
        {
            writer.Replace(
                handle,
                target.Record,
                request.NewName,
                request.Target.Number,
                request.Source.Number,
                request.Source.Type);
            target.LoseReplaced(handle, (ExtInode)request.Target, request.Now);
        }

        whiteout = RemoveOld(handle, request, whiteoutRecord);
        FollowMove(handle, target, request);
        return Result.Ok;
    }

    private static NewInode WhiteoutOf(in RenameRequest request) => new()
    {
        Mode = ModeBits.S_IFCHR,
        Uid = request.WhiteoutUid,
        Gid = request.WhiteoutGid,
        Time = request.Now,
    };

    private ExtInode? RemoveOld(MetadataHandle handle, in RenameRequest request, InodeRecord? whiteout)
    {
        if (whiteout is null)
        {
            _volume.DirectoryWriter!.Remove(handle, Record, request.OldName, request.Source.Number);
            return null;
        }

        _volume.DirectoryWriter!.Replace(
            handle, Record, request.OldName, request.Source.Number, whiteout.Number, ModeBits.S_IFCHR);
        _fileSystem.NewInodes.Store(handle, whiteout);
        ExtInode made = new(_fileSystem, whiteout);
        made.Remember(handle);
        return made;
    }

    private void FollowMove(MetadataHandle handle, ExtInode target, in RenameRequest request)
    {
        if (request.Source.IsDirectory && !ReferenceEquals(this, target))
        {
            _volume.DirectoryWriter!.SetParent(handle, ((ExtInode)request.Source).Record, target.Number);
            AddDirectoryLinks(-1);
            target.AddDirectoryLinks(1);
        }
    }

    private void LoseReplaced(MetadataHandle handle, ExtInode victim, UnixTime now)
    {
        if (victim.IsDirectory)
        {
            victim.LoseDirectory(handle, now);
            AddDirectoryLinks(-1);
        }
        else
        {
            victim.LoseName(handle, now);
        }
    }

    private void RenameTimes(MetadataHandle handle, ExtInode target, in RenameRequest request)
    {
        ExtInode source = (ExtInode)request.Source;
        _ = source.TouchChanged(request.Now);
        source.Store(handle, changesData: false);
        if (request.IsExchange)
        {
            _ = request.Target!.TouchChanged(request.Now);
            ((ExtInode)request.Target).Store(handle, changesData: false);
        }

        NamesChanged(handle, request.Now);
        if (!ReferenceEquals(this, target))
        {
            target.NamesChanged(handle, request.Now);
        }
    }
}
