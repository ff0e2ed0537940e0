// Inodes that were deleted or truncated halfway when the volume was last used: a list through the
// inodes' deletion times from the superblock, and the orphan file. Whoever opens for reading leaves
// them alone. Bounds: an inode is listed once; the file is as long as its inode says.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.Inodes;

/// <summary>Lists orphans.</summary>
/// <source>docs/format/ext.md#orphan-file; Linux Documentation/filesystems/ext4/orphan.rst</source>
internal sealed class OrphanList
{
    private readonly ExtVolume _volume;
    private readonly BlockFormat _format;
    private readonly HashSet<ulong> _seen = [];

    private OrphanList(ExtVolume volume)
    {
        _volume = volume;
        _format = new BlockFormat("orphan file", VerifyBlock, SealBlock);
    }

    /// <summary>Lists the orphans of a volume.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>Their numbers, those of the list first.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal static IReadOnlyList<InodeNumber> Read(ExtVolume volume)
    {
        OrphanList list = new(volume);
        List<InodeNumber> orphans = [];
        list.ReadChain(orphans);
        if (volume.Super.Has(FeatureCompat.OrphanFile))
        {
            list.ReadFile(orphans);
        }

        return orphans;
    }

    /// <summary>The blocks of a volume's orphan file.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>Its blocks in order; none when it has no such file.</returns>
    /// <errors>FsException EUCLEAN naming inode and block.</errors>
    internal static MetadataBuffer[] ReadBlocks(ExtVolume volume)
    {
        List<MetadataBuffer> blocks = [];
        if (volume.Super.Has(FeatureCompat.OrphanFile))
        {
            new OrphanList(volume).ForEachBlock(blocks.Add);
        }

        return [.. blocks];
    }

    private void ReadChain(List<InodeNumber> orphans)
    {
        uint number = _volume.Super.Raw.LastOrphan;
        while (number != 0)
        {
            Add(number, orphans);
            Result<InodeRecord> read = _volume.Inodes.Read(new InodeNumber(number));
            number = read.TryGet(out InodeRecord? inode, out _) ? inode.DeletionTime : 0;
        }
    }

    private void ReadFile(List<InodeNumber> orphans) => ForEachBlock(block => ReadEntries(block.Bytes, orphans));

    private void ForEachBlock(Action<MetadataBuffer> action)
    {
        InodeRecord file = _volume.Inodes
            .Read(new InodeNumber(_volume.Super.Raw.OrphanFileInode)).OrThrow();
        bool isSane = file.IsRegular && !file.Has(ExtInodeFlags.InlineData);
        ulong blockCount = isSane ? (ulong)(file.SizeBytes / _volume.Super.BlockSize) : 0;
        for (ulong index = 0; index < blockCount; index++)
        {
            MappedRange range = _volume.Map.Lookup(file, index);
            if (range.State != MapState.Written)
            {
                // Skips the whole hole, so that a lying size costs nothing.
                index = range.End - 1;
                continue;
            }

            BlockContext context = new(file.Number, file.ChecksumSeed);
            action(_volume.Buffers.Read(range.At(index), _format, context));
        }
    }

    private void ReadEntries(ReadOnlySpan<byte> bytes, List<InodeNumber> orphans)
    {
        int end = bytes.Length - OrphanTailDisk.SizeBytes;
        for (int offset = 0; offset + sizeof(uint) <= end; offset += sizeof(uint))
        {
            uint number = Disk.View<LeUInt32>(bytes, offset);
            if (number != 0)
            {
                Add(number, orphans);
            }
        }
    }

    private void Add(uint number, List<InodeNumber> orphans)
    {
        if ((number > _volume.Super.InodeCount) || !_seen.Add(number))
        {
            throw new FsException(ExtReasons.OrphanList.At(new InodeNumber(number)));
        }

        orphans.Add(new InodeNumber(number));
    }

    private void SealBlock(Span<byte> bytes, BlockNumber block, in BlockContext context)
    {
        if (_volume.Super.HasMetadataChecksums)
        {
            int end = bytes.Length - OrphanTailDisk.SizeBytes;
            Disk.Overlay<OrphanTailDisk>(bytes, end).Checksum = Checksum(bytes, block, context.Seed);
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes, BlockNumber block, uint seed)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, block.Value);
        uint crc = Crc32c.Update(seed, number);
        return Crc32c.Update(crc, bytes.Slice(0, bytes.Length - OrphanTailDisk.SizeBytes));
    }

    private Result VerifyBlock(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        int end = bytes.Length - OrphanTailDisk.SizeBytes;
        ref readonly OrphanTailDisk tail = ref Disk.View<OrphanTailDisk>(bytes, end);
        uint crc = Checksum(bytes, block, context.Seed);
        bool isIntact = (tail.Magic == OrphanTailDisk.ExpectedMagic)
            && (!_volume.Super.HasMetadataChecksums || (tail.Checksum == crc));
        return isIntact ? Result.Ok : ExtReasons.OrphanFile.At(context.Inode, block);
    }
}
