// Decides every number of a volume that is going to be made, by the rules that mke2fs(8) documents and shows.
//
// FormatPlanner.cs        the order of the decisions, sizes and groups
// FormatPlanner.Super.cs  the superblock that says so

using System;
using System.Numerics;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Making;

/// <summary>Decides every number of a volume that is going to be made.</summary>
/// <param name="options">What is asked for.</param>
/// <param name="features">The features.</param>
/// <param name="profile">Defaults of the usage.</param>
internal sealed partial class FormatPlanner(FormatOptions options, FeatureSelection features, UsageProfile profile)
{
    private const long SizeUnit = 4096; // devices count in whole pages
    private const long ClustersPerGroupMax = 65528; // counts have 16 bits
    private const int ClusterBlocksDefault = 16;
    private const int GroupsPerFlexDefault = 16;
    private const uint SpareBlocksMin = 50; // a last group with fewer blocks of use is left away
    private const long BytesPerInodeMin = 1024;
    private const long BytesPerInodeMax = 64L << 20;
    private const ulong ResizeFactor = 1024;
    private const uint JournalBlocksMin = 1024;
    private const uint JournalBlocksMax = 10_240_000;
    private const int FastCommitFraction = 64;

    private int _blockSize;
    private int _clusterSize;
    private int _inodeSize;
    private ulong _blockCount;
    private uint _firstBlock;
    private uint _blocksPerGroup;
    private uint _inodesPerGroup;
    private ulong _groupCount;
    private ulong _descriptorBlocks;
    private uint _reservedDescriptorBlocks;
    private uint _journalBlocks;
    private uint _fastCommitBlocks;
    private string? _note;

    /// <summary>Decides.</summary>
    /// <param name="sizeBytes">Bytes of the volume.</param>
    /// <returns>The plan.</returns>
    /// <errors>EINVAL an option that cannot be; ENOSPC too small; EFBIG too large.</errors>
    internal Result<FormatPlan> Plan(long sizeBytes)
    {
        Result result = PlanUnits(sizeBytes);
        result = result.IsOk ? PlanGroups() : result;
        result = result.IsOk ? PlanJournal() : result;
        return result.IsOk ? Describe() : result.Error;
    }

    private int DescriptorSize => features.Has(FeatureIncompat.SixtyFourBit) ? 64 : GroupDescriptorDisk.SizeBytes;

    private bool HasClusters => features.Has(FeatureReadOnlyCompat.Bigalloc);

    private Result PlanUnits(long sizeBytes)
    {
        _blockSize = options.BlockSize ?? profile.BlockSize;
        _clusterSize = HasClusters ? options.ClusterSize ?? (_blockSize * ClusterBlocksDefault) : _blockSize;
        _inodeSize = options.Revision == 0 ? InodeDisk.SizeBytes : options.InodeSize ?? profile.InodeSize;
        long ratio = options.BytesPerInode ?? profile.BytesPerInode;
        int flex = options.GroupsPerFlex ?? GroupsPerFlexDefault;
        (bool IsSane, string Text)[] rules =
        [
            (BitOperations.IsPow2(_blockSize) && _blockSize is >= 1024 and <= 65536, $"block size {_blockSize}"),
            (BitOperations.IsPow2(_clusterSize) && _clusterSize >= _blockSize
                && _clusterSize <= (long)_blockSize * 32768 && _clusterSize <= 512 << 20,
                $"cluster size {_clusterSize}"),
            (BitOperations.IsPow2(_inodeSize) && _inodeSize >= 128 && _inodeSize <= _blockSize,
                $"inode size {_inodeSize}"),
            (ratio is >= BytesPerInodeMin and <= BytesPerInodeMax, $"bytes per inode {ratio}"),
            (BitOperations.IsPow2(flex), $"groups per flex group {flex}"),
            (options.ReservedPercent is >= 0 and <= 50, $"reserved per cent {options.ReservedPercent}"),
            (options.Revision is 0 or 1, $"revision {options.Revision}"),
            (options.ErrorPolicy is >= 1 and <= 3, $"errors {options.ErrorPolicy}"),
            (options.BackupSuperBlockCount is >= 0 and <= 2, $"backup superblocks {options.BackupSuperBlockCount}"),
            (System.Text.Encoding.UTF8.GetByteCount(options.Label) <= 16, "label: more than 16 bytes"),
            (System.Text.Encoding.UTF8.GetByteCount(options.LastMounted) <= 64, "last mounted: more than 64 bytes"),
            (options.InodeCount is null or (> 0 and <= uint.MaxValue), $"inodes {options.InodeCount}"),
        ];
        foreach ((bool isSane, string text) in rules)
        {
            if (!isSane)
            {
                return ExtFormatReasons.Number.With(text);
            }
        }

        long whole = options.SizeBytes is null ? sizeBytes / SizeUnit * SizeUnit : sizeBytes;
        _blockCount = (ulong)(whole / _blockSize);
        _firstBlock = _blockSize == 1024 && !HasClusters ? 1U : 0U;
        ulong clusterBlocks = (ulong)(_clusterSize / _blockSize);
        _blockCount = _blockCount / clusterBlocks * clusterBlocks;
        return _blockCount > uint.MaxValue && !features.Has(FeatureIncompat.SixtyFourBit)
            ? ExtFormatReasons.TooLarge.With($"{_blockCount} blocks without the feature 64bit")
            : Result.Ok;
    }

    private Result PlanGroups()
    {
        long most = long.Min(_blockSize * 8L, ClustersPerGroupMax) * (_clusterSize / _blockSize);
        long perGroup = options.BlocksPerGroup ?? most;
        if (perGroup < 256 || perGroup > most || perGroup % 8 != 0)
        {
            return ExtFormatReasons.GroupBlocks.With($"{perGroup}, at most {most}");
        }

        _blocksPerGroup = (uint)perGroup;

        // A last group too small to be of use is left away; then the numbers are others.
        while (true)
        {
            if (_blockCount <= _firstBlock + SpareBlocksMin)
            {
                return ExtFormatReasons.TooSmall.With($"{_blockCount} blocks");
            }

            _groupCount = Bits.DivideRoundUp(_blockCount - _firstBlock, _blocksPerGroup);
            _descriptorBlocks = Bits.DivideRoundUp(_groupCount * (ulong)DescriptorSize, (ulong)_blockSize);
            _reservedDescriptorBlocks = ReservedDescriptors();
            Result planned = PlanInodes();
            if (!planned.IsOk)
            {
                return planned;
            }

            ulong inLast = (_blockCount - _firstBlock) % _blocksPerGroup;
            if (inLast == 0 || inLast >= OverheadOfLast() + SpareBlocksMin)
            {
                return Result.Ok;
            }

            if (_groupCount == 1)
            {
                return ExtFormatReasons.OneGroup.With($"{_blockCount} blocks");
            }

            _blockCount -= inLast;
        }
    }

    // Blocks of the last group that the group itself needs.
    private ulong OverheadOfLast()
    {
        ulong table = Bits.DivideRoundUp((ulong)_inodesPerGroup * (ulong)_inodeSize, (ulong)_blockSize);
        ulong own = 2 + table;
        return LastGroupHasSuper() ? own + 1 + CopiedDescriptorBlocks() + _reservedDescriptorBlocks : own;
    }

    private ulong CopiedDescriptorBlocks() => features.Has(FeatureIncompat.MetaGroups) ? 1 : _descriptorBlocks;

    private bool LastGroupHasSuper()
    {
        ulong last = _groupCount - 1;
        if (features.Has(FeatureCompat.SparseSuper2))
        {
            return last == 0 || BackupGroups().Second == last || BackupGroups().First == last;
        }

        return !features.Has(FeatureReadOnlyCompat.SparseSuper) || last <= 1 || IsPowerOfAny(last);
    }

    private static bool IsPowerOfAny(ulong group)
    {
        foreach (ulong root in (ReadOnlySpan<ulong>)[3, 5, 7])
        {
            ulong power = root;
            while (power < group)
            {
                power *= root;
            }

            if (power == group)
            {
                return true;
            }
        }

        return false;
    }

    private (uint First, uint Second) BackupGroups()
    {
        bool hasFirst = options.BackupSuperBlockCount >= 1 && _groupCount > 1;
        bool hasSecond = options.BackupSuperBlockCount >= 2 && _groupCount > 2;
        return (hasFirst ? 1U : 0U, hasSecond ? (uint)(_groupCount - 1) : 0U);
    }

    private uint ReservedDescriptors()
    {
        if (!features.Has(FeatureCompat.ResizeInode))
        {
            return 0;
        }

        ulong limit = options.ResizeLimitBlocks ?? (_blockCount * ResizeFactor);
        limit = ulong.Min(limit, uint.MaxValue);
        ulong groups = Bits.DivideRoundUp(ulong.Max(limit, _blockCount) - _firstBlock, _blocksPerGroup);
        ulong all = Bits.DivideRoundUp(groups * (ulong)DescriptorSize, (ulong)_blockSize);
        ulong reserved = all > _descriptorBlocks ? all - _descriptorBlocks : 0;
        return (uint)ulong.Min(reserved, (ulong)_blockSize / sizeof(uint));
    }

    private Result PlanInodes()
    {
        long unit = long.Max(options.BytesPerInode ?? profile.BytesPerInode, _clusterSize);
        ulong wanted = options.InodeCount is long count
            ? (ulong)count
            : _blockCount * (ulong)_blockSize / (ulong)unit;
        uint perBlock = (uint)(_blockSize / _inodeSize);
        uint most = uint.Min((uint)_blockSize * 8, (uint)ClustersPerGroupMax);
        ulong each = ulong.Max(Bits.DivideRoundUp(ulong.Min(wanted, uint.MaxValue), _groupCount), 16);
        each = Bits.DivideRoundUp(each, perBlock) * perBlock / 8 * 8;
        each = ulong.Max(each, Bits.DivideRoundUp(16UL, perBlock) * perBlock);
        if (each > most && options.InodeCount is null)
        {
            each = most / perBlock * perBlock / 8 * 8;
        }

        if (each > most)
        {
            return ExtFormatReasons.GroupInodes.With(
                $"{wanted} inodes, more than {most} in each of {_groupCount} groups");
        }

        while (each * _groupCount > uint.MaxValue)
        {
            each -= ulong.Max(perBlock, 8);
        }

        _inodesPerGroup = (uint)each;
        return Result.Ok;
    }

    private Result PlanJournal()
    {
        if (!features.Has(FeatureCompat.HasJournal) || options.JournalDevice is not null)
        {
            return Result.Ok;
        }

        ulong blocks = options.JournalMegabytes is long megabytes
            ? (ulong)checked(megabytes << 20) / (ulong)_blockSize
            : DefaultJournalBlocks();
        if (blocks == 0 && options.JournalMegabytes is null)
        {
            features.DropJournal();
            _note = "the volume is too small for a journal";
            return Result.Ok;
        }

        ulong fast = features.Has(FeatureCompat.FastCommit)
            ? options.FastCommitKilobytes is long kilobytes
                ? (ulong)checked(kilobytes << 10) / (ulong)_blockSize
                : blocks / FastCommitFraction
            : 0;
        ulong most = ulong.Min(JournalBlocksMax, _blockCount / 2);
        bool isSane = blocks >= JournalBlocksMin && blocks + fast <= most;
        if (!isSane)
        {
            return ExtFormatReasons.Journal.With(
                $"{blocks + fast} blocks; at least {JournalBlocksMin}, at most {most} here");
        }

        (_journalBlocks, _fastCommitBlocks) = ((uint)blocks, (uint)fast);
        return Result.Ok;
    }

    private ulong DefaultJournalBlocks() => _blockCount switch
    {
        < 2048 => 0,
        < 32768 => 1024,
        < 256 * 1024 => 4096,
        < 512 * 1024 => 8192,
        < 4096 * 1024 => 16384,
        < 8192 * 1024 => 32768,
        < 16384 * 1024 => 65536,
        < 32768 * 1024 => 131072,
        _ => 262144,
    };
}
