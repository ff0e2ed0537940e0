// Blocks of a directory by their index, verified. A directory has no holes; a hole is damage. It grows at its end.

using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Directories;

/// <summary>Blocks of directories.</summary>
internal sealed class DirectoryFile
{
    /// <summary>Bit of a block context's argument: names of the directory are ciphertext.</summary>
    internal const uint CiphertextBit = 0x8000_0000;

    private const ulong BlocksMax = HtreeEntryDisk.BlockMask;

    private readonly BufferCache _buffers;
    private readonly BlockMap _map;
    private readonly BlockFormat _format;

    internal DirectoryFile(BufferCache buffers, BlockMap map, DirectoryRules rules)
    {
        _buffers = buffers;
        _map = map;
        Rules = rules;
        _format = new DirectoryBlock(rules).Format();
    }

    /// <summary>What records look like on this volume.</summary>
    internal DirectoryRules Rules { get; }

    /// <summary>Number of blocks of a directory.</summary>
    /// <param name="directory">A directory whose entries are in blocks.</param>
    /// <returns>The number.</returns>
    /// <errors>FsException EUCLEAN when the size is no multiple of a block.</errors>
    internal ulong BlockCount(InodeRecord directory)
    {
        // A directory has no holes and no block twice, so the volume bounds it. Without this bound a
        // block map that names one block a million times would list it a million times.
        bool isSane = (directory.SizeBytes > 0)
            && (directory.SizeBytes % Rules.BlockSize == 0)
            && ((ulong)directory.SizeBytes / (ulong)Rules.BlockSize <= _buffers.BlockCount);
        if (!isSane)
        {
            throw new FsException(
                ExtReasons.DirectorySize.At(directory.Number, $"{directory.SizeBytes} bytes"));
        }

        return (ulong)directory.SizeBytes / (ulong)Rules.BlockSize;
    }

    /// <summary>A block of a directory.</summary>
    /// <param name="directory">A directory whose entries are in blocks.</param>
    /// <param name="index">Index of the block, below the number of blocks.</param>
    /// <returns>The block.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal MetadataBuffer Read(InodeRecord directory, ulong index)
    {
        MappedRange range = _map.Lookup(directory, index);
        if (range.State != MapState.Written)
        {
            throw new FsException(
                ExtReasons.DirectoryHole.At(directory.Number, $"directory block {index}"));
        }

        return _buffers.Read(range.At(index), _format, ContextOf(directory, index));
    }

    /// <summary>Adds a block at the end of a directory. Its size grows in the record, which the caller
    /// stores.</summary>
    /// <param name="handle">With the credits of one insertion in the block map, and one.</param>
    /// <param name="directory">The directory; its size in bytes is 0 when it has no block yet.</param>
    /// <param name="space">Where the block comes from.</param>
    /// <returns>The block, all zeros.</returns>
    /// <errors>ENOSPC; EDQUOT.</errors>
    internal Result<MetadataBuffer> Append(MetadataHandle handle, InodeRecord directory, IBlockSource space)
    {
        ulong index = directory.SizeBytes == 0 ? 0 : BlockCount(directory);
        if (index >= BlocksMax)
        {
            return ExtWriteReasons.DirectoryFull.At(directory.Number);
        }

        Result<BlockNumber> allocated = space.AllocateBlock(handle, directory, index);
        if (!allocated.TryGet(out BlockNumber block, out FsError error))
        {
            return error;
        }

        directory.SizeBytes += Rules.BlockSize;
        return handle.Create(block, _format, ContextOf(directory, index));
    }

    /// <summary>A block of a directory that becomes another kind of block, all zeros.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="directory">The directory, with its new flags.</param>
    /// <param name="index">Index of the block.</param>
    /// <returns>The block.</returns>
    internal MetadataBuffer Recreate(MetadataHandle handle, InodeRecord directory, ulong index)
    {
        BlockNumber block = _map.Lookup(directory, index).At(index);
        return handle.Create(block, _format, ContextOf(directory, index));
    }

    /// <summary>The records of a block, without the checksum at its end.</summary>
    /// <param name="block">The block.</param>
    /// <returns>A reader of the records.</returns>
    internal DirEntryReader Records(MetadataBuffer block) => new(block.Bytes, Rules);

    private static BlockContext ContextOf(InodeRecord directory, ulong index) =>
        new(directory.Number, directory.ChecksumSeed, Argument(directory, index));

    private static uint Argument(InodeRecord directory, ulong index)
    {
        DirectoryBlockKind kind = !directory.Has(ExtInodeFlags.Index)
            ? DirectoryBlockKind.Records
            : index == 0 ? DirectoryBlockKind.HtreeRoot : DirectoryBlockKind.HtreeOther;
        return (uint)kind | (directory.Has(ExtInodeFlags.Encrypted) ? CiphertextBit : 0);
    }
}
