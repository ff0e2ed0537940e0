// The files that every volume has from the start.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Ext.Directories;
using Faultline.Ext.Format;
using Faultline.Jbd2.Format;

namespace Faultline.Ext.Making;

/// <content>The volume's own files.</content>
internal sealed partial class VolumeWriter
{
    private const uint JournalInode = 8;
    private const uint LostFoundInode = 11;
    private const uint OrphanFileInode = 12;
    private const int LostFoundBytes = 16 * 1024;
    private const ulong LostFoundBlocksMin = 2;
    private const ulong LostFoundBlocksMax = 12; // so that it needs no blocks of pointers
    private const ulong BlocksPerOrphanBlock = 4096;
    private const ulong OrphanFileBlocksMin = 32;
    private const ulong OrphanFileBlocksMax = 512;
    private const byte DirectoryType = 2;
    private const uint RootMode = ModeBits.S_IFDIR | 0x1ED; // 0755
    private const uint LostFoundMode = ModeBits.S_IFDIR | 0x1C0; // 0700
    private const uint PrivateMode = ModeBits.S_IFREG | 0x180; // 0600

    private SuperBlockDisk _final;

    private bool HasOrphanFile => _super.Has(FeatureCompat.OrphanFile);

    private ulong FirstGoal => _super.GroupFirstBlock(0);

    private NewInode Inode(uint number) => _inodes.Get(number);

    private Result MakeFiles()
    {
        Result result = _contents is null ? MakeDirectories() : Result.Ok;
        result = result.IsOk && _super.Has(FeatureCompat.ResizeInode) ? MakeResizeInode() : result;
        result = result.IsOk && _plan.JournalBlocks > 0 ? MakeJournal() : result;
        result = result.IsOk && _super.Has(FeatureIncompat.Mmp) ? MakeMmp() : result;
        result = result.IsOk && HasOrphanFile ? MakeOrphanFile() : result;
        result = result.IsOk && _contents is not null ? PlaceContents(_contents) : result;
        Inode(SpecialInodes.BadBlocks).Set(0, 0, _plan.Now);
        for (uint number = 1; number < LostFoundInode; number++)
        {
            Inode(number).Seal();
        }

        return result;
    }

    // Behind the volume's own files, so that a journal or a map of the resize inode is never in pieces for their sake.
    private Result PlaceContents(ContentPlacer contents)
    {
        SpaceCursor cursor = new(_used, (ulong)_super.BlocksPerCluster, FirstGoal);
        Result placed = contents.Place(cursor, _inodes);
        _ownClusters += contents.TakenClusters;
        return placed;
    }

    private Result<ulong> GiveOwn(in NewInode inode, ulong blocks)
    {
        Result<ulong> given = _maps.Give(inode, FirstGoal, blocks);
        if (given.TryGet(out ulong taken, out FsError error))
        {
            _ownClusters += taken / (ulong)_super.BlocksPerCluster;
            _ = inode.SetSize(blocks * (ulong)_super.BlockSize, taken); // far below 2 TiB
            return taken;
        }

        return error;
    }

    /// <summary>Clusters of the root and lost+found of an empty volume.</summary>
    internal ulong DirectoryClusters { get; private set; }

    private Result MakeDirectories()
    {
        DirectoryRules rules = new(
            _super.BlockSize, _super.InodeCount, _super.Has(FeatureIncompat.FileType), _super.HasMetadataChecksums);
        NewInode root = Inode(SpecialInodes.Root);
        root.Set(RootMode, 3, _plan.Now);
        root.SetAttributes(RootMode, _plan.Options.RootUid ?? 0, _plan.Options.RootGid ?? 0);
        _inodes.AddDirectory(SpecialInodes.Root);
        _inodes.AddDirectory(LostFoundInode);
        Result<ulong> given = GiveOwn(root, 1);
        if (!given.IsOk)
        {
            return given.Error;
        }

        StartDirectory(rules, SpecialInodes.Root, SpecialInodes.Root);
        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        Span<byte> records = block.Slice(0, DirectoryRecords.Room(rules));
        int gap = DirectoryRecords.FindGap(records, rules, DirectoryRecords.BytesOf("lost+found".Length));
        DirectoryRecords.Insert(records, rules, gap, LostFoundInode, TypeOf(rules), "lost+found"u8);
        WriteDirectory(rules, root, 0);
        root.Seal();

        NewInode lost = Inode(LostFoundInode);
        lost.Set(LostFoundMode, 2, _plan.Now);
        ulong blocks = ulong.Clamp((ulong)(LostFoundBytes / _super.BlockSize), LostFoundBlocksMin, LostFoundBlocksMax);

        // Where directories begin in their inode, the tools end with a block less.
        blocks -= _super.Has(FeatureIncompat.InlineData) && blocks > 1 ? 1UL : 0;
        given = GiveOwn(lost, blocks);
        if (!given.IsOk)
        {
            return given.Error;
        }

        DirectoryClusters = _ownClusters;
        StartDirectory(rules, LostFoundInode, SpecialInodes.Root);
        WriteDirectory(rules, lost, 0);
        for (ulong index = 1; index < blocks; index++)
        {
            DirectoryRecords.Clear(block, rules);
            WriteDirectory(rules, lost, index);
        }

        lost.Seal();
        return Result.Ok;
    }

    private static byte TypeOf(DirectoryRules rules) => rules.HasFileType ? DirectoryType : (byte)0;

    private void StartDirectory(DirectoryRules rules, uint self, uint parent)
    {
        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        DirectoryRecords.Clear(block, rules);
        Span<byte> records = block.Slice(0, DirectoryRecords.Room(rules));
        DirectoryRecords.Insert(records, rules, 0, self, TypeOf(rules), "."u8);
        int gap = DirectoryRecords.FindGap(records, rules, DirectoryRecords.BytesOf(2));
        DirectoryRecords.Insert(records, rules, gap, parent, TypeOf(rules), ".."u8);
    }

    private void WriteDirectory(DirectoryRules rules, in NewInode inode, ulong index)
    {
        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        BlockNumber place = new(_maps.At(index));
        new DirectoryBlock(rules).Seal(block, place, new(inode.Number, inode.Seed, (uint)DirectoryBlockKind.Records));
        _output.Write(place.Value, block);
    }

    // A file whose blocks are the reserved descriptor blocks of all copies: those of the first group are blocks of
    // pointers to those of the others.
    private Result MakeResizeInode()
    {
        ulong perBlock = (ulong)_super.BlockSize / sizeof(uint);
        NewInode inode = Inode(SpecialInodes.Resize);
        inode.Set(PrivateMode, 1, _plan.Now);
        if (_used.NextFree(_places[0].Table + _plan.TableBlocks, 1) is not (ulong top, _))
        {
            return ExtFormatReasons.ResizeRoom;
        }

        _used.TakeClusters(top, 1);
        _ownClusters++;
        Disk.Overlay<LeUInt32>(inode.Map, 13 * sizeof(uint)) = checked((uint)top);
        List<ulong> backups = [];
        for (ulong group = 1; group < _super.GroupCount && (ulong)backups.Count < perBlock; group++)
        {
            if (_super.GroupHasSuperBlock(group))
            {
                backups.Add(_super.GroupFirstBlock(group));
            }
        }

        ulong reserved = _super.Raw.ReservedDescriptorBlocks;
        ulong firstReserved = _super.SuperBlockBlock + 1 + _super.DescriptorBlockCount;
        byte[] pointers = new byte[_super.BlockSize];
        Batch batch = new(this);
        for (ulong index = 0; index < reserved; index++)
        {
            ulong block = firstReserved + index;
            ulong slot = (_super.DescriptorBlockCount + index) % perBlock;
            Disk.Overlay<LeUInt32>(pointers, (int)slot * sizeof(uint)) = checked((uint)block);
            Span<byte> one = batch.Next(block);
            for (int backup = 0; backup < backups.Count; backup++)
            {
                ulong copy = backups[backup] + block - _super.SuperBlockBlock;
                Disk.Overlay<LeUInt32>(one, backup * sizeof(uint)) = checked((uint)copy);
            }
        }

        batch.Flush();
        _output.Write(top, pointers);
        ulong blocks = 1 + (reserved * (1 + (ulong)backups.Count));
        ulong size = (12 + perBlock + (perBlock * perBlock)) * (ulong)_super.BlockSize;
        _ = inode.SetSize(size, blocks * (ulong)_super.BlocksPerCluster); // far below 2 TiB
        return Result.Ok;
    }

    private Result MakeJournal()
    {
        NewInode inode = Inode(JournalInode);
        inode.Set(PrivateMode, 1, _plan.Now);
        ulong blocks = _plan.JournalBlocks + (ulong)_plan.FastCommitBlocks;
        Result<ulong> given = _maps.Give(inode, JournalGoal(), blocks);
        if (!given.TryGet(out ulong taken, out FsError error))
        {
            return error;
        }

        _ = inode.SetSize(blocks * (ulong)_super.BlockSize, taken); // far below 2 TiB

        // The journal's data are overhead, the blocks of its map are not.
        ulong cluster = (ulong)_super.BlocksPerCluster;
        _ownClusters += (taken / cluster) - Bits.DivideRoundUp(blocks, cluster);
        if (!_plan.Options.LazyJournal)
        {
            foreach ((ulong start, ulong count) in _maps.Runs)
            {
                _output.Zero(start, count);
            }
        }

        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        JournalForm.Write(block, _super.BlockSize, (uint)blocks, 1, _plan.FastCommitBlocks, _super.Uuid);
        _output.Write(_maps.At(0), block);
        _final.JournalInode = JournalInode;

        // The superblock keeps a copy of the journal's map and size.
        ReadOnlySpan<byte> map = inode.Map;
        for (int index = 0; index < 15; index++)
        {
            _final.JournalBlocks[index] = Disk.View<LeUInt32>(map, index * sizeof(uint));
        }

        _final.JournalBlocks[15] = inode.Fields.SizeHigh;
        _final.JournalBlocks[16] = inode.Fields.SizeLow;
        return Result.Ok;
    }

    // The middle of the volume, where files of both halves are near: the group of three around it with most room, or
    // of the first two of its flex group. Maps of pointers grow from the start.
    private ulong JournalGoal()
    {
        if (_plan.Options.JournalLocation is ulong location)
        {
            return location;
        }

        if (!_super.Has(FeatureIncompat.Extents))
        {
            return FirstGoal;
        }

        ulong middle = ((_super.BlockCount / 2) - _super.FirstDataBlock) / _super.BlocksPerGroup;
        ulong flex = _plan.GroupsPerFlex;
        bool isFlex = flex > 1 && middle > flex;
        ulong first = isFlex ? middle / flex * flex : middle > 0 ? middle - 1 : 0;
        ulong last = ulong.Min(isFlex ? first + 1 : middle + 1, _super.GroupCount - 1);
        uint[] used = new uint[_super.GroupCount];
        _used.CountClusters(_super.FirstDataBlock, _super.BlocksPerGroup, used);
        ulong best = first;
        for (ulong group = first; group <= last; group++)
        {
            best = ClustersOf(group) - used[group] > ClustersOf(best) - used[best] ? group : best;
        }

        return _super.GroupFirstBlock(best);
    }

    private Result MakeMmp()
    {
        if (_used.NextFree(FirstGoal, 1) is not (ulong place, _))
        {
            return ExtFormatReasons.MmpRoom;
        }

        _used.TakeClusters(place, 1);
        _ownClusters++;
        _final.MmpBlock = place;
        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        block.Clear();
        ref MmpDisk disk = ref Disk.Overlay<MmpDisk>(block);
        disk.Magic = MmpDisk.ExpectedMagic;
        disk.Sequence = MmpDisk.SequenceClean;
        disk.Time = (ulong)_plan.Now.Seconds;
        disk.CheckInterval = _super.Raw.MmpInterval;
        _ = Encoding.ASCII.GetBytes("faultline", disk.NodeName);
        if (_super.HasMetadataChecksums)
        {
            disk.Checksum = Crc32c.Update(_super.ChecksumSeed, block.Slice(0, MmpDisk.ChecksumOffset));
        }

        _output.Write(place, block);
        return Result.Ok;
    }

    private Result MakeOrphanFile()
    {
        NewInode inode = Inode(OrphanFileInode);
        inode.Set(PrivateMode, 1, _plan.Now);
        ulong blocks = ulong.Clamp(
            _super.BlockCount / BlocksPerOrphanBlock, OrphanFileBlocksMin, OrphanFileBlocksMax);
        Result<ulong> given = GiveOwn(inode, blocks);
        if (!given.IsOk)
        {
            return given.Error;
        }

        _final.OrphanFileInode = OrphanFileInode;
        Span<byte> block = _batch.AsSpan(0, _super.BlockSize);
        int end = block.Length - OrphanTailDisk.SizeBytes;
        for (ulong index = 0; index < blocks; index++)
        {
            block.Clear();
            ulong place = _maps.At(index);
            ref OrphanTailDisk tail = ref Disk.Overlay<OrphanTailDisk>(block, end);
            tail.Magic = OrphanTailDisk.ExpectedMagic;
            if (_super.HasMetadataChecksums)
            {
                uint crc = Crc32c.Update(inode.Seed, (uint)(place & uint.MaxValue));
                crc = Crc32c.Update(crc, (uint)(place >> 32));
                tail.Checksum = Crc32c.Update(crc, block.Slice(0, end));
            }

            _output.Write(place, block);
        }

        inode.Seal();
        return Result.Ok;
    }
}
