// Changes the names of directories, wherever their entries are: in blocks, with or without a hash tree, or in the
// inode. Adding a name has two steps: making room, which may find no space and then leaves a directory that is whole
// and has the names it had; and inserting, which cannot fail.
//
// Locks: caller, the directory's inode lock exclusive, and an open handle. The caller stores the directory's inode
// afterwards: its size, map and flags may have changed.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Directories;

/// <summary>Changes the names of directories.</summary>
internal sealed class DirectoryWriter
{
    /// <summary>Changed blocks of adding a name, beyond what new blocks cost in their map: blocks of the directory,
    /// two for each level that is split and the root.</summary>
    internal const int BlocksMax = 9;

    /// <summary>New blocks that adding a name may take.</summary>
    internal const int NewBlocksMax = 4;

    private const int ParentBytes = 4;
    private const int DotRecordLength = 12;
    private const byte DirectoryType = 2;

    private readonly ExtSuperBlock _super;
    private readonly DirectoryFile _file;
    private readonly DirectoryReader _reader;
    private readonly HtreeDirectory _trees;
    private readonly InlineData _inline;
    private readonly IBlockSource _space;

    internal DirectoryWriter(
        ExtSuperBlock super, DirectoryFile file, DirectoryReader reader, InlineData inline, IBlockSource space)
    {
        _super = super;
        _file = file;
        _reader = reader;
        _trees = new HtreeDirectory(super, file, new DirectoryNames(super));
        _inline = inline;
        _space = space;
    }

    /// <summary>Finds or makes room for a name.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="name">A name it does not have.</param>
    /// <returns>The place for <see cref="Insert"/>.</returns>
    /// <errors>ENOSPC; EDQUOT; damage throws FsException.</errors>
    internal Result<NamePlace> MakeRoom(MetadataHandle handle, InodeRecord directory, ReadOnlySpan<byte> name)
    {
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            if (FindInlineGap(directory, name.Length, out int offset))
            {
                return new NamePlace(null!, offset, -1, 0);
            }

            Result converted = ConvertInline(handle, directory);
            if (!converted.IsOk)
            {
                return converted.Error;
            }
        }

        return UsesTree(directory)
            ? _trees.MakeRoom(handle, directory, name, _space)
            : MakeRoomLinear(handle, directory, name);
    }

    /// <summary>Adds a name.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="place">What <see cref="MakeRoom"/> answered; the directory did not change since.</param>
    /// <param name="inode">The inode to be named.</param>
    /// <param name="type">Its type (S_IFMT).</param>
    /// <param name="name">The name.</param>
    internal void Insert(
        MetadataHandle handle,
        InodeRecord directory,
        in NamePlace place,
        InodeNumber inode,
        uint type,
        ReadOnlySpan<byte> name)
    {
        uint number = checked((uint)inode.Value);
        if (place.Block is null)
        {
            byte[] bytes = _inline.ReadDirectory(directory, out int split);
            (int start, int length) = PieceOf(place.Offset, split, bytes.Length);
            DirectoryRecords.Insert(
                bytes.AsSpan(start, length), _file.Rules, place.Offset - start, number, StoredType(type), name);
            _inline.StoreDirectory(directory, bytes);
            return;
        }

        Span<byte> records = handle.Change(place.Block).Slice(0, RoomOf(place.Block));
        DirectoryRecords.Insert(records, _file.Rules, place.Offset, number, StoredType(type), name);
    }

    /// <summary>Removes a name.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="inode">What it must name.</param>
    /// <errors>FsException EUCLEAN the name is gone, or names another inode.</errors>
    internal void Remove(MetadataHandle handle, InodeRecord directory, ReadOnlySpan<byte> name, InodeNumber inode)
    {
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            byte[] bytes = FindInline(directory, name, inode, out int start, out int length, out NamePlace entry);
            DirectoryRecords.Remove(bytes.AsSpan(start, length), _file.Rules, entry.Offset, entry.Previous);
            _inline.StoreDirectory(directory, bytes);
            return;
        }

        NamePlace place = Find(directory, name, inode);
        Span<byte> records = handle.Change(place.Block);
        DirectoryRecords.Remove(records, _file.Rules, place.Offset, place.Previous);
    }

    /// <summary>Makes a name name another inode.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="old">What it must name now.</param>
    /// <param name="inode">What it is to name.</param>
    /// <param name="type">Type of that (S_IFMT).</param>
    /// <errors>As <see cref="Remove"/>.</errors>
    internal void Replace(
        MetadataHandle handle,
        InodeRecord directory,
        ReadOnlySpan<byte> name,
        InodeNumber old,
        InodeNumber inode,
        uint type)
    {
        uint number = checked((uint)inode.Value);
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            byte[] bytes = FindInline(directory, name, old, out int start, out int length, out NamePlace entry);
            DirectoryRecords.Replace(
                bytes.AsSpan(start, length), _file.Rules, entry.Offset, number, StoredType(type));
            _inline.StoreDirectory(directory, bytes);
            return;
        }

        NamePlace place = Find(directory, name, old);
        DirectoryRecords.Replace(
            handle.Change(place.Block), _file.Rules, place.Offset, number, StoredType(type));
    }

    /// <summary>Gives a new directory its first block, with "." and "..".</summary>
    /// <param name="handle">With the credits of one insertion in the block map, and one.</param>
    /// <param name="directory">The new directory, of size 0.</param>
    /// <param name="parent">Its parent.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC; EDQUOT.</errors>
    internal Result Start(MetadataHandle handle, InodeRecord directory, InodeNumber parent)
    {
        Result<MetadataBuffer> appended = _file.Append(handle, directory, _space);
        if (!appended.TryGet(out MetadataBuffer? block, out FsError error))
        {
            return error;
        }

        WriteDots(handle.Change(block), directory.Number, checked((uint)parent.Value));
        return Result.Ok;
    }

    /// <summary>Whether a directory has no names but "." and "..".</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>True when it is empty.</returns>
    internal bool IsEmpty(InodeRecord directory)
    {
        EmptyCheck check = new();
        _reader.List(directory, 0, check);
        return check.IsEmpty;
    }

    /// <summary>Changes the parent of a directory that moved.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="parent">Its new parent.</param>
    /// <errors>FsException EUCLEAN the directory has no "..".</errors>
    internal void SetParent(MetadataHandle handle, InodeRecord directory, InodeNumber parent)
    {
        uint number = checked((uint)parent.Value);
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            Disk.Overlay<LeUInt32>(directory.WritableMap) = number;
            return;
        }

        MetadataBuffer block = _file.Read(directory, 0);
        int offset = ParentOffset(directory, block);
        DirectoryRecords.Replace(handle.Change(block), _file.Rules, offset, number, StoredType(DirectoryMode));
    }

    /// <summary>Parent of a directory, as its ".." says.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The parent.</returns>
    internal InodeNumber Parent(InodeRecord directory)
    {
        if (directory.Has(ExtInodeFlags.InlineData))
        {
            return new InodeNumber(Disk.View<LeUInt32>(directory.Map));
        }

        MetadataBuffer block = _file.Read(directory, 0);
        return new InodeNumber(Disk.View<DirEntryDisk>(block.Bytes, ParentOffset(directory, block)).Inode);
    }

    private const uint DirectoryMode = Abi.ModeBits.S_IFDIR;

    private static byte StoredTypeOf(uint type) => type switch
    {
        Abi.ModeBits.S_IFREG => 1,
        Abi.ModeBits.S_IFDIR => DirectoryType,
        Abi.ModeBits.S_IFCHR => 3,
        Abi.ModeBits.S_IFBLK => 4,
        Abi.ModeBits.S_IFIFO => 5,
        Abi.ModeBits.S_IFSOCK => 6,
        Abi.ModeBits.S_IFLNK => 7,
        _ => 0,
    };

    private byte StoredType(uint type) => _file.Rules.HasFileType ? StoredTypeOf(type) : (byte)0;

    // A volume whose feature went keeps the flag on its directories; they are lists then.
    private bool UsesTree(InodeRecord directory)
    {
        if (!directory.Has(ExtInodeFlags.Index))
        {
            return false;
        }

        if (_super.Has(FeatureCompat.DirIndex))
        {
            return true;
        }

        throw new FsException(ExtWriteReasons.IndexWithoutFeature.At(directory.Number));
    }

    private Result<NamePlace> MakeRoomLinear(MetadataHandle handle, InodeRecord directory, ReadOnlySpan<byte> name)
    {
        int needed = DirectoryRecords.BytesOf(name.Length);
        ulong blockCount = _file.BlockCount(directory);
        for (ulong index = 0; index < blockCount; index++)
        {
            MetadataBuffer block = _file.Read(directory, index);
            int gap = DirectoryRecords.FindGap(block.Bytes.Slice(0, RoomOf(block)), _file.Rules, needed);
            if (gap >= 0)
            {
                return new NamePlace(block, gap, -1, 0);
            }
        }

        bool becomesTree = (blockCount == 1) && _super.Has(FeatureCompat.DirIndex)
            && !directory.Has(ExtInodeFlags.Encrypted);
        if (becomesTree)
        {
            Result made = _trees.MakeTree(handle, directory, _space);
            return made.IsOk ? _trees.MakeRoom(handle, directory, name, _space) : made.Error;
        }

        Result<MetadataBuffer> appended = _file.Append(handle, directory, _space);
        if (!appended.TryGet(out MetadataBuffer? fresh, out FsError error))
        {
            return error;
        }

        DirectoryRecords.Clear(handle.Change(fresh), _file.Rules);
        return new NamePlace(fresh, 0, -1, 0);
    }

    private int RoomOf(MetadataBuffer block) =>
        block.Bytes.Length - (_file.Rules.HasChecksums ? DirTailDisk.SizeBytes : 0);

    private NamePlace Find(InodeRecord directory, ReadOnlySpan<byte> name, InodeNumber inode)
    {
        bool isFound = _reader.TryFind(directory, name, out NamePlace place) && (place.Inode == inode.Value);
        return isFound ? place : throw new FsException(ExtWriteReasons.NameChanged.At(directory.Number));
    }

    private int ParentOffset(InodeRecord directory, MetadataBuffer block)
    {
        DirEntryReader records = _file.Records(block);
        int offset = 0;
        bool isSane = records.TryRead(out DirEntry dot, out _) && dot.Name.SequenceEqual("."u8);
        offset = isSane ? dot.End : 0;
        isSane = isSane && records.TryRead(out DirEntry parent, out _) && parent.Name.SequenceEqual(".."u8);
        return isSane
            ? offset
            : throw new FsException(ExtWriteReasons.DirectoryParent.At(directory.Number, block.Block));
    }

    private void WriteDots(Span<byte> block, InodeNumber self, uint parent)
    {
        DirectoryRecords.Clear(block, _file.Rules);
        byte type = StoredType(DirectoryMode);
        DirectoryRecords.Write(
            block, _file.Rules, 0, DotRecordLength, checked((uint)self.Value), type, "."u8);
        int left = DirectoryRecords.Room(_file.Rules) - DotRecordLength;
        DirectoryRecords.Write(block, _file.Rules, DotRecordLength, left, parent, type, ".."u8);
    }

    private static (int Start, int Length) PieceOf(int offset, int split, int total) =>
        offset < split ? (ParentBytes, split - ParentBytes) : (split, total - split);

    private bool FindInlineGap(InodeRecord directory, int nameLength, out int offset)
    {
        byte[] bytes = _inline.ReadDirectory(directory, out int split);
        int needed = DirectoryRecords.BytesOf(nameLength);
        int found = DirectoryRecords.FindGap(bytes.AsSpan(ParentBytes, split - ParentBytes), _file.Rules, needed);
        if (found >= 0)
        {
            offset = found + ParentBytes;
            return true;
        }

        found = DirectoryRecords.FindGap(bytes.AsSpan(split), _file.Rules, needed);
        offset = found + split;
        return found >= 0;
    }

    private byte[] FindInline(
        InodeRecord directory,
        ReadOnlySpan<byte> name,
        InodeNumber inode,
        out int start,
        out int length,
        out NamePlace place)
    {
        byte[] bytes = _inline.ReadDirectory(directory, out int split);
        (start, length) = (ParentBytes, split - ParentBytes);
        if (!FindInPiece(directory, bytes.AsSpan(start, length), name, inode, out place))
        {
            (start, length) = (split, bytes.Length - split);
            if (!FindInPiece(directory, bytes.AsSpan(start, length), name, inode, out place))
            {
                throw new FsException(ExtWriteReasons.InlineNameChanged.At(directory.Number));
            }
        }

        return bytes;
    }

    private bool FindInPiece(
        InodeRecord directory,
        ReadOnlySpan<byte> piece,
        ReadOnlySpan<byte> name,
        InodeNumber inode,
        out NamePlace place)
    {
        DirEntryReader records = new(piece, _file.Rules);
        int previous = -1;
        while (records.TryRead(out DirEntry entry, out _))
        {
            if ((entry.Inode == inode.Value) && DirectoryNames.Matches(directory, entry.Name, name))
            {
                place = new NamePlace(null!, entry.Offset, previous, entry.Inode);
                return true;
            }

            previous = entry.Offset;
        }

        place = default;
        return false;
    }

    // The names leave the inode for a block.
    private Result ConvertInline(MetadataHandle handle, InodeRecord directory)
    {
        byte[] names = _inline.ReadDirectory(directory, out int split);
        byte[] before = directory.Bytes.ToArray();
        long sizeBefore = directory.SizeBytes;
        uint parent = Disk.View<LeUInt32>(names);
        _inline.Leave(directory);
        directory.SizeBytes = 0;
        Result<MetadataBuffer> appended = _file.Append(handle, directory, _space);
        if (!appended.TryGet(out MetadataBuffer? block, out FsError error))
        {
            before.CopyTo(directory.Writable);
            directory.SizeBytes = sizeBefore;
            return error;
        }

        Span<byte> bytes = handle.Change(block);
        WriteDots(bytes, directory.Number, parent);
        CopyInline(names.AsSpan(ParentBytes, split - ParentBytes), bytes);
        CopyInline(names.AsSpan(split), bytes);
        return Result.Ok;
    }

    private void CopyInline(ReadOnlySpan<byte> piece, Span<byte> block)
    {
        Span<byte> records = block.Slice(0, DirectoryRecords.Room(_file.Rules));
        DirEntryReader reader = new(piece, _file.Rules);
        while (reader.TryRead(out DirEntry entry, out _))
        {
            if (entry.Inode != 0)
            {
                int gap = DirectoryRecords.FindGap(
                    records, _file.Rules, DirectoryRecords.BytesOf(entry.Name.Length));
                Check.That(gap >= 0);
                DirectoryRecords.Insert(records, _file.Rules, gap, entry.Inode, entry.FileType, entry.Name);
            }
        }
    }
}
