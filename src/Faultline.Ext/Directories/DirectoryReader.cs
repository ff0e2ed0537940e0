// Lists directories and looks names up in them, wherever their entries are: in blocks, with or
// without a hash tree, or in the inode.
//
// A cookie is the place of the next entry: its byte in the directory's file, or for inline
// directories 1 after ".", 2 after "..", then 2 + its byte in the inline data; on a volume that is written, a place in
// the order of hashes where the directory has a tree or may get one (HashedListing). A cookie that points
// between entries goes on at the next one, so that a hostile cookie does no harm. Locks: caller,
// the directory's inode lock.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>Lists directories and looks names up.</summary>
internal sealed class DirectoryReader
{
    private readonly ExtSuperBlock _super;
    private readonly DirectoryFile _file;
    private readonly DirectoryNames _names;
    private readonly HtreeDirectory _trees;
    private readonly InlineDirectory _inline;
    private readonly FastCommitChanges? _changes;
    private readonly bool _listsByHash;

    internal DirectoryReader(
        ExtSuperBlock super,
        DirectoryFile file,
        InlineDirectory inline,
        FastCommitChanges? changes,
        bool listsByHash)
    {
        _listsByHash = listsByHash;
        _changes = changes;
        _super = super;
        _file = file;
        _names = new DirectoryNames(super);
        _trees = new HtreeDirectory(super, file, _names);
        _inline = inline;
    }

    /// <summary>Looks a name up.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name; of an encrypted directory as it is shown.</param>
    /// <returns>The inode's number.</returns>
    /// <errors>ENOENT; ENAMETOOLONG; EINVAL text that the volume refuses; damage throws FsException
    /// naming inode and block.</errors>
    internal Result<InodeNumber> Lookup(InodeRecord directory, ReadOnlySpan<byte> name)
    {
        if (name.Length > DirEntryDisk.NameLengthMax)
        {
            return ExtReasons.NameTooLong;
        }

        Result result = _names.CheckText(directory, name);
        if (!result.IsOk)
        {
            return result.Error;
        }

        if (ChangesOf(directory) is NameChanges changes)
        {
            bool isKnown = changes.TryFind(name, out InodeNumber changed)
                || (changes.NewParent != InodeNumber.None);
            if (isKnown)
            {
                return changed != InodeNumber.None ? changed : ExtReasons.NameGone;
            }
        }

        uint found;
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            found = _inline.Lookup(directory, name);
        }
        else
        {
            found = TryFind(directory, name, out NamePlace place) ? place.Inode : 0;
        }

        return found != 0 ? new InodeNumber(found) : ExtReasons.NameMissing;
    }

    /// <summary>Finds the entry of a name.</summary>
    /// <param name="directory">A directory whose entries are in blocks.</param>
    /// <param name="name">The name.</param>
    /// <param name="place">Where its entry is.</param>
    /// <returns>Whether there is such a name.</returns>
    /// <errors>Damage throws FsException naming inode and block.</errors>
    internal bool TryFind(InodeRecord directory, ReadOnlySpan<byte> name, out NamePlace place) =>
        CanUseTree(directory)
            ? _trees.TryFind(directory, name, out place)
            : TryFindLinear(directory, name, out place);

    /// <summary>Lists a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="cookie">Where to start.</param>
    /// <param name="sink">Takes the entries.</param>
    /// <errors>Damage throws FsException naming inode and block.</errors>
    internal void List(InodeRecord directory, ulong cookie, IDirectorySink sink)
    {
        if (ChangesOf(directory) is NameChanges changes)
        {
            ChangedListing.List(directory, changes, cookie, sink, ListDisk);
            return;
        }

        ListDisk(directory, cookie, sink);
    }

    private void ListDisk(InodeRecord directory, ulong cookie, IDirectorySink sink)
    {
        if (IsListedByHash(directory))
        {
            ListByHash(directory, cookie, sink);
            return;
        }

        if (directory.Has(ExtInodeFlags.InlineData))
        {
            _inline.List(directory, cookie, sink);
            return;
        }

        ulong blockSize = (ulong)_super.BlockSize;
        ulong blockCount = _file.BlockCount(directory);
        int from = (int)(cookie % blockSize);
        for (ulong index = cookie / blockSize; index < blockCount; index++)
        {
            if (!ListBlock(directory, index, from, sink))
            {
                return;
            }

            from = 0;
        }
    }

    /// <summary>Levels of a directory's hash tree.</summary>
    /// <param name="directory">A directory with a hash tree.</param>
    /// <returns>Levels of inner blocks, root included.</returns>
    internal int TreeLevels(InodeRecord directory) => _trees.Levels(directory);

    /// <summary>Type of an entry as the kernel reports it.</summary>
    /// <param name="type">As stored.</param>
    /// <returns>The type, Unknown for what is none.</returns>
    internal static FileType TypeOf(byte type) => type switch
    {
        1 => FileType.Regular,
        2 => FileType.Directory,
        3 => FileType.CharacterDevice,
        4 => FileType.BlockDevice,
        5 => FileType.Fifo,
        6 => FileType.Socket,
        7 => FileType.SymbolicLink,
        _ => FileType.Unknown,
    };

    // Blocks of a volume that is written split, and one block becomes a tree.
    private bool IsListedByHash(InodeRecord directory) => _listsByHash
        && _super.Has(FeatureCompat.DirIndex)
        && !directory.Has(ExtInodeFlags.Encrypted)
        && (directory.Has(ExtInodeFlags.Index | ExtInodeFlags.InlineData)
            || (directory.SizeBytes == _super.BlockSize));

    private void ListByHash(InodeRecord directory, ulong cookie, IDirectorySink sink)
    {
        bool isTree = directory.Has(ExtInodeFlags.Index);
        HashVersion version = isTree ? _trees.Version(directory) : HashVersionOf(directory);
        HashedListing listing = new(_names, directory, version, cookie, sink);
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            _inline.ListByHash(directory, listing);
            return;
        }

        MetadataBuffer first = _file.Read(directory, 0);
        if (!listing.AddDots(ParentIn(first, directory)))
        {
            return;
        }

        if (isTree)
        {
            _trees.List(directory, listing);
            return;
        }

        listing.Take(first, _file.Records(first));
        _ = listing.Flush();
    }

    private InodeNumber ParentIn(MetadataBuffer first, InodeRecord directory)
    {
        DirEntryReader records = _file.Records(first);
        while (records.TryRead(out DirEntry entry, out _))
        {
            if (entry.Name.SequenceEqual(".."u8))
            {
                return new InodeNumber(entry.Inode);
            }
        }

        throw new FsException(ExtWriteReasons.NoParentEntry.At(directory.Number, first.Block));
    }

    // Names of encrypted directories are sought by what is shown of them, which the tree does not know.
    private static bool CanUseTree(InodeRecord directory) =>
        directory.Has(ExtInodeFlags.Index) && !directory.Has(ExtInodeFlags.Encrypted);

    private NameChanges? ChangesOf(InodeRecord directory) =>
        _changes?.Names.GetValueOrDefault(directory.Number.Value);

    private static bool IsDots(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("."u8) || name.SequenceEqual(".."u8);

    private bool ListBlock(InodeRecord directory, ulong index, int from, IDirectorySink sink)
    {
        MetadataBuffer block = _file.Read(directory, index);
        DirEntryReader records = _file.Records(block);
        ulong start = index * (ulong)_super.BlockSize;
        Span<byte> shown = stackalloc byte[NoKeyName.LengthMax];
        while (records.TryRead(out DirEntry entry, out _))
        {
            if ((entry.Inode == 0) || (entry.Offset < from))
            {
                continue;
            }

            ReadOnlySpan<byte> name = Show(directory, block, entry, shown);
            bool isTaken = sink.Add(
                name, new InodeNumber(entry.Inode), TypeOf(entry.FileType), start + (ulong)entry.End);
            if (!isTaken)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFindLinear(InodeRecord directory, ReadOnlySpan<byte> name, out NamePlace place)
    {
        ulong blockCount = _file.BlockCount(directory);
        Span<byte> shown = stackalloc byte[NoKeyName.LengthMax];
        for (ulong index = 0; index < blockCount; index++)
        {
            MetadataBuffer block = _file.Read(directory, index);
            DirEntryReader records = _file.Records(block);
            int previous = -1;
            while (records.TryRead(out DirEntry entry, out _))
            {
                bool isFound = (entry.Inode != 0)
                    && DirectoryNames.Matches(
                        directory, Show(directory, block, entry, shown), name);
                if (isFound)
                {
                    place = new NamePlace(block, entry.Offset, previous, entry.Inode);
                    return true;
                }

                previous = entry.Offset;
            }
        }

        place = default;
        return false;
    }

    private ReadOnlySpan<byte> Show(
        InodeRecord directory, MetadataBuffer block, DirEntry entry, Span<byte> shown)
    {
        if (!directory.Has(ExtInodeFlags.Encrypted) || IsDots(entry.Name))
        {
            return entry.Name;
        }

        uint hash;
        uint minor;
        if (directory.Has(ExtInodeFlags.Casefold))
        {
            // The keyed hash of the folded name cannot be computed; the entry brings it along.
            int offset = entry.Offset + (int)Bits.AlignUp(
                DirEntryDisk.HeadBytes + entry.Name.Length, 4);
            bool hasHash = offset + DirEntryDisk.HashBytes <= entry.End;
            hash = hasHash ? Disk.View<LeUInt32>(block.Bytes, offset).Value : 0U;
            minor = hasHash ? Disk.View<LeUInt32>(block.Bytes, offset + 4).Value : 0U;
        }
        else
        {
            hash = _names.Hash(directory, entry.Name, HashVersionOf(directory), out minor);
        }

        return shown.Slice(0, NoKeyName.Show(entry.Name, hash, minor, shown));
    }

    private HashVersion HashVersionOf(InodeRecord directory)
    {
        byte version = directory.Has(ExtInodeFlags.Index)
            ? Disk.View<HtreeRootInfoDisk>(
                _file.Read(directory, 0).Bytes, HtreeRootInfoDisk.Offset).HashVersion
            : _super.Raw.HashVersion;
        return version < (byte)HashVersion.SipHash ? (HashVersion)version : HashVersion.HalfMd4;
    }
}
