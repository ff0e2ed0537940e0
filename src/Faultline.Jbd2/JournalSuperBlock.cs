// The journal's superblock, validated: positions lie inside the journal, features are known, the
// checksum matches.

using System;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2;

/// <summary>A validated journal superblock. Immutable.</summary>
public sealed class JournalSuperBlock
{
    private const uint FastCommitBlocksDefault = 256;
    internal const uint CompatChecksum = 1;
    private const int UserUuidsMax = 48;
    private const int UsersOffset = 0x100;

    private readonly JournalIncompat _incompat;

    private JournalSuperBlock(in JournalSuperBlockDisk disk, ReadOnlySpan<byte> bytes)
    {
        bool hasFeatures = disk.Header.BlockType == (uint)JournalBlockType.SuperBlockV2;
        _incompat = hasFeatures ? (JournalIncompat)disk.FeatureIncompat.Value : 0;
        Version = hasFeatures ? 2 : 1;
        BlockSize = (int)disk.BlockSize.Value;
        BlockCount = disk.BlockCount;
        FirstBlock = disk.FirstBlock;
        Sequence = new TransactionId(disk.Sequence);
        Start = disk.Start;
        ErrorNumber = unchecked((int)disk.ErrorNumber.Value); // a negative errno on disk
        HasCommitChecksum = hasFeatures && ((disk.FeatureCompat & CompatChecksum) != 0);
        Uuid = hasFeatures ? Uuid.Read(bytes.Slice(0x30, Bytes16.Length)) : Uuid.Nil;
        UserCount = hasFeatures ? Math.Min(disk.UserCount, UserUuidsMax) : 0;
        FirstUser = UserCount > 0 ? Uuid.Read(bytes.Slice(UsersOffset, 16)) : Uuid.Nil;
        ChecksumSeed = Crc32c.Update(uint.MaxValue, bytes.Slice(0x30, Bytes16.Length));
        FastCommitBlockCount = !Has(JournalIncompat.FastCommit)
            ? 0
            : disk.FastCommitBlockCount == 0 ? FastCommitBlocksDefault : disk.FastCommitBlockCount;
    }

    /// <summary>1 or 2.</summary>
    public int Version { get; }

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks of the journal, superblock included.</summary>
    public uint BlockCount { get; }

    /// <summary>First block of the log.</summary>
    public uint FirstBlock { get; }

    /// <summary>First transaction expected in the log.</summary>
    public TransactionId Sequence { get; }

    /// <summary>Block where the log starts, or 0 when there is nothing to replay.</summary>
    public uint Start { get; }

    /// <summary>Whether there is something to replay.</summary>
    public bool IsDirty => Start != 0;

    /// <summary>Why the journal was aborted (negative errno), or 0.</summary>
    public int ErrorNumber { get; }

    /// <summary>Identity of the journal.</summary>
    public Uuid Uuid { get; }

    /// <summary>File systems that use the journal.</summary>
    public uint UserCount { get; }

    /// <summary>The first of them, or nil.</summary>
    public Uuid FirstUser { get; }

    /// <summary>Blocks at the end of the journal that belong to fast commits, or 0.</summary>
    public uint FastCommitBlockCount { get; }

    /// <summary>First block after the log: the fast-commit area starts here.</summary>
    public uint LogEnd => BlockCount - FastCommitBlockCount;

    /// <summary>Blocks of the log.</summary>
    public uint LogBlockCount => LogEnd - FirstBlock;

    /// <summary>Whether block numbers have 64 bits.</summary>
    public bool Is64Bit => Has(JournalIncompat.SixtyFourBit);

    /// <summary>Version of the checksums: 0 none, 1 commit blocks only, 2 or 3 every
    /// block.</summary>
    public int ChecksumVersion =>
        Has(JournalIncompat.ChecksumV3) ? 3
        : Has(JournalIncompat.ChecksumV2) ? 2
        : HasCommitChecksum ? 1 : 0;

    /// <summary>Whether metadata blocks of the journal end in a checksum.</summary>
    internal bool HasBlockChecksums => ChecksumVersion >= 2;

    /// <summary>Whether commit blocks carry a CRC of their transaction.</summary>
    internal bool HasCommitChecksum { get; }

    /// <summary>Running checksum over the UUID, which starts every checksum of version 2 and
    /// 3.</summary>
    internal uint ChecksumSeed { get; }

    /// <summary>Names of the incompatible features, in the spelling of the tools.</summary>
    public string FeatureText => JournalFeatureNames.Text(_incompat, HasCommitChecksum);

    /// <summary>Validates a journal superblock.</summary>
    /// <param name="bytes">At least 1024 bytes from the superblock's start.</param>
    /// <param name="blockSize">Bytes of a block of the volume.</param>
    /// <param name="blockCount">Blocks that the journal's file has.</param>
    /// <returns>The superblock.</returns>
    /// <errors>EUCLEAN damaged; EOPNOTSUPP an unknown feature, named.</errors>
    public static Result<JournalSuperBlock> Parse(
        ReadOnlySpan<byte> bytes, int blockSize, uint blockCount)
    {
        bytes = bytes.Slice(0, JournalSuperBlockDisk.SizeBytes);
        ref readonly JournalSuperBlockDisk disk = ref Disk.View<JournalSuperBlockDisk>(bytes);
        if (disk.Header.Magic != JournalBlockHeaderDisk.ExpectedMagic)
        {
            return Jbd2Reasons.SuperMagic.With($"0x{disk.Header.Magic.Value:x8}");
        }

        bool isV2 = disk.Header.BlockType == (uint)JournalBlockType.SuperBlockV2;
        if (!isV2 && (disk.Header.BlockType != (uint)JournalBlockType.SuperBlockV1))
        {
            return Jbd2Reasons.SuperVersion.With($"block type {disk.Header.BlockType}");
        }

        Result result = isV2 ? CheckFeatures(disk, bytes) : Result.Ok;
        if (!result.IsOk)
        {
            return result.Error;
        }

        result = CheckGeometry(disk, blockSize, blockCount, isV2);
        return result.IsOk ? new JournalSuperBlock(disk, bytes) : result.Error;
    }

    private static Result CheckFeatures(in JournalSuperBlockDisk disk, ReadOnlySpan<byte> bytes)
    {
        uint unknown = disk.FeatureIncompat & ~(uint)JournalIncompat.Known;
        if (unknown != 0)
        {
            return Jbd2Reasons.SuperIncompat.With(JournalFeatureNames.Unknown(unknown));
        }

        JournalIncompat incompat = (JournalIncompat)disk.FeatureIncompat.Value;
        bool isV2 = (incompat & JournalIncompat.ChecksumV2) != 0;
        bool isV3 = (incompat & JournalIncompat.ChecksumV3) != 0;
        bool isV1 = (disk.FeatureCompat & CompatChecksum) != 0;
        if ((isV2 && isV3) || (isV1 && (isV2 || isV3)))
        {
            return Jbd2Reasons.SuperChecksumVersions;
        }

        if (!isV2 && !isV3)
        {
            return Result.Ok;
        }

        if (disk.ChecksumType != JournalSuperBlockDisk.ChecksumTypeCrc32c)
        {
            return Jbd2Reasons.SuperChecksumType.With($"type {disk.ChecksumType}");
        }

        Span<byte> zeroed = stackalloc byte[JournalSuperBlockDisk.SizeBytes];
        bytes.CopyTo(zeroed);
        Disk.Overlay<JournalSuperBlockDisk>(zeroed).Checksum = 0;
        return Crc32c.Update(uint.MaxValue, zeroed) == disk.Checksum
            ? Result.Ok
            : Jbd2Reasons.SuperChecksum;
    }

    private static Result CheckGeometry(
        in JournalSuperBlockDisk disk, int blockSize, uint blockCount, bool hasFeatures)
    {
        if (disk.BlockSize != (uint)blockSize)
        {
            return Jbd2Reasons.SuperBlockSize.With($"{disk.BlockSize}, volume {blockSize}");
        }

        if (disk.BlockCount > blockCount)
        {
            return Jbd2Reasons.SuperLength.With($"{disk.BlockCount} blocks, file {blockCount}");
        }

        bool hasFastCommit = hasFeatures
            && ((disk.FeatureIncompat & (uint)JournalIncompat.FastCommit) != 0);
        ulong fastBlocks = !hasFastCommit ? 0
            : disk.FastCommitBlockCount == 0 ? FastCommitBlocksDefault : disk.FastCommitBlockCount;
        bool isInside = (disk.FirstBlock != 0)
            && (disk.FirstBlock + fastBlocks < disk.BlockCount)
            && (disk.Start + fastBlocks < disk.BlockCount)
            && ((disk.Start == 0) || (disk.Start >= disk.FirstBlock));
        return isInside
            ? Result.Ok
            : Jbd2Reasons.SuperGeometry.With(
                $"first {disk.FirstBlock}, start {disk.Start}, fast-commit blocks {fastBlocks}, "
                + $"length {disk.BlockCount}");
    }

    private bool Has(JournalIncompat feature) => (_incompat & feature) != 0;
}
