// Makes the superblock of a journal that is empty: what formatting a volume or a journal device writes.

using System;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Makes superblocks of empty journals.</summary>
public static class JournalForm
{
    private const uint FirstSequence = 1;
    private const int UuidOffset = 0x30;
    private const int UsersOffset = 0x100;

    /// <summary>Makes the superblock of an empty journal.</summary>
    /// <param name="block">Its first block; all of it is written.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    /// <param name="blockCount">Blocks of the journal, superblock and fast commits included.</param>
    /// <param name="firstBlock">First block of the log.</param>
    /// <param name="fastCommitBlockCount">Blocks at the end for fast commits.</param>
    /// <param name="uuid">Identity: that of the volume, or of the journal device.</param>
    public static void Write(
        Span<byte> block, int blockSize, uint blockCount, uint firstBlock, uint fastCommitBlockCount, Uuid uuid)
    {
        block.Clear();
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(block);
        disk.Header.Magic = JournalBlockHeaderDisk.ExpectedMagic;
        disk.Header.BlockType = (uint)JournalBlockType.SuperBlockV2;
        disk.BlockSize = (uint)blockSize;
        disk.BlockCount = blockCount;
        disk.FirstBlock = firstBlock;
        disk.Sequence = FirstSequence;
        disk.UserCount = 1;
        disk.FastCommitBlockCount = fastCommitBlockCount;
        uuid.Write(block.Slice(UuidOffset, Bytes16.Length));
    }

    /// <summary>Makes the superblock of a journal device that no volume uses yet.</summary>
    /// <param name="block">As in <see cref="Write"/>.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    /// <param name="blockCount">Blocks of the device.</param>
    /// <param name="firstBlock">First block of the log.</param>
    /// <param name="uuid">Identity of the device.</param>
    public static void WriteUnused(Span<byte> block, int blockSize, uint blockCount, uint firstBlock, Uuid uuid)
    {
        Write(block, blockSize, blockCount, firstBlock, 0, uuid);
        Disk.Overlay<JournalSuperBlockDisk>(block).UserCount = 0;
    }

    /// <summary>Names the one volume that uses a journal device.</summary>
    /// <param name="block">The superblock of the journal.</param>
    /// <param name="user">Identity of the volume.</param>
    public static void SetUser(Span<byte> block, Uuid user)
    {
        Disk.Overlay<JournalSuperBlockDisk>(block).UserCount = 1;
        user.Write(block.Slice(UsersOffset, Bytes16.Length));
    }
}
