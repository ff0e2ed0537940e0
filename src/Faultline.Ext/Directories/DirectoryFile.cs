// Blocks of a directory by their index, verified. A directory has no holes; a hole is damage.

using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.Directories;

/// <summary>Blocks of directories.</summary>
internal sealed class DirectoryFile
{
    /// <summary>Bit of a block context's argument: names of the directory are ciphertext.</summary>
    internal const uint CiphertextBit = 0x8000_0000;

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

        BlockContext context =
            new(directory.Number, directory.ChecksumSeed, Argument(directory, index));
        return _buffers.Read(range.At(index), _format, context);
    }

    /// <summary>The records of a block, without the checksum at its end.</summary>
    /// <param name="block">The block.</param>
    /// <returns>A reader of the records.</returns>
    internal DirEntryReader Records(MetadataBuffer block) => new(block.Bytes, Rules);

    private static uint Argument(InodeRecord directory, ulong index)
    {
        DirectoryBlockKind kind = !directory.Has(ExtInodeFlags.Index)
            ? DirectoryBlockKind.Records
            : index == 0 ? DirectoryBlockKind.HtreeRoot : DirectoryBlockKind.HtreeOther;
        return (uint)kind | (directory.Has(ExtInodeFlags.Encrypted) ? CiphertextBit : 0);
    }
}
