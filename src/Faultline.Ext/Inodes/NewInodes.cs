// Makes inodes: takes a number, fills the on-disk form in, gives directories their first block, links their target and
// everything its inherited attributes. What finds no space is taken back as a whole.
//
// Invariants: an inode that is being made cannot be read in by number until it has entered the inode cache.
// Locks: none; _making is concurrent.

using System;
using System.Collections.Concurrent;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Jbd2.Transactions;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>Makes inodes.</summary>
/// <param name="fileSystem">The volume, mounted for writing.</param>
internal sealed class NewInodes(ExtFileSystem fileSystem)
{
    private const ExtInodeFlags InheritedByAll = ExtInodeFlags.Synchronous | ExtInodeFlags.NoDump
        | ExtInodeFlags.NoAtime;

    private const ExtInodeFlags InheritedByDirectories = ExtInodeFlags.ProjectInherit | ExtInodeFlags.Casefold;

    private readonly ConcurrentDictionary<ulong, bool> _making = new();
    private readonly ExtVolume _volume = fileSystem.Volume;

    /// <summary>Contents of symbolic links, as blocks of the buffer cache.</summary>
    internal static BlockFormat LinkFormat { get; } = new("symbolic link", VerifyNothing);

    /// <summary>Whether a number belongs to an inode that is being made.</summary>
    /// <param name="number">The number.</param>
    /// <returns>True until it has entered the cache.</returns>
    internal bool IsMaking(InodeNumber number) => !_making.IsEmpty && _making.ContainsKey(number.Value);

    /// <summary>Makes an inode's on-disk form and what belongs to it; it is not stored yet.</summary>
    /// <param name="handle">With the credits of <see cref="OperationCosts.Create"/>.</param>
    /// <param name="directory">Where it is made.</param>
    /// <param name="fresh">What is to be made.</param>
    /// <param name="linkCount">1, or 0 without a name; directories get one more.</param>
    /// <returns>The on-disk form.</returns>
    /// <errors>ENOSPC; EDQUOT; damage throws FsException. Nothing was made then.</errors>
    internal Result<InodeRecord> Make(MetadataHandle handle, ExtInode directory, in NewInode fresh, ushort linkCount)
    {
        uint type = fresh.Mode & ModeBits.S_IFMT;
        bool isDirectory = type == ModeBits.S_IFDIR;
        Result<InodeNumber> taken = _volume.InodeAllocator!.Take(handle, directory.Number, isDirectory);
        if (!taken.TryGet(out InodeNumber number, out FsError error))
        {
            return error;
        }

        _ = _making.TryAdd(number.Value, true);
        InodeRecord record = Start(number, directory.Record, fresh);
        record.LinkCount = isDirectory ? (ushort)2 : linkCount;
        Result filled = Fill(handle, record, directory, fresh);
        filled = filled.IsOk ? Inherit(handle, record, fresh) : filled;
        if (!filled.IsOk)
        {
            Unmake(handle, record);
            return filled.Error;
        }

        return record;
    }

    /// <summary>Takes back an inode that was made and not stored.</summary>
    /// <param name="handle">The handle that made it.</param>
    /// <param name="record">The inode.</param>
    internal void Unmake(MetadataHandle handle, InodeRecord record)
    {
        _volume.XattrWriter!.RemoveAll(handle, record);
        bool hasBlocks = record.IsDirectory || (record.IsSymbolicLink && !IsFastLink(record));
        if (hasBlocks && !record.Has(ExtInodeFlags.InlineData))
        {
            _volume.Space!.FreeSmall(handle, record);
        }

        _volume.InodeAllocator!.Give(handle, record.Number, record.IsDirectory);
        _ = _making.TryRemove(record.Number.Value, out _);
    }

    /// <summary>Stores an inode that was made.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="record">The inode.</param>
    internal void Store(MetadataHandle handle, InodeRecord record) => _volume.Inodes.Store(handle, record);

    /// <summary>Enters an inode that was made and stored into the cache.</summary>
    /// <param name="made">The inode.</param>
    /// <returns>It, with a reference.</returns>
    /// <locks>Caller: no handle. Takes: inode lifetime.</locks>
    internal Inode Enter(ExtInode made)
    {
        Inode entered = fileSystem.Inodes.AddNew(made);
        _ = _making.TryRemove(made.Number.Value, out _);
        return entered;
    }

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;

    private static bool IsFastLink(InodeRecord record) => record.SizeBytes < InodeDisk.MapBytes;

    private InodeRecord Start(InodeNumber number, InodeRecord parent, in NewInode fresh)
    {
        ExtSuperBlock super = _volume.Super;
        uint type = fresh.Mode & ModeBits.S_IFMT;
        ExtInodeFlags flags = type == ModeBits.S_IFLNK ? ExtInodeFlags.None : parent.Flags & InheritedByAll;
        flags |= type == ModeBits.S_IFDIR ? parent.Flags & InheritedByDirectories : ExtInodeFlags.None;
        int extra = super.InodeSize > InodeDisk.SizeBytes ? ExtraSize(super) : 0;
        InodeRecord record = _volume.Inodes.Fresh(number, fresh.Mode, flags, fileSystem.NextGeneration(), extra);
        record.Uid = fresh.Uid;
        record.Gid = fresh.Gid;
        if (parent.Has(ExtInodeFlags.ProjectInherit))
        {
            record.SetExtra(ExtAttributes.ProjectOffset, parent.Extra(ExtAttributes.ProjectOffset));
        }

        UnixTime time = fileSystem.ToGranularity(fresh.Time);
        InodeTimes.Write(record, time, time, time);
        InodeTimes.WriteBirth(record, time);
        return record;
    }

    // What the volume wants, as far as inodes are large enough; all that we know otherwise.
    private static int ExtraSize(ExtSuperBlock super)
    {
        int wanted = super.Has(FeatureReadOnlyCompat.ExtraIsize) ? super.Raw.ExtraInodeSizeWanted : 0;
        int room = super.InodeSize - InodeDisk.SizeBytes;
        bool isSane = (wanted >= InodeExtraDisk.ChecksumHighEnd) && (wanted % 4 == 0) && (wanted <= room);
        return isSane ? wanted : Math.Min(InodeExtraDisk.SizeBytes, room);
    }

    private Result Fill(MetadataHandle handle, InodeRecord record, ExtInode directory, in NewInode fresh)
    {
        switch (record.Type)
        {
            case ModeBits.S_IFDIR:
                record.StartMap(_volume.Super.Has(FeatureIncompat.Extents));
                return _volume.DirectoryWriter!.Start(handle, record, directory.Number);

            case ModeBits.S_IFREG:
                record.StartMap(_volume.Super.Has(FeatureIncompat.Extents));
                return Result.Ok;

            case ModeBits.S_IFLNK:
                return FillLink(handle, record, fresh.Target);

            case ModeBits.S_IFCHR or ModeBits.S_IFBLK:
                ExtAttributes.WriteDevice(record, fresh.DeviceMajor, fresh.DeviceMinor);
                return Result.Ok;

            default:
                return Result.Ok;
        }
    }

    private Result FillLink(MetadataHandle handle, InodeRecord record, ReadOnlySpan<byte> target)
    {
        record.SizeBytes = target.Length;
        if (target.Length < InodeDisk.MapBytes)
        {
            target.CopyTo(record.WritableMap);
            return Result.Ok;
        }

        // With the terminator, which readers count on.
        if (target.Length >= _volume.Super.BlockSize)
        {
            record.SizeBytes = 0;
            return ExtWriteReasons.LinkTooLong;
        }

        record.StartMap(_volume.Super.Has(FeatureIncompat.Extents));
        Result<BlockNumber> allocated = _volume.Space!.AllocateBlock(handle, record, 0);
        if (!allocated.TryGet(out BlockNumber block, out FsError error))
        {
            return error;
        }

        MetadataBuffer buffer = handle.Create(block, LinkFormat, default);
        target.CopyTo(handle.Change(buffer));
        return Result.Ok;
    }

    private Result Inherit(MetadataHandle handle, InodeRecord record, in NewInode fresh)
    {
        XattrWriter xattrs = _volume.XattrWriter!;
        Result stored = fresh.AccessAcl.IsEmpty
            ? Result.Ok
            : xattrs.Set(handle, record, "system.posix_acl_access"u8, fresh.AccessAcl, XattrFlags.None);
        return !stored.IsOk || fresh.DefaultAcl.IsEmpty
            ? stored
            : xattrs.Set(handle, record, "system.posix_acl_default"u8, fresh.DefaultAcl, XattrFlags.None);
    }
}
