// The verifier of directory blocks: chain of records, checksum, and for blocks of a hash tree limit
// and count. Whoever reads a verified block can walk its records without meeting a malformed one.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Directories;

/// <summary>Verifies directory blocks.</summary>
/// <param name="rules">What records look like on this volume.</param>
internal sealed class DirectoryBlock(DirectoryRules rules)
{
    private const int DotRecordLength = 12;

    /// <summary>The kind of block, for the buffer cache: the context's argument is a
    /// <see cref="DirectoryBlockKind"/>.</summary>
    /// <returns>The format.</returns>
    internal BlockFormat Format() => new("directory block", Verify, Seal);

    /// <summary>Whether a verified block of a hash tree is an inner one: one unused record hides it
    /// all. An empty leaf looks like that too when there are no checksums, and has no entries
    /// either
    /// way.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <returns>True for an inner block.</returns>
    internal static bool IsInner(ReadOnlySpan<byte> bytes, DirectoryRules rules)
    {
        ref readonly DirEntryDisk first = ref Disk.View<DirEntryDisk>(bytes);
        int length = DirEntryReader.DecodeRecordLength(first.RawRecordLength, rules.BlockSize);
        return (first.Inode == 0) && (length == bytes.Length);
    }

    /// <summary>Byte offset of the first entry of a block of a hash tree.</summary>
    /// <param name="isRoot">Whether it is the root.</param>
    /// <returns>The offset.</returns>
    internal static int EntriesOffset(bool isRoot) =>
        isRoot ? HtreeRootInfoDisk.EntriesOffset : HtreeEntryDisk.NodeEntriesOffset;

    /// <summary>Writes the checksum of a block.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="block">Its number.</param>
    /// <param name="context">Whose.</param>
    internal void Seal(Span<byte> bytes, BlockNumber block, in BlockContext context)
    {
        if (!rules.HasChecksums)
        {
            return;
        }

        DirectoryBlockKind kind = (DirectoryBlockKind)(context.Argument & ~DirectoryFile.CiphertextBit);
        bool isRoot = kind == DirectoryBlockKind.HtreeRoot;
        if (isRoot || ((kind == DirectoryBlockKind.HtreeOther) && IsInner(bytes, rules)))
        {
            int tail = TreeTailOffset(bytes, isRoot) + 4;
            Disk.Overlay<LeUInt32>(bytes, tail) = TreeChecksum(bytes, context.Seed, isRoot);
            return;
        }

        int offset = bytes.Length - DirTailDisk.SizeBytes;
        Disk.Overlay<DirTailDisk>(bytes, offset).Checksum = Crc32c.Update(context.Seed, bytes.Slice(0, offset));
    }

    private Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        DirectoryBlockKind kind =
            (DirectoryBlockKind)(context.Argument & ~DirectoryFile.CiphertextBit);
        if (kind == DirectoryBlockKind.HtreeRoot)
        {
            return VerifyTreeBlock(bytes, block, context, isRoot: true);
        }

        bool isInner = (kind == DirectoryBlockKind.HtreeOther) && rules.HasChecksums
            && IsInner(bytes, rules);
        return isInner
            ? VerifyTreeBlock(bytes, block, context, isRoot: false)
            : VerifyRecords(bytes, block, context);
    }

    private Result VerifyRecords(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        Result result = VerifyChain(bytes, block, context);
        if (!result.IsOk || !rules.HasChecksums)
        {
            return result;
        }

        int offset = bytes.Length - DirTailDisk.SizeBytes;
        ref readonly DirTailDisk tail = ref Disk.View<DirTailDisk>(bytes, offset);
        bool isTail = (tail.Zero == 0) && (tail.RecordLength == DirTailDisk.SizeBytes)
            && (tail.NameLength == 0) && (tail.FileType == DirTailDisk.ExpectedFileType);
        bool isIntact = isTail
            && (tail.Checksum == Crc32c.Update(context.Seed, bytes.Slice(0, offset)));
        return isIntact
            ? Result.Ok
            : ExtReasons.DirectoryChecksum.At(context.Inode, block);
    }

    private Result VerifyChain(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        DirEntryReader reader = new(bytes, rules);
        DirectoryProblem? problem;
        while (reader.TryRead(out DirEntry entry, out problem))
        {
            bool isName = (entry.Inode == 0) || (entry.Name.IndexOfAny((byte)0, (byte)'/') < 0);
            if (!isName && !IsCiphertext(context))
            {
                problem = DirectoryProblem.Name;
                break;
            }
        }

        return problem is null
            ? Result.Ok
            : DirectoryDamage.Of(problem.Value, context.Inode, block, reader.Offset);
    }

    // Names of encrypted directories hold any byte; the reader of such a directory says so by the
    // top bit of the argument.
    private static bool IsCiphertext(in BlockContext context) =>
        (context.Argument & DirectoryFile.CiphertextBit) != 0;

    private Result VerifyTreeBlock(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context, bool isRoot)
    {
        if (isRoot && !IsRootSane(bytes))
        {
            return ExtReasons.HtreeRoot.At(context.Inode, block);
        }

        int entries = EntriesOffset(isRoot);
        ref readonly HtreeCountDisk count = ref Disk.View<HtreeCountDisk>(bytes, entries);
        int tailBytes = rules.HasChecksums ? HtreeEntryDisk.TailBytes : 0;
        int room = (bytes.Length - entries - tailBytes) / HtreeEntryDisk.SizeBytes;
        bool isCountSane = (count.Count >= 1) && (count.Count <= count.Limit)
            && (count.Limit <= room);
        if (!isCountSane)
        {
            return ExtReasons.HtreeCount.At(
                context.Inode, block, $"{count.Count} of {count.Limit}, room for {room}");
        }

        Result result = VerifyOrder(bytes.Slice(entries), count.Count, block, context);
        if (!result.IsOk || !rules.HasChecksums)
        {
            return result;
        }

        uint stored = Disk.View<LeUInt32>(bytes, TreeTailOffset(bytes, isRoot) + 4);
        return stored == TreeChecksum(bytes, context.Seed, isRoot)
            ? Result.Ok
            : ExtReasons.HtreeChecksum.At(context.Inode, block);
    }

    private static int TreeTailOffset(ReadOnlySpan<byte> bytes, bool isRoot)
    {
        int entries = EntriesOffset(isRoot);
        return entries + (Disk.View<HtreeCountDisk>(bytes, entries).Limit * HtreeEntryDisk.SizeBytes);
    }

    // The checksum covers the entries in use and the first half of the tail, then zeros.
    private static uint TreeChecksum(ReadOnlySpan<byte> bytes, uint seed, bool isRoot)
    {
        int entries = EntriesOffset(isRoot);
        int used = entries + (Disk.View<HtreeCountDisk>(bytes, entries).Count * HtreeEntryDisk.SizeBytes);
        uint crc = Crc32c.Update(seed, bytes.Slice(0, used));
        crc = Crc32c.Update(crc, bytes.Slice(TreeTailOffset(bytes, isRoot), 4));
        return Crc32c.Update(crc, 0U);
    }

    // The first entry has no hash. Two equal hashes differ in their lowest bit, which marks a
    // collision that goes on in the next block.
    private static Result VerifyOrder(
        ReadOnlySpan<byte> entries, int count, BlockNumber block, in BlockContext context)
    {
        for (int index = 2; index < count; index++)
        {
            int offset = index * HtreeEntryDisk.SizeBytes;
            uint before = Disk.View<LeUInt32>(entries, offset - HtreeEntryDisk.SizeBytes);
            if (Disk.View<LeUInt32>(entries, offset) < before)
            {
                return ExtReasons.HtreeEntry.At(context.Inode, block, $"entry {index}");
            }
        }

        return Result.Ok;
    }

    private bool IsRootSane(ReadOnlySpan<byte> bytes)
    {
        ref readonly DirEntryDisk dot = ref Disk.View<DirEntryDisk>(bytes);
        ref readonly DirEntryDisk dotDot = ref Disk.View<DirEntryDisk>(bytes, DotRecordLength);
        ref readonly HtreeRootInfoDisk info =
            ref Disk.View<HtreeRootInfoDisk>(bytes, HtreeRootInfoDisk.Offset);
        int dotDotLength =
            DirEntryReader.DecodeRecordLength(dotDot.RawRecordLength, rules.BlockSize);
        bool areDotsSane = (dot.RawRecordLength == DotRecordLength) && (dot.NameLength == 1)
            && (dotDot.NameLength == 2)
            && (dotDotLength == bytes.Length - DotRecordLength)
            && (dot.Inode != 0) && (dot.Inode <= rules.InodeCount)
            && (dotDot.Inode != 0) && (dotDot.Inode <= rules.InodeCount);
        return areDotsSane && (info.Zero == 0) && (info.InfoLength == 8);
    }
}
