// A directory of a volume that is being built: its names packed into blocks, in the order of the names when one block
// holds them, else in the order of their hashes, with a tree over them.
//
//     block 0              root of the tree, or the only block
//     blocks 1 to I        inner blocks, the highest level first
//     blocks I + 1 ...     leaves, in the order of hashes
//
// A directory of more names than its tree can hold (that takes hundreds of thousands without large_dir) gets no tree,
// which every reader understands.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Directories;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Building;

/// <summary>A directory of a volume that is being built.</summary>
internal sealed class NewDirectory : IBuildContent
{
    private const int DotRecordLength = 12;
    private const byte InfoLength = 8;
    private const uint ContinuedBit = 1;
    private const int LevelsMax = 3;

    private readonly ExtSuperBlock _super;
    private readonly DirectoryRules _rules;
    private readonly BuildNode _directory;
    private readonly BuildNode _parent;
    private readonly Entry[] _entries;
    private readonly List<int> _leaves = [0]; // first entry of each
    private readonly List<int> _levels = []; // inner blocks of each level below the root, the highest first

    private NewDirectory(ExtSuperBlock super, DirectoryRules rules, BuildNode directory, BuildNode parent)
    {
        _super = super;
        _rules = rules;
        _directory = directory;
        _parent = parent;
        (ReadOnlyMemory<byte> Name, BuildNode Node)[] names = directory.Children!.SortedArray();
        _entries = new Entry[names.Length];
        for (int index = 0; index < names.Length; index++)
        {
            _entries[index] = new Entry(0, 0, index, names[index].Name, names[index].Node);
        }
    }

    /// <summary>Whether it has a tree.</summary>
    internal bool IsIndexed { get; private set; }

    /// <summary>Blocks that it has.</summary>
    internal long BlockCount { get; private set; }

    /// <summary>Packs a directory.</summary>
    /// <param name="super">The volume.</param>
    /// <param name="rules">What records look like.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="parent">The one above.</param>
    /// <param name="blocksMin">Blocks that it has at least, if it has no tree.</param>
    /// <returns>The packed directory.</returns>
    internal static NewDirectory Pack(
        ExtSuperBlock super, DirectoryRules rules, BuildNode directory, BuildNode parent, int blocksMin)
    {
        NewDirectory packed = new(super, rules, directory, parent);
        int dots = DirectoryRecords.BytesOf(1) + DirectoryRecords.BytesOf(2);
        packed.PackLeaves(dots);
        if (packed._leaves.Count > 1 && super.Has(FeatureCompat.DirIndex))
        {
            packed.PackTree();
            if (!packed.IsIndexed)
            {
                Array.Sort(packed._entries, static (left, right) => left.Order.CompareTo(right.Order));
                packed.PackLeaves(dots);
            }
        }

        packed.BlockCount = packed.IsIndexed
            ? 1L + packed.InnerCount + packed._leaves.Count
            : Math.Max(packed._leaves.Count, blocksMin);
        return packed;
    }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        int blockSize = _super.BlockSize;
        Span<byte> inode = stackalloc byte[InodeDisk.SizeBytes];
        inode.Clear();
        InodeNumber number = new(_directory.Number);
        uint seed = InodeTable.ChecksumSeed(_super, number, inode);
        for (int done = 0; done < buffer.Length; done += blockSize)
        {
            int index = (int)((position + done) / blockSize);
            Span<byte> block = buffer.Slice(done, blockSize);
            Fill(index, block);
            DirectoryBlockKind kind = !IsIndexed ? DirectoryBlockKind.Records
                : index == 0 ? DirectoryBlockKind.HtreeRoot
                : DirectoryBlockKind.HtreeOther;
            new DirectoryBlock(_rules).Seal(block, default, new BlockContext(number, seed, (uint)kind));
        }
    }

    private int InnerCount
    {
        get
        {
            int count = 0;
            foreach (int blocks in _levels)
            {
                count += blocks;
            }

            return count;
        }
    }

    private int TailBytes => _rules.HasChecksums ? HtreeEntryDisk.TailBytes : 0;

    private int LimitOf(bool isRoot) =>
        (_super.BlockSize - DirectoryBlock.EntriesOffset(isRoot) - TailBytes) / HtreeEntryDisk.SizeBytes;

    private void PackLeaves(int firstUsed)
    {
        _leaves.Clear();
        _leaves.Add(0);
        int room = DirectoryRecords.Room(_rules);
        int used = firstUsed;
        for (int index = 0; index < _entries.Length; index++)
        {
            int bytes = DirectoryRecords.BytesOf(_entries[index].Name.Length);
            if (used + bytes > room)
            {
                _leaves.Add(index);
                used = 0;
            }

            used += bytes;
        }
    }

    private void PackTree()
    {
        HashVersion version = TreeVersion;
        if (_super.IsHashUnsigned)
        {
            version += (int)HashVersion.LegacyUnsigned;
        }

        foreach (ref Entry entry in _entries.AsSpan())
        {
            uint hash = HtreeHash.Compute(entry.Name.Span, version, _super.HashSeedBytes, out uint minor);
            entry = entry with { Hash = hash, Minor = minor };
        }

        Array.Sort(_entries);
        PackLeaves(0);
        _levels.Clear();
        int levelsMax = _super.Has(FeatureIncompat.LargeDir) ? LevelsMax : LevelsMax - 1;
        int below = _leaves.Count;
        while (below > LimitOf(isRoot: true) && _levels.Count < levelsMax)
        {
            below = (int)Bits.DivideRoundUp(below, (long)LimitOf(isRoot: false));
            _levels.Insert(0, below);
        }

        IsIndexed = below <= LimitOf(isRoot: true) && _levels.Count < levelsMax;
    }

    private HashVersion TreeVersion => _super.Raw.HashVersion < (byte)HashVersion.LegacyUnsigned
        ? (HashVersion)_super.Raw.HashVersion
        : HashVersion.HalfMd4;

    private void Fill(int index, Span<byte> block)
    {
        if (!IsIndexed)
        {
            FillLeaf(index, block, hasDots: index == 0);
        }
        else if (index == 0)
        {
            FillRoot(block);
        }
        else if (index <= InnerCount)
        {
            FillInner(index, block);
        }
        else
        {
            FillLeaf(index - 1 - InnerCount, block, hasDots: false);
        }
    }

    private void FillLeaf(int leaf, Span<byte> block, bool hasDots)
    {
        DirectoryRecords.Clear(block, _rules);
        int end = 0;
        int last = -1;
        if (hasDots)
        {
            Write(block, ref end, ref last, _directory, "."u8);
            Write(block, ref end, ref last, _parent, ".."u8);
        }

        int first = leaf < _leaves.Count ? _leaves[leaf] : _entries.Length;
        int stop = leaf + 1 < _leaves.Count ? _leaves[leaf + 1] : _entries.Length;
        for (int index = first; index < stop; index++)
        {
            Write(block, ref end, ref last, _entries[index].Node, _entries[index].Name.Span);
        }

        if (last >= 0)
        {
            DirectoryRecords.SetLength(block, _rules, last, DirectoryRecords.Room(_rules) - last);
        }
    }

    private void Write(Span<byte> block, ref int end, ref int last, BuildNode node, ReadOnlySpan<byte> name)
    {
        int bytes = DirectoryRecords.BytesOf(name.Length);
        DirectoryRecords.Write(block, _rules, end, bytes, node.Number, FileTypeOf(node), name);
        last = end;
        end += bytes;
    }

    private void FillRoot(Span<byte> block)
    {
        block.Clear();
        byte type = FileTypeOf(_directory);
        DirectoryRecords.Write(block, _rules, 0, DotRecordLength, _directory.Number, type, "."u8);
        DirectoryRecords.Write(
            block, _rules, DotRecordLength, block.Length - DotRecordLength, _parent.Number, type, ".."u8);
        ref HtreeRootInfoDisk info = ref Disk.Overlay<HtreeRootInfoDisk>(block, HtreeRootInfoDisk.Offset);
        info.HashVersion = (byte)TreeVersion;
        info.InfoLength = InfoLength;
        info.IndirectLevels = (byte)_levels.Count;
        int children = _levels.Count > 0 ? _levels[0] : _leaves.Count;
        FillEntries(block, isRoot: true, level: -1, firstChild: 0, children);
    }

    private void FillInner(int index, Span<byte> block)
    {
        block.Clear();
        DirectoryRecords.SetLength(block, _rules, 0, block.Length);
        int level = 0;
        int inLevel = index - 1;
        while (inLevel >= _levels[level])
        {
            inLevel -= _levels[level];
            level++;
        }

        int limit = LimitOf(isRoot: false);
        int below = level + 1 < _levels.Count ? _levels[level + 1] : _leaves.Count;
        int first = inLevel * limit;
        FillEntries(block, isRoot: false, level, first, Math.Min(limit, below - first));
    }

    private void FillEntries(Span<byte> block, bool isRoot, int level, int firstChild, int count)
    {
        int offset = DirectoryBlock.EntriesOffset(isRoot);
        int start = 1; // block of the first child of the level below
        for (int above = 0; above <= level; above++)
        {
            start += _levels[above];
        }

        for (int at = 0; at < count; at++)
        {
            ref HtreeEntryDisk entry =
                ref Disk.Overlay<HtreeEntryDisk>(block, offset + (at * HtreeEntryDisk.SizeBytes));
            entry.Hash = at == 0 ? 0 : FirstHash(level + 1, firstChild + at);
            entry.Block = (uint)(start + firstChild + at);
        }

        ref HtreeCountDisk counts = ref Disk.Overlay<HtreeCountDisk>(block, offset);
        counts.Limit = (ushort)LimitOf(isRoot);
        counts.Count = (ushort)count;
    }

    // The least hash below a block; marked when names with that hash begin in the leaf before.
    private uint FirstHash(int level, int index)
    {
        int leaf = index;
        for (int below = level; below < _levels.Count; below++)
        {
            leaf *= LimitOf(isRoot: false);
        }

        int entry = _leaves[leaf];
        bool isContinued = _entries[entry].Hash == _entries[entry - 1].Hash;
        return _entries[entry].Hash | (isContinued ? ContinuedBit : 0);
    }

    private byte FileTypeOf(BuildNode node)
    {
        int type = node.Type switch
        {
            ModeBits.S_IFREG => 1,
            ModeBits.S_IFDIR => 2,
            ModeBits.S_IFCHR => 3,
            ModeBits.S_IFBLK => 4,
            ModeBits.S_IFIFO => 5,
            ModeBits.S_IFSOCK => 6,
            ModeBits.S_IFLNK => 7,
            _ => throw Check.Unreachable("a type that was checked"),
        };
        return _rules.HasFileType ? (byte)type : (byte)0;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(uint Hash, uint Minor, int Order, ReadOnlyMemory<byte> Name, BuildNode Node)
        : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            int order = Hash.CompareTo(other.Hash);
            order = order != 0 ? order : Minor.CompareTo(other.Minor);
            return order != 0 ? order : Order.CompareTo(other.Order);
        }
    }
}
