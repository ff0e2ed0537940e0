// The extended attributes of an inode, in the inode behind its fields, in a block of their own, and
// large values in inodes. Locks: caller, the inode lock or nothing on a volume that nobody writes.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Attributes;

/// <summary>Extended attributes of inodes.</summary>
internal sealed class XattrStore
{
    private const int NameBytesMax = 512;

    private readonly ExtSuperBlock _super;
    private readonly BufferCache _buffers;
    private readonly InodeTable _inodes;
    private readonly FileContents _contents;
    private readonly BlockFormat _format;

    internal XattrStore(
        ExtSuperBlock super, BufferCache buffers, InodeTable inodes, FileContents contents)
    {
        _super = super;
        _buffers = buffers;
        _inodes = inodes;
        _contents = contents;
        _format = new XattrBlock(super).Format();
    }

    /// <summary>Whether new block maps of the volume are extent trees.</summary>
    internal bool UsesExtents => _super.Has(FeatureIncompat.Extents);

    /// <summary>Reads an attribute.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="name">Whole name.</param>
    /// <param name="value">Where it goes; empty asks for the length.</param>
    /// <returns>Length of the value.</returns>
    /// <errors>ENODATA; ERANGE; damage throws FsException naming inode and block.</errors>
    internal Result<int> Get(InodeRecord inode, ReadOnlySpan<byte> name, Span<byte> value)
    {
        byte[]? found = Find(inode, name);
        if (found is null)
        {
            return ExtReasons.XattrMissing;
        }

        if (value.IsEmpty)
        {
            return found.Length;
        }

        if (found.Length > value.Length)
        {
            return ExtReasons.XattrRange;
        }

        found.CopyTo(value);
        return found.Length;
    }

    /// <summary>Lists the attributes: first those in the inode, then those in the block.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="sink">Takes the names.</param>
    internal void List(InodeRecord inode, IXattrSink sink)
    {
        if (TryOpenInline(inode, out XattrReader reader))
        {
            ListSpace(inode, reader, sink, default);
        }

        if (TryOpenBlock(inode, out reader))
        {
            ListSpace(inode, reader, sink, inode.XattrBlock);
        }
    }

    /// <summary>All attributes, to be changed and stored again.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>Those in the inode first, in their order.</returns>
    /// <errors>Damage throws FsException naming inode and block.</errors>
    internal List<XattrItem> ReadAll(InodeRecord inode)
    {
        List<XattrItem> items = [];
        if (TryOpenInline(inode, out XattrReader reader))
        {
            ReadSpace(inode, reader, items, default);
        }

        if (TryOpenBlock(inode, out reader))
        {
            ReadSpace(inode, reader, items, inode.XattrBlock);
        }

        return items;
    }

    /// <summary>The block of an inode's attributes.</summary>
    /// <param name="block">Its number, which the inode has.</param>
    /// <returns>The block, verified.</returns>
    internal MetadataBuffer ReadBlock(BlockNumber block) => _buffers.Read(block, _format, default);

    /// <summary>A new block of attributes.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="block">Just allocated.</param>
    /// <returns>The block, all zeros.</returns>
    internal MetadataBuffer CreateBlock(MetadataHandle handle, BlockNumber block) =>
        handle.Create(block, _format, default);

    /// <summary>Value of the attribute that continues inline data.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>The value, or null when there is no such attribute.</returns>
    internal byte[]? FindInlineData(InodeRecord inode)
    {
        if (!TryOpenInline(inode, out XattrReader reader))
        {
            return null;
        }

        XattrProblem? problem;
        while (reader.TryRead(out XattrEntry entry, out problem))
        {
            bool isData = (entry.NameIndex == XattrNames.SystemIndex) && (entry.ValueInode == 0)
                && entry.Name.SequenceEqual(XattrNames.InlineDataName);
            if (isData)
            {
                return entry.Value.ToArray();
            }
        }

        ThrowIfDamaged(problem, inode, default, reader.Offset);
        return null;
    }

    private static void ReadSpace(
        InodeRecord inode, XattrReader reader, List<XattrItem> items, BlockNumber block)
    {
        XattrProblem? problem;
        while (reader.TryRead(out XattrEntry entry, out problem))
        {
            items.Add(new XattrItem(
                entry.NameIndex,
                entry.Name.ToArray(),
                entry.Value.ToArray(),
                entry.ValueInode,
                entry.ValueSize,
                entry.Hash,
                IsInInode: block.Value == 0));
        }

        ThrowIfDamaged(problem, inode, block, reader.Offset);
    }

    private static void ListSpace(
        InodeRecord inode, XattrReader reader, IXattrSink sink, BlockNumber block)
    {
        Span<byte> whole = stackalloc byte[NameBytesMax];
        XattrProblem? problem;
        while (reader.TryRead(out XattrEntry entry, out problem))
        {
            if (!XattrNames.IsShown(entry))
            {
                continue;
            }

            ReadOnlySpan<byte> prefix = XattrNames.Prefix(entry.NameIndex);
            prefix.CopyTo(whole);
            entry.Name.CopyTo(whole.Slice(prefix.Length));
            long length = IsAcl(entry.NameIndex) && (entry.ValueInode == 0)
                ? AclValue.Convert(entry.Value, inode.Number).Length
                : entry.ValueSize;
            sink.Add(whole.Slice(0, prefix.Length + entry.Name.Length), length);
        }

        ThrowIfDamaged(problem, inode, block, reader.Offset);
    }

    private static bool IsAcl(byte index) =>
        index is XattrNames.AclAccessIndex or XattrNames.AclDefaultIndex;

    private static void ThrowIfDamaged(
        XattrProblem? problem, InodeRecord inode, BlockNumber block, int offset)
    {
        if (problem is not null)
        {
            throw new FsException(XattrDamage.Of(problem.Value, inode.Number, block, offset));
        }
    }

    private byte[]? Find(InodeRecord inode, ReadOnlySpan<byte> name)
    {
        byte[]? found = null;
        if (TryOpenInline(inode, out XattrReader reader))
        {
            found = FindInSpace(inode, reader, name, default);
        }

        if ((found is null) && TryOpenBlock(inode, out reader))
        {
            found = FindInSpace(inode, reader, name, inode.XattrBlock);
        }

        return found;
    }

    private byte[]? FindInSpace(
        InodeRecord inode, XattrReader reader, ReadOnlySpan<byte> name, BlockNumber block)
    {
        XattrProblem? problem;
        while (reader.TryRead(out XattrEntry entry, out problem))
        {
            if (!XattrNames.IsShown(entry) || !XattrNames.Matches(entry, name))
            {
                continue;
            }

            if (entry.ValueInode != 0)
            {
                return ReadValueInode(inode, entry);
            }

            if (!XattrHash.Matches(entry, entry.Value))
            {
                problem = XattrProblem.Hash;
                break;
            }

            return IsAcl(entry.NameIndex)
                ? AclValue.Convert(entry.Value, inode.Number)
                : entry.Value.ToArray();
        }

        ThrowIfDamaged(problem, inode, block, reader.Offset);
        return null;
    }

    // The list in the inode begins with a magic number behind the fields; without it there is none.
    private static bool TryOpenInline(InodeRecord inode, out XattrReader reader)
    {
        int start = InodeDisk.SizeBytes + inode.ExtraSize;
        int first = start + XattrHeaderDisk.MagicBytes;
        bool hasRoom = (inode.ExtraSize > 0)
            && (first + XattrEntryDisk.HeadBytes <= inode.Bytes.Length);
        if (!hasRoom || (Disk.View<LeUInt32>(inode.Bytes, start) != XattrHeaderDisk.ExpectedMagic))
        {
            reader = default;
            return false;
        }

        reader = new XattrReader(inode.Bytes, first, first);
        return true;
    }

    private bool TryOpenBlock(InodeRecord inode, out XattrReader reader)
    {
        BlockNumber block = inode.XattrBlock;
        if (block.Value == 0)
        {
            reader = default;
            return false;
        }

        bool isInside = (block.Value >= _super.FirstUsableBlock) && (block.Value < _super.BlockCount);
        if (!isInside)
        {
            throw new FsException(ExtReasons.XattrBlock.At(inode.Number, block));
        }

        // The block may be shared by many inodes, so that it is verified as nobody's.
        MetadataBuffer buffer = _buffers.Read(block, _format, default);
        reader = new XattrReader(buffer.Bytes, XattrHeaderDisk.SizeBytes, 0);
        return true;
    }

    private byte[] ReadValueInode(InodeRecord owner, XattrEntry entry)
    {
        Result<InodeRecord> read = _inodes.Read(new InodeNumber(entry.ValueInode));
        bool isSane = read.TryGet(out InodeRecord? holder, out _)
            && _super.Has(FeatureIncompat.EaInode)
            && holder.Has(ExtInodeFlags.EaInode)
            && !holder.Has(ExtInodeFlags.InlineData)
            && holder.IsRegular
            && (holder.SizeBytes == entry.ValueSize);
        if (!isSane)
        {
            throw new FsException(ExtReasons.XattrInode.At(
                owner.Number, $"value of {entry.ValueSize} bytes in inode {entry.ValueInode}"));
        }

        byte[] value = new byte[entry.ValueSize];
        _contents.Read(holder!, 0, value);
        if (!HasBackReference(owner, holder!))
        {
            CheckValueHash(owner, holder!, entry, value);
        }

        return value;
    }

    // Values from before sharing was possible name their owner instead of carrying a hash.
    private static bool HasBackReference(InodeRecord owner, InodeRecord holder)
    {
        uint reference = Disk.View<InodeDisk>(holder.Bytes).ModifyTime;
        return (reference == owner.Number.Value) && (holder.Generation == owner.Generation);
    }

    private void CheckValueHash(
        InodeRecord owner, InodeRecord holder, XattrEntry entry, ReadOnlySpan<byte> value)
    {
        uint stored = Disk.View<InodeDisk>(holder.Bytes).AccessTime;
        uint computed = Crc32c.Update(_super.ChecksumSeed, value);
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, computed);
        if ((stored != computed) || !XattrHash.Matches(entry, word))
        {
            throw new FsException(ExtReasons.XattrInodeHash.At(
                owner.Number, $"value in inode {holder.Number}"));
        }
    }
}
