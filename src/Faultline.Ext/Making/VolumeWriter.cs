// Writes a planned volume: its own files, then the bitmaps, then the descriptors, last the superblocks, so that a
// volume that was not finished is none.
//
// VolumeWriter.cs         the order, bitmaps, descriptors, superblocks
// VolumeWriter.Files.cs   root, lost+found, the resize inode, the journal, multiple-mount protection, the orphan file

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Allocation;
using Faultline.Ext.Building;
using Faultline.Ext.Format;

namespace Faultline.Ext.Making;

/// <summary>Writes a planned volume.</summary>
internal sealed partial class VolumeWriter
{
    private readonly FormatPlan _plan;
    private readonly ExtSuperBlock _super;
    private readonly GroupPlaces _places;
    private readonly UsedRuns _used;
    private readonly FormatOutput _output;
    private readonly NewFileMap _maps;
    private readonly ContentPlacer? _contents;
    private readonly NewInodeTable _inodes;
    private readonly byte[] _batch = new byte[FormatOutput.BatchBytes];
    private readonly uint[] _bitmapChecksums;
    private readonly uint[] _inodeBitmapChecksums;
    private readonly uint[] _usedClusters;
    private ulong _ownClusters; // of the volume's own files but the journal: no overhead

    /// <summary>Writes to a device.</summary>
    /// <param name="plan">What the volume will be.</param>
    /// <param name="places">Where the metadata of its groups lie.</param>
    /// <param name="device">The device.</param>
    /// <param name="isBlank">Whether it reads as zeros.</param>
    /// <param name="contents">The tree that goes into it, or null for an empty volume.</param>
    internal VolumeWriter(
        FormatPlan plan, GroupPlaces places, IBlockDevice device, bool isBlank, ContentPlacer? contents = null)
    {
        _plan = plan;
        _super = plan.Super;
        _places = places;
        _used = places.Used;
        _output = new FormatOutput(device, _super.BlockSize, isBlank);
        _maps = new NewFileMap(_super, _used, _output);
        _bitmapChecksums = new uint[_super.GroupCount];
        _inodeBitmapChecksums = new uint[_super.GroupCount];
        _usedClusters = new uint[_super.GroupCount];
        _contents = contents;
        _inodes = new NewInodeTable(_super, (contents?.FirstFree ?? FirstFreeInode(_super)) - 1);
        _final = _super.Raw;
    }

    /// <summary>Identity of the external journal, or nil.</summary>
    internal Uuid JournalUuid { get; init; }

    /// <summary>Bytes written.</summary>
    internal long WrittenBytes => _output.WrittenBytes;

    /// <summary>The first number that the volume's own files leave.</summary>
    /// <param name="super">The volume.</param>
    /// <returns>The number.</returns>
    internal static uint FirstFreeInode(ExtSuperBlock super) =>
        super.Has(FeatureCompat.OrphanFile) ? OrphanFileInode + 1 : LostFoundInode + 1;

    /// <summary>Where the volume is written to.</summary>
    internal FormatOutput Output => _output;

    /// <summary>Writes the volume's own files and gives its contents their places; what these hold is the caller's
    /// to write.</summary>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC no room; what the device says is thrown.</errors>
    internal Result Begin()
    {
        // The old superblock, if there was a volume, goes first.
        _output.WriteAt(0, _batch.AsSpan(0, SuperBlockDisk.PrimaryOffset + SuperBlockDisk.SizeBytes));
        return MakeFiles();
    }

    /// <summary>Clusters that nothing uses yet.</summary>
    /// <returns>Their number.</returns>
    internal ulong CountFree()
    {
        uint[] used = new uint[_super.GroupCount];
        _used.CountClusters(_super.FirstDataBlock, _super.BlocksPerGroup, used);
        ulong free = 0;
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            free += ClustersOf(group) - used[group];
        }

        return free;
    }

    /// <summary>Writes inodes, bitmaps, descriptors and superblocks: the volume exists.</summary>
    internal void Finish()
    {
        _used.CountClusters(_super.FirstDataBlock, _super.BlocksPerGroup, _usedClusters);
        WriteTables();
        WriteBlockBitmaps();
        WriteInodeBitmaps();
        WriteDescriptors();
        WriteSuperBlocks();
    }

    private bool IsUninit(ulong group) => _super.HasGroupChecksums
        && group + 1 < _super.GroupCount
        && _inodes.UsedIn(group) == 0
        && _places.IsUntouched(group, _usedClusters[group]);

    private uint ClustersOf(ulong group) =>
        (uint)((_plan.GroupEnd(group) - _super.GroupFirstBlock(group)) / (ulong)_super.BlocksPerCluster);

    // Tables are left to the first mount where the descriptors can say so; the blocks of the inodes in use never are.
    private void WriteTables()
    {
        bool isLazy = _super.HasGroupChecksums && _plan.Options.LazyInodeTables;
        ulong start = 0;
        ulong count = 0;
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            ReadOnlySpan<byte> made = _inodes.Blocks(group);
            ulong table = _places[group].Table;
            if (!made.IsEmpty)
            {
                _output.Write(table, made);
            }

            if (isLazy)
            {
                continue;
            }

            // Zeros of tables that follow one another are one request.
            ulong first = table + (ulong)(made.Length / _super.BlockSize);
            if (first != start + count)
            {
                _output.Zero(start, count);
                (start, count) = (first, 0);
            }

            count += table + _plan.TableBlocks - first;
        }

        _output.Zero(start, count);
    }

    private void WriteBlockBitmaps()
    {
        Batch batch = new(this);
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            if (IsUninit(group))
            {
                continue;
            }

            Span<byte> bits = batch.Next(_places[group].BlockBitmap);
            _used.Fill(_super.GroupFirstBlock(group), _plan.GroupEnd(group), bits);
            BitRuns.Set(bits, ClustersOf(group), (long)_super.BlockSize * 8);
            int bytes = (int)(_super.BlocksPerGroup / (uint)_super.BlocksPerCluster / 8);
            _bitmapChecksums[group] = Crc32c.Update(_super.ChecksumSeed, bits.Slice(0, bytes));
        }

        batch.Flush();
    }

    private void WriteInodeBitmaps()
    {
        Batch batch = new(this);
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            if (_inodes.UsedIn(group) == 0 && _super.HasGroupChecksums)
            {
                break; // all others are uninitialized
            }

            Span<byte> bits = batch.Next(_places[group].InodeBitmap);
            BitRuns.Set(bits, 0, _inodes.UsedIn(group));
            BitRuns.Set(bits, _super.InodesPerGroup, (long)_super.BlockSize * 8);
            _inodeBitmapChecksums[group] = Crc32c.Update(
                _super.ChecksumSeed, bits.Slice(0, (int)_super.InodesPerGroup / 8));
        }

        batch.Flush();
    }

    private void WriteDescriptors()
    {
        int blocks = FormatOutput.BatchBytes / _super.BlockSize;
        ulong perBlock = (ulong)_super.DescriptorsPerBlock;
        bool isMeta = _super.Has(FeatureIncompat.MetaGroups);
        for (ulong block = 0; block < _super.DescriptorBlockCount; block += (ulong)blocks)
        {
            ulong count = ulong.Min((ulong)blocks, _super.DescriptorBlockCount - block);
            Span<byte> bytes = _batch.AsSpan(0, (int)count * _super.BlockSize);
            bytes.Clear();
            ulong first = block * perBlock;
            ulong end = ulong.Min((block + count) * perBlock, _super.GroupCount);
            for (ulong group = first; group < end; group++)
            {
                int offset = (int)(group - first) * _super.DescriptorSize;
                WriteDescriptor(group, bytes.Slice(offset, _super.DescriptorSize));
            }

            if (isMeta)
            {
                CopyMeta(block, count, bytes);
                continue;
            }

            for (ulong group = 0; group < _super.GroupCount; group++)
            {
                if (_super.GroupHasSuperBlock(group))
                {
                    _output.Write(SuperBlockOf(group) + 1 + block, bytes);
                }
            }
        }
    }

    // Each block of descriptors lies in the first, second and last of the groups that it describes.
    private void CopyMeta(ulong block, ulong count, ReadOnlySpan<byte> bytes)
    {
        ulong perBlock = (ulong)_super.DescriptorsPerBlock;
        for (ulong index = 0; index < count; index++)
        {
            ulong first = (block + index) * perBlock;
            ReadOnlySpan<byte> one = bytes.Slice((int)index * _super.BlockSize, _super.BlockSize);
            foreach (ulong group in (ReadOnlySpan<ulong>)[first, first + 1, first + perBlock - 1])
            {
                if (group < _super.GroupCount)
                {
                    _output.Write(SuperBlockOf(group) + (_super.GroupHasSuperBlock(group) ? 1UL : 0), one);
                }
            }
        }
    }

    private ulong SuperBlockOf(ulong group) =>
        group == 0 ? _super.SuperBlockBlock : _super.GroupFirstBlock(group);

    private void WriteDescriptor(ulong group, Span<byte> bytes)
    {
        GroupPlaces.Place place = _places[group];
        ref GroupDescriptorDisk low = ref Disk.Overlay<GroupDescriptorDisk>(bytes);
        uint free = ClustersOf(group) - _usedClusters[group];
        uint usedInodes = _inodes.UsedIn(group);
        uint freeInodes = _super.InodesPerGroup - usedInodes;
        uint blockChecksum = IsUninit(group) || !_super.HasMetadataChecksums ? 0 : _bitmapChecksums[group];
        uint inodeChecksum = usedInodes > 0 && _super.HasMetadataChecksums ? _inodeBitmapChecksums[group] : 0;
        uint directories = _inodes.DirectoriesIn(group);
        low.BlockBitmapLow = (uint)(place.BlockBitmap & uint.MaxValue);
        low.InodeBitmapLow = (uint)(place.InodeBitmap & uint.MaxValue);
        low.InodeTableLow = (uint)(place.Table & uint.MaxValue);
        low.FreeBlockCountLow = (ushort)(free & 0xFFFF);
        low.FreeInodeCountLow = (ushort)(freeInodes & 0xFFFF);
        low.UsedDirectoryCountLow = (ushort)(directories & 0xFFFF);
        low.BlockBitmapChecksumLow = (ushort)(blockChecksum & 0xFFFF);
        low.InodeBitmapChecksumLow = (ushort)(inodeChecksum & 0xFFFF);
        if (_super.HasGroupChecksums)
        {
            low.Flags = (ushort)((usedInodes == 0 ? GroupDescriptorDisk.FlagInodeUninit : 0)
                | (IsUninit(group) ? GroupDescriptorDisk.FlagBlockUninit : 0)
                | (_plan.Options.LazyInodeTables ? 0 : GroupDescriptorDisk.FlagInodeZeroed));
            low.UnusedInodeCountLow = (ushort)(freeInodes & 0xFFFF);
        }

        if (_super.DescriptorSize > GroupDescriptorDisk.SizeBytes)
        {
            ref GroupDescriptorHighDisk high =
                ref Disk.Overlay<GroupDescriptorHighDisk>(bytes, GroupDescriptorDisk.SizeBytes);
            high.BlockBitmapHigh = (uint)(place.BlockBitmap >> 32);
            high.InodeBitmapHigh = (uint)(place.InodeBitmap >> 32);
            high.InodeTableHigh = (uint)(place.Table >> 32);
            high.FreeBlockCountHigh = (ushort)(free >> 16);
            high.FreeInodeCountHigh = (ushort)(freeInodes >> 16);
            high.UsedDirectoryCountHigh = (ushort)(directories >> 16);
            high.UnusedInodeCountHigh = _super.HasGroupChecksums ? (ushort)(freeInodes >> 16) : (ushort)0;
            high.BlockBitmapChecksumHigh = (ushort)(blockChecksum >> 16);
            high.InodeBitmapChecksumHigh = (ushort)(inodeChecksum >> 16);
        }

        low.Checksum = _super.HasGroupChecksums ? GroupTable.Checksum(_super, group, bytes) : (ushort)0;
    }

    private void WriteSuperBlocks()
    {
        ulong clusters = 0;
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            clusters += ClustersOf(group) - _usedClusters[group];
        }

        ulong free = clusters * (ulong)_super.BlocksPerCluster;
        _final.FreeBlockCountLow = (uint)(free & uint.MaxValue);
        _final.FreeBlockCountHigh = (uint)(free >> 32);
        _final.FreeInodeCount = _super.InodeCount - _inodes.Used;
        ulong used = (_super.BlockCount / (ulong)_super.BlocksPerCluster) - clusters;
        _final.OverheadClusters = (uint)(used - _ownClusters);
        _final.KilobytesWritten = _super.Revision == 0 ? 0 : (ulong)(WrittenBytes / 1024);

        JournalUuid.Write(_final.JournalUuid);

        // The primary one last: with it the volume exists.
        for (ulong group = _super.GroupCount - 1; group < _super.GroupCount; group = unchecked(group - 1))
        {
            if (_super.GroupHasSuperBlock(group))
            {
                WriteSuperBlock(group);
            }
        }
    }

    private void WriteSuperBlock(ulong group)
    {
        Span<byte> bytes = _batch.AsSpan(0, SuperBlockDisk.SizeBytes);
        ref SuperBlockDisk disk = ref Disk.Overlay<SuperBlockDisk>(bytes);
        disk = _final;
        disk.BlockGroup = _super.Revision == 0 ? (ushort)0 : (ushort)(group & 0xFFFF);
        if (_super.HasMetadataChecksums)
        {
            disk.Checksum = Crc32c.Update(uint.MaxValue, bytes.Slice(0, SuperBlockDisk.ChecksumOffset));
        }

        long offset = group == 0
            ? SuperBlockDisk.PrimaryOffset
            : (long)_super.GroupFirstBlock(group) * _super.BlockSize;
        _output.WriteAt(offset, bytes);
    }

    // Collects blocks that follow one another and writes them at once.
    private ref struct Batch(VolumeWriter writer)
    {
        private readonly int _blockSize = writer._super.BlockSize;
        private ulong _start;
        private int _count;

        // Zeroed bytes for the block, to be filled before the next call.
        internal Span<byte> Next(ulong block)
        {
            bool isFull = (_count + 1) * _blockSize > writer._batch.Length;
            if (isFull || (block != _start + (ulong)_count))
            {
                Flush();
                _start = block;
            }

            Span<byte> bytes = writer._batch.AsSpan(_count * _blockSize, _blockSize);
            bytes.Clear();
            _count++;
            return bytes;
        }

        internal void Flush()
        {
            if (_count > 0)
            {
                writer._output.Write(_start, writer._batch.AsSpan(0, _count * _blockSize));
                _count = 0;
            }
        }
    }
}
