// Finds the structures of an intact volume by walking it with the driver's own readers. The journal is not replayed:
// what lies in it is a structure of its own.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext;
using Faultline.Ext.Directories;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Journal;
using Faultline.Jbd2.Format;

namespace Faultline.Fuzz;

/// <summary>Finds structures.</summary>
internal sealed class StructureMap
{
    private const int PerInodeMax = 40;

    private readonly byte[] _bytes;
    private readonly ExtVolume _volume;
    private readonly ExtSuperBlock _super;
    private readonly List<Structure> _found = [];

    private StructureMap(byte[] bytes)
    {
        _bytes = bytes;
        _volume = ExtVolume.Open(MemoryDevice.Of(bytes), new ExtOpenOptions { NoRecovery = true }).OrThrow();
        _super = _volume.Super;
    }

    private bool IsSummed => _super.HasMetadataChecksums;

    /// <summary>Maps an image that is one volume.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>The image with its structures.</returns>
    internal static BaseImage Of(string name, byte[] bytes)
    {
        StructureMap map = new(bytes);
        map.AddVolume();
        for (uint number = 1; number <= map._super.InodeCount; number++)
        {
            if (map._volume.Inodes.Read(new InodeNumber(number)).TryGet(out InodeRecord? inode, out _))
            {
                map.AddInode(inode);
            }
        }

        if (map._super.Has(FeatureCompat.HasJournal))
        {
            map.AddJournal();
        }

        return new BaseImage(name, bytes, map._super.BlockSize, map._super.InodeCount, map._found);
    }

    private void Add(StructureKind kind, long offset, int length, Checksum checksum) =>
        _found.Add(new Structure(kind, (int)offset, length, checksum));

    private void AddBlock(
        StructureKind kind, ulong block, ChecksumRule rule, uint seed = uint.MaxValue, ulong number = 0) =>
        Add(kind, At(block), _super.BlockSize, new Checksum(rule, At(block), _super.BlockSize, seed, number));

    private int At(ulong block) => (int)block * _super.BlockSize;

    private void AddVolume()
    {
        ChecksumRule rule = IsSummed ? ChecksumRule.SuperBlock : ChecksumRule.None;
        Add(StructureKind.SuperBlock, 1024, 0x280, new Checksum(rule, 1024, 1024));
        byte[] uuid = new byte[16];
        _super.Uuid.Write(uuid);
        for (ulong group = 0; group < _super.GroupCount; group++)
        {
            int inBlock = (int)(group % (ulong)_super.DescriptorsPerBlock) * _super.DescriptorSize;
            int offset = At(_volume.Groups.DescriptorBlock(group).Value) + inBlock;
            uint seed = IsSummed ? _super.ChecksumSeed : Crc16.Update(0xFFFF, uuid);
            rule = !_super.HasGroupChecksums ? ChecksumRule.None
                : IsSummed ? ChecksumRule.GroupCrc32c : ChecksumRule.GroupCrc16;
            Checksum checksum = new(rule, offset, _super.DescriptorSize, seed, group);
            Add(StructureKind.GroupDescriptor, offset, _super.DescriptorSize, checksum);
        }

        if (_super.Has(FeatureIncompat.Mmp))
        {
            rule = IsSummed ? ChecksumRule.Mmp : ChecksumRule.None;
            int offset = At(_super.Raw.MmpBlock);
            Add(StructureKind.Mmp, offset, 128, new Checksum(rule, offset, 1024, _super.ChecksumSeed));
        }
    }

    private void AddInode(InodeRecord inode)
    {
        int offset = (int)_volume.Inodes.Offset(inode.Number);
        ChecksumRule rule = IsSummed ? ChecksumRule.Inode : ChecksumRule.None;
        Checksum checksum = new(rule, offset, _super.InodeSize, _super.ChecksumSeed, inode.Number.Value);
        StructureKind kind = inode.Has(ExtInodeFlags.EaInode) ? StructureKind.AttributeInode : StructureKind.Inode;
        Add(kind, offset, int.Min(_super.InodeSize, 160), checksum);
        int map = offset + InodeDisk.MapOffset;
        int rest = offset + InodeDisk.SizeBytes + inode.ExtraSize;
        if (_super.InodeSize > InodeDisk.SizeBytes && !inode.Has(ExtInodeFlags.InlineData) && HasXattrs(inode))
        {
            Add(StructureKind.InodeXattrs, rest, offset + _super.InodeSize - rest, checksum);
        }

        if (inode.XattrBlock.Value != 0)
        {
            // Without checksums the hashes alone are repaired; a seed of zero says so.
            uint seed = IsSummed ? _super.ChecksumSeed : 0;
            ulong block = inode.XattrBlock.Value;
            AddBlock(StructureKind.XattrBlock, block, ChecksumRule.XattrBlock, seed, block);
        }

        if (inode.Has(ExtInodeFlags.InlineData))
        {
            Add(StructureKind.InlineData, map, InodeDisk.MapBytes, checksum);
            Add(StructureKind.InlineData, rest, offset + _super.InodeSize - rest, checksum);
            return;
        }

        if (inode.IsSymbolicLink)
        {
            Add(StructureKind.SymbolicLink, map, InodeDisk.MapBytes, checksum);
            Add(StructureKind.SymbolicLink, offset, 128, checksum);
        }

        AddBlocks(inode, map, checksum);
    }

    private static bool HasXattrs(InodeRecord inode)
    {
        ReadOnlySpan<byte> rest = inode.Bytes.Slice(InodeDisk.SizeBytes + inode.ExtraSize);
        return (rest.Length >= 8) && (BinaryPrimitives.ReadUInt32LittleEndian(rest) == 0xEA02_0000);
    }

    private void AddBlocks(InodeRecord inode, int map, Checksum checksum)
    {
        // Nobody who reads a volume reads its reserve of descriptor blocks.
        bool hasData = (inode.IsRegular && inode.Number.Value != SpecialInodes.Resize) || inode.IsDirectory;
        if (inode.Has(ExtInodeFlags.Extents))
        {
            Add(StructureKind.ExtentRoot, map, InodeDisk.MapBytes, checksum);
            AddExtentNodes(inode);
        }
        else if (hasData)
        {
            for (int level = 1; level <= 3; level++)
            {
                uint pointer = BinaryPrimitives.ReadUInt32LittleEndian(inode.Map.Slice(44 + (4 * level)));
                AddIndirect(pointer, level);
            }
        }

        if (inode.IsDirectory)
        {
            AddDirectory(inode);
        }

        bool isOrphanFile = _super.Has(FeatureCompat.OrphanFile)
            && inode.Number.Value == _super.Raw.OrphanFileInode;
        if (isOrphanFile)
        {
            ChecksumRule rule = IsSummed ? ChecksumRule.OrphanFile : ChecksumRule.None;
            for (ulong index = 0; index < (ulong)(inode.SizeBytes / _super.BlockSize); index++)
            {
                ulong block = _volume.Map.Lookup(inode, index).At(index).Value;
                AddBlock(StructureKind.OrphanFile, block, rule, inode.ChecksumSeed, block);
            }
        }

        if (inode.Has(ExtInodeFlags.EaInode) && (inode.SizeBytes > 0))
        {
            ulong block = _volume.Map.Lookup(inode, 0).At(0).Value;
            AddBlock(StructureKind.AttributeInode, block, ChecksumRule.None);
        }
    }

    private void AddExtentNodes(InodeRecord inode)
    {
        ChecksumRule rule = IsSummed ? ChecksumRule.ExtentNode : ChecksumRule.None;
        Queue<byte[]> nodes = new([inode.Map.ToArray()]);
        int count = 0;
        while (nodes.TryDequeue(out byte[]? node) && count < PerInodeMax)
        {
            ExtentHeaderDisk header = Disk.View<ExtentHeaderDisk>(node);
            for (int index = 0; (header.Depth > 0) && (index < header.EntryCount); index++)
            {
                ulong child = Disk.View<ExtentIndexDisk>(node, 12 + (12 * index)).Child;
                AddBlock(StructureKind.ExtentNode, child, rule, inode.ChecksumSeed);
                nodes.Enqueue(_bytes.AsSpan(At(child), _super.BlockSize).ToArray());
                count++;
            }
        }
    }

    private void AddIndirect(uint pointer, int level)
    {
        Queue<(uint Pointer, int Level)> queue = new([(pointer, level)]);
        int count = 0;
        while (queue.TryDequeue(out (uint Pointer, int Level) next) && count < PerInodeMax)
        {
            if (next.Pointer == 0)
            {
                continue;
            }

            AddBlock(StructureKind.IndirectBlock, next.Pointer, ChecksumRule.None);
            count++;
            for (int index = 0; (next.Level > 1) && (index < _super.BlockSize / 4); index++)
            {
                int at = At(next.Pointer) + (4 * index);
                queue.Enqueue((BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at)), next.Level - 1));
            }
        }
    }

    private void AddDirectory(InodeRecord inode)
    {
        bool isTree = inode.Has(ExtInodeFlags.Index);
        ulong blockCount = (ulong)(inode.SizeBytes / _super.BlockSize);
        for (ulong index = 0; index < ulong.Min(blockCount, PerInodeMax); index++)
        {
            ulong block = _volume.Map.Lookup(inode, index).At(index).Value;
            ReadOnlySpan<byte> bytes = _bytes.AsSpan(At(block), _super.BlockSize);
            bool isRoot = isTree && index == 0;
            bool isInner = isTree && (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == 0)
                && (BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(4)) == _super.BlockSize);
            if (isRoot || isInner)
            {
                ulong entries = (ulong)DirectoryBlock.EntriesOffset(isRoot);
                ChecksumRule rule = IsSummed ? ChecksumRule.HashTree : ChecksumRule.None;
                AddBlock(StructureKind.HashTree, block, rule, inode.ChecksumSeed, entries);
            }
            else
            {
                ChecksumRule rule = IsSummed ? ChecksumRule.DirectoryTail : ChecksumRule.None;
                AddBlock(StructureKind.DirectoryBlock, block, rule, inode.ChecksumSeed);
            }
        }
    }

    private void AddJournal()
    {
        ExtJournal journal = ExtJournal.Find(_volume, null).OrThrow();
        InodeRecord inode = _volume.Inodes.Read(new InodeNumber(_super.Raw.JournalInode)).OrThrow();
        bool isSummed = journal.Super.HasBlockChecksums;
        ulong first = _volume.Map.Lookup(inode, 0).At(0).Value;
        ChecksumRule rule = isSummed ? ChecksumRule.JournalSuperBlock : ChecksumRule.None;
        Add(StructureKind.JournalSuperBlock, At(first), 0x100, new Checksum(rule, At(first), 1024));
        for (ulong index = 1; index < journal.Super.LogEnd; index++)
        {
            AddLogBlock(_volume.Map.Lookup(inode, index).At(index).Value, journal);
        }

        List<int> area = [];
        for (ulong index = journal.Super.LogEnd + 1UL; index < journal.Super.BlockCount; index++)
        {
            int offset = At(_volume.Map.Lookup(inode, index).At(index).Value);
            if (BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(offset)) is >= 1 and <= 9)
            {
                area.Add(offset);
            }
        }

        foreach (int offset in area)
        {
            Checksum checksum = new(ChecksumRule.FastCommit, offset, _super.BlockSize, 0, 0, area);
            Add(StructureKind.FastCommit, offset, _super.BlockSize, checksum);
        }
    }

    private void AddLogBlock(ulong block, ExtJournal journal)
    {
        JournalBlockHeaderDisk header = Disk.View<JournalBlockHeaderDisk>(_bytes, At(block));
        if (header.Magic != JournalBlockHeaderDisk.ExpectedMagic)
        {
            return;
        }

        (StructureKind kind, ChecksumRule rule) = (JournalBlockType)header.BlockType.Value switch
        {
            JournalBlockType.Descriptor => (StructureKind.JournalDescriptor, ChecksumRule.JournalTail),
            JournalBlockType.Revoke => (StructureKind.JournalRevoke, ChecksumRule.JournalTail),
            _ => (StructureKind.JournalCommit, ChecksumRule.JournalCommit),
        };
        rule = journal.Super.HasBlockChecksums ? rule : ChecksumRule.None;
        // The head of a block decides more than its rest.
        Add(kind, At(block), 256, new Checksum(rule, At(block), _super.BlockSize, journal.Super.ChecksumSeed));
    }
}
