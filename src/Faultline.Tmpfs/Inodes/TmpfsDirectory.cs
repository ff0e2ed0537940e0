// A directory. Its size is what Linux shows for tmpfs: 20 bytes a name, "." and ".." included.
//
// Locks: the inode lock guards _names.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Tmpfs.Directories;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>A directory.</summary>
internal sealed class TmpfsDirectory(TmpfsVolume volume, InodeNumber number, in NewInode fresh)
    : TmpfsInode(volume, number, fresh, linkCount: 2, sizeBytes: 2 * NameBytes)
{
    private const long NameBytes = 20;

    private readonly NameTable _names = new();

    /// <inheritdoc/>
    protected override bool SupportsWhiteout => true;

    /// <inheritdoc/>
    public override Result<InodeNumber> LookupName(ReadOnlySpan<byte> name)
    {
        Lock.AssertHeld();
        return _names.Find(name) is NameEntry entry ? entry.Inode : TmpfsReasons.NoName;
    }

    /// <inheritdoc/>
    public override Result ReadDirectory(ulong cookie, IDirectorySink sink)
    {
        Lock.AssertHeld();
        _names.List(Number, ParentNumber, cookie, sink);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result<Inode> CreateChild(ReadOnlySpan<byte> name, in NewInode fresh)
    {
        Lock.AssertHeldExclusive();
        if (!Volume.TryTakeInode(out InodeNumber number))
        {
            return NoInodes();
        }

        TmpfsInode made = (fresh.Mode & ModeBits.S_IFMT) switch
        {
            ModeBits.S_IFDIR => new TmpfsDirectory(Volume, number, fresh),
            ModeBits.S_IFREG => new TmpfsFile(Volume, number, fresh, linkCount: 1),
            ModeBits.S_IFLNK => new TmpfsLink(Volume, number, fresh),
            _ => new TmpfsSpecial(Volume, number, fresh),
        };
        Inode entered = Volume.Inodes.AddNew(made);
        _names.Add(name, made);
        if (made.IsDirectory)
        {
            AddLinks(1);
        }

        NamesChanged(fresh.Time);
        return entered;
    }

    /// <inheritdoc/>
    protected override Result<Inode> CreateUnnamed(in NewInode fresh) =>
        Volume.TryTakeInode(out InodeNumber number)
            ? Volume.Inodes.AddNew(new TmpfsFile(Volume, number, fresh, linkCount: 0))
            : NoInodes();

    /// <inheritdoc/>
    protected override Result LinkChild(ReadOnlySpan<byte> name, Inode target)
    {
        Lock.AssertHeldExclusive();
        UnixTime now = Volume.Now;
        _names.Add(name, target);
        target.AddLinks(1);
        _ = target.TouchChanged(now);
        NamesChanged(now);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result UnlinkChild(ReadOnlySpan<byte> name, Inode victim)
    {
        Lock.AssertHeldExclusive();
        UnixTime now = Volume.Now;
        _names.Remove(name);
        victim.AddLinks(-1);
        _ = victim.TouchChanged(now);
        NamesChanged(now);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result RemoveDirectoryChild(ReadOnlySpan<byte> name, Inode victim)
    {
        Lock.AssertHeldExclusive();
        TmpfsDirectory removed = (TmpfsDirectory)victim;
        if (removed._names.Count != 0)
        {
            return TmpfsReasons.NotEmpty.At(victim.Number);
        }

        UnixTime now = Volume.Now;
        _names.Remove(name);
        removed.Removed(now);
        AddLinks(-1);
        NamesChanged(now);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result RenameChild(in RenameRequest request)
    {
        Lock.AssertHeldExclusive();
        request.NewDirectory.Lock.AssertHeldExclusive();
        TmpfsDirectory target = (TmpfsDirectory)request.NewDirectory;
        if (request.IsExchange)
        {
            Exchange(target, request);
        }
        else if (request.Target is TmpfsDirectory { _names.Count: > 0 } full)
        {
            return TmpfsReasons.ReplacedNotEmpty.At(full.Number);
        }
        else
        {
            Inode? whiteout = null;
            if (request.IsWhiteout && !TryMakeWhiteout(request, out whiteout))
            {
                return TmpfsReasons.NoInodeForWhiteout;
            }

            Move(target, request, whiteout);
            whiteout?.Put();
        }

        _ = request.Source.TouchChanged(request.Now);
        _ = request.Target?.TouchChanged(request.Now);
        NamesChanged(request.Now);
        target.NamesChanged(request.Now);
        return Result.Ok;
    }

    // Of the root, the root.
    private InodeNumber ParentNumber => ParentDirectory?.Number ?? Number;

    private static Result<Inode> NoInodes() => TmpfsReasons.NoInodes;

    private void Exchange(TmpfsDirectory target, in RenameRequest request)
    {
        _names.Replace(request.OldName, request.Target!);
        target._names.Replace(request.NewName, request.Source);
        if (request.Source.IsDirectory != request.Target!.IsDirectory)
        {
            int gained = request.Source.IsDirectory ? 1 : -1;
            AddLinks(-gained);
            target.AddLinks(gained);
        }
    }

    private bool TryMakeWhiteout(in RenameRequest request, out Inode? whiteout)
    {
        bool isTaken = Volume.TryTakeInode(out InodeNumber number);
        whiteout = isTaken
            ? Volume.Inodes.AddNew(new TmpfsSpecial(Volume, number, new NewInode
            {
                Mode = ModeBits.S_IFCHR,
                Uid = request.WhiteoutUid,
                Gid = request.WhiteoutGid,
                Time = request.Now,
            }))
            : null;
        return isTaken;
    }

    private void Move(TmpfsDirectory target, in RenameRequest request, Inode? whiteout)
    {
        if (whiteout is null)
        {
            _names.Remove(request.OldName);
        }
        else
        {
            _names.Replace(request.OldName, whiteout);
        }

        if (request.Target is null)
        {
            target._names.Add(request.NewName, request.Source);
        }
        else
        {
            target._names.Replace(request.NewName, request.Source);
            Replaced(target, request.Target, request.Now);
        }

        if (request.Source.IsDirectory && !ReferenceEquals(this, target))
        {
            AddLinks(-1);
            target.AddLinks(1);
        }
    }

    private static void Replaced(TmpfsDirectory directory, Inode victim, UnixTime now)
    {
        if (victim is TmpfsDirectory removed)
        {
            removed.Removed(now);
            directory.AddLinks(-1);
        }
        else
        {
            victim.AddLinks(-1);
        }
    }

    private void Removed(UnixTime now)
    {
        AddLinks(-(int)LinkCount);
        SetSize(0);
        _ = TouchChanged(now);
    }

    private void NamesChanged(UnixTime now)
    {
        SetSize((_names.Count + 2) * NameBytes);
        _ = TouchModified(now);
    }
}
