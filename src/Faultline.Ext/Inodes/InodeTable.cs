// Finds inodes on disk and validates them. The table's blocks come through the buffer cache; every
// inode has its own checksum, so the blocks have none.

using System;
using System.Buffers.Binary;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Inodes;

/// <summary>The inodes of a volume.</summary>
/// <param name="super">The superblock.</param>
/// <param name="groups">The group descriptors.</param>
/// <param name="buffers">The volume's metadata blocks.</param>
/// <param name="ignoresUnused">Whether marks of unused inodes are ignored, because the descriptors
/// are backups that nobody keeps up to date.</param>
/// <param name="changes">What fast commits changed, or null.</param>
internal sealed class InodeTable(
    ExtSuperBlock super,
    GroupTable groups,
    BufferCache buffers,
    bool ignoresUnused,
    FastCommitChanges? changes)
{
    private const ulong FileBlocksMax = uint.MaxValue; // block numbers of a file have 32 bits
    private const int DirectBlocks = 12;

    private static readonly BlockFormat s_format = new("inode table", VerifyNothing);

    /// <summary>Reads an inode.</summary>
    /// <param name="number">Any number, also a hostile one.</param>
    /// <returns>The inode.</returns>
    /// <errors>ESTALE the inode is free; damage throws FsException naming the inode.</errors>
    internal Result<InodeRecord> Read(InodeNumber number)
    {
        if ((changes is not null) && changes.Inodes.TryGetValue(number.Value, out byte[]? changed))
        {
            // The fast commit's own checksum covered it.
            return Parse(number, changed, ChecksumSeed(number, changed));
        }

        byte[] bytes = new byte[super.InodeSize];
        if (!TryReadBytes(number, bytes))
        {
            return ExtReasons.InodeFree.At(number);
        }

        uint seed = ChecksumSeed(number, bytes);
        CheckChecksum(number, bytes, seed);
        return Parse(number, bytes, seed);
    }

    /// <summary>Copies an inode into its block of the table, with its checksum. Whoever changes a record stores it
    /// before its handle stops: of two who store at once the later one's copy has both changes.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="inode">The inode; its deletion time, link count and mode say whether it is free.</param>
    /// <param name="encoder">Brings the record up to date with what is in memory, or null.</param>
    /// <locks>Caller: nothing of rank 508 or deeper. Takes: i_raw_lock.</locks>
    internal void Store(MetadataHandle handle, InodeRecord inode, IRecordEncoder? encoder = null)
    {
        // What may read, or wait, comes before the latch.
        MetadataBuffer buffer = buffers.Read(Place(inode.Number, out int offset), s_format, default);
        Span<byte> target = handle.Change(buffer).Slice(offset, super.InodeSize);
        using SpinGuard guard = inode.Latch.Acquire();
        encoder?.Encode(inode);
        Encode(inode);
        inode.Bytes.CopyTo(target);
    }

    /// <summary>An inode's block of the table becomes one whose inodes are all free.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="number">First inode of the block.</param>
    internal void CreateBlock(MetadataHandle handle, InodeNumber number) =>
        _ = handle.Create(Place(number, out _), s_format, default);

    private void Encode(InodeRecord inode)
    {
        Span<byte> bytes = inode.Writable;
        ref InodeDisk disk = ref Disk.Overlay<InodeDisk>(bytes);
        StoreSize(ref disk, inode);
        StoreSectors(ref disk, inode);
        if (super.HasMetadataChecksums)
        {
            uint crc = Checksum(bytes, inode.ChecksumSeed);
            disk.ChecksumLow = (ushort)(crc & 0xFFFF);
            if (HasChecksumHigh(bytes))
            {
                Disk.Overlay<LeUInt16>(bytes, InodeDisk.SizeBytes + 2) = (ushort)(crc >> 16);
            }
        }
    }

    /// <summary>A record for an inode that is being made: all zeros but its generation.</summary>
    /// <param name="number">A free inode.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="extraSize">Bytes of extra fields.</param>
    /// <returns>The record.</returns>
    internal InodeRecord Fresh(InodeNumber number, uint mode, ExtInodeFlags flags, uint generation, int extraSize)
    {
        byte[] bytes = new byte[super.InodeSize];
        ref InodeDisk disk = ref Disk.Overlay<InodeDisk>(bytes);
        disk.Mode = checked((ushort)mode);
        disk.Flags = (uint)flags;
        disk.Generation = generation;
        if (bytes.Length > InodeDisk.SizeBytes)
        {
            Disk.Overlay<LeUInt16>(bytes, InodeDisk.SizeBytes) = checked((ushort)extraSize);
        }

        return new InodeRecord(number, bytes, ChecksumSeed(number, bytes)) { ExtraSize = extraSize };
    }

    /// <summary>Where an inode lies.</summary>
    /// <param name="number">An inode of the volume.</param>
    /// <returns>Byte offset on the device.</returns>
    internal long Offset(InodeNumber number)
    {
        ulong index = number.Value - 1;
        GroupDescriptor group = groups.Read(index / super.InodesPerGroup);
        ulong inTable = index % super.InodesPerGroup * (ulong)super.InodeSize;
        return (long)((group.InodeTable * (ulong)super.BlockSize) + inTable);
    }

    /// <summary>Running checksum that starts an inode's metadata checksums.</summary>
    /// <param name="number">The inode.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>The checksum over UUID, number and generation.</returns>
    internal uint ChecksumSeed(InodeNumber number, ReadOnlySpan<byte> bytes) => ChecksumSeed(super, number, bytes);

    /// <summary>Running checksum that starts an inode's metadata checksums.</summary>
    /// <param name="super">The volume.</param>
    /// <param name="number">The inode.</param>
    /// <param name="bytes">Its bytes, for the generation.</param>
    /// <returns>The running checksum.</returns>
    internal static uint ChecksumSeed(ExtSuperBlock super, InodeNumber number, ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, (uint)number.Value);
        uint seed = Crc32c.Update(super.ChecksumSeed, word);
        return Crc32c.Update(seed, bytes.Slice(InodeDisk.GenerationOffset, sizeof(uint)));
    }

    /// <summary>Checksum of an inode.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="seed">What starts it.</param>
    /// <returns>All 32 bits.</returns>
    internal static uint Checksum(ReadOnlySpan<byte> bytes, uint seed)
    {
        const int Low = InodeDisk.ChecksumLowOffset;
        const int High = InodeDisk.SizeBytes + 2;
        uint crc = Crc32c.Update(seed, bytes.Slice(0, Low));
        crc = Crc32c.Update(crc, [0, 0]);
        crc = Crc32c.Update(crc, bytes.Slice(Low + 2, InodeDisk.SizeBytes - Low - 2));
        if (bytes.Length == InodeDisk.SizeBytes)
        {
            return crc;
        }

        crc = Crc32c.Update(crc, bytes.Slice(InodeDisk.SizeBytes, 2));
        if (!HasChecksumHigh(bytes))
        {
            return Crc32c.Update(crc, bytes.Slice(High));
        }

        crc = Crc32c.Update(crc, [0, 0]);
        return Crc32c.Update(crc, bytes.Slice(High + 2));
    }

    /// <summary>Whether an inode keeps the upper half of its checksum.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>True when the field is there.</returns>
    internal static bool HasChecksumHigh(ReadOnlySpan<byte> bytes) =>
        (bytes.Length > InodeDisk.SizeBytes)
        && (Disk.View<LeUInt16>(bytes, InodeDisk.SizeBytes) >= InodeExtraDisk.ChecksumHighEnd);

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;

    private void StoreSize(ref InodeDisk disk, InodeRecord inode)
    {
        bool isData = inode.IsRegular || inode.IsDirectory || inode.IsSymbolicLink;
        if (!isData)
        {
            return;
        }

        disk.SizeLow = (uint)(inode.SizeBytes & uint.MaxValue);
        if (HasSizeHigh(inode.Number, inode.Type))
        {
            disk.SizeHigh = (uint)(inode.SizeBytes >> 32);
        }
    }

    private void StoreSectors(ref InodeDisk disk, InodeRecord inode)
    {
        const ulong SectorsMax = (1UL << 48) - 1;
        ulong count = inode.Sectors;
        bool isHuge = super.Has(FeatureReadOnlyCompat.HugeFile) && (count > SectorsMax);
        if (super.Has(FeatureReadOnlyCompat.HugeFile))
        {
            disk.Flags = isHuge
                ? disk.Flags | (uint)ExtInodeFlags.HugeFile
                : disk.Flags & ~(uint)ExtInodeFlags.HugeFile;
            count = isHuge ? count / (ulong)(super.BlockSize / 512) : count;
            disk.BlocksHigh = checked((ushort)(count >> 32));
        }
        else
        {
            Check.That(count <= uint.MaxValue);
        }

        disk.BlocksLow = (uint)(count & uint.MaxValue);
    }

    private bool HasSizeHigh(InodeNumber number, uint type) => (type == ModeBits.S_IFREG)
        || ((type == ModeBits.S_IFDIR) && super.Has(FeatureIncompat.LargeDir))
        || (number.Value < super.FirstInode);

    private BlockNumber Place(InodeNumber number, out int offset)
    {
        ulong index = number.Value - 1;
        GroupDescriptor group = groups.Read(index / super.InodesPerGroup);
        ulong inTable = index % super.InodesPerGroup * (ulong)super.InodeSize;
        offset = (int)(inTable % (ulong)super.BlockSize);
        return new BlockNumber(group.InodeTable + (inTable / (ulong)super.BlockSize));
    }

    // False when the inode is free.
    private bool TryReadBytes(InodeNumber number, Span<byte> bytes)
    {
        if ((number.Value == 0) || (number.Value > super.InodeCount))
        {
            throw new FsException(ExtReasons.InodeNumberRange.At(number, $"{number.Value} of {super.InodeCount}"));
        }

        ulong index = number.Value - 1;
        GroupDescriptor group = groups.Read(index / super.InodesPerGroup);
        ulong inGroup = index % super.InodesPerGroup;
        bool isNeverUsed = super.HasGroupChecksums && !ignoresUnused
            && (((group.Flags & GroupDescriptorDisk.FlagInodeUninit) != 0)
                || (inGroup + group.UnusedInodeCount >= super.InodesPerGroup));
        if (isNeverUsed)
        {
            return false;
        }

        MetadataBuffer buffer = buffers.Read(Place(number, out int offset), s_format, default);
        buffer.Bytes.Slice(offset, bytes.Length).CopyTo(bytes);
        ref readonly InodeDisk disk = ref Disk.View<InodeDisk>(bytes);
        return (disk.Mode != 0) || (disk.LinkCount != 0);
    }

    private void CheckChecksum(InodeNumber number, ReadOnlySpan<byte> bytes, uint seed)
    {
        if (!super.HasMetadataChecksums)
        {
            return;
        }

        uint stored = Disk.View<InodeDisk>(bytes).ChecksumLow;
        uint computed = Checksum(bytes, seed);
        if (HasChecksumHigh(bytes))
        {
            ushort high = Disk.View<LeUInt16>(bytes, InodeDisk.SizeBytes + 2);
            stored = Bits.Join(high, (ushort)stored);
        }
        else
        {
            computed &= 0xFFFF;
        }

        if (stored != computed)
        {
            throw new FsException(ExtReasons.InodeChecksum.At(
                number, $"0x{stored:x8}, computed 0x{computed:x8}"));
        }
    }

    private InodeRecord Parse(InodeNumber number, byte[] bytes, uint seed)
    {
        ref readonly InodeDisk disk = ref Disk.View<InodeDisk>(bytes);
        int extraSize = 0;
        if (bytes.Length > InodeDisk.SizeBytes)
        {
            extraSize = Disk.View<LeUInt16>(bytes, InodeDisk.SizeBytes);
            bool fits = (extraSize <= bytes.Length - InodeDisk.SizeBytes) && (extraSize % 4 == 0);
            if (!fits)
            {
                throw new FsException(ExtReasons.InodeExtraSize.At(number, $"{extraSize}"));
            }
        }

        uint type = disk.Mode.Value & ModeBits.S_IFMT;
        if (!IsKnownType(type) && (number.Value >= super.FirstInode))
        {
            throw new FsException(ExtReasons.InodeType.At(number, $"mode 0x{disk.Mode.Value:x4}"));
        }

        CheckFlags(number, (ExtInodeFlags)disk.Flags.Value);
        return new InodeRecord(number, bytes, seed)
        {
            ExtraSize = extraSize,
            SizeBytes = ParseSize(number, disk, type),
            Sectors = ParseSectors(disk),
        };
    }

    private static bool IsKnownType(uint type) => type
        is ModeBits.S_IFREG or ModeBits.S_IFDIR or ModeBits.S_IFLNK or ModeBits.S_IFCHR
        or ModeBits.S_IFBLK or ModeBits.S_IFIFO or ModeBits.S_IFSOCK;

    private void CheckFlags(InodeNumber number, ExtInodeFlags flags)
    {
        bool isInline = (flags & ExtInodeFlags.InlineData) != 0;
        bool isTree = (flags & ExtInodeFlags.Extents) != 0;
        bool isEncrypted = (flags & ExtInodeFlags.Encrypted) != 0;
        bool isSane = !(isInline && isTree)
            && (!isInline || super.Has(FeatureIncompat.InlineData))
            && (!isTree || super.Has(FeatureIncompat.Extents))
            && (!isEncrypted || super.Has(FeatureIncompat.Encrypt));
        if (!isSane)
        {
            throw new FsException(ExtReasons.InodeFlags.At(number, $"0x{(uint)flags:x8}"));
        }
    }

    private long ParseSize(InodeNumber number, in InodeDisk disk, uint type)
    {
        // ext2 kept other things in the upper half of inodes that are no regular files.
        ulong size = HasSizeHigh(number, type)
            ? Bits.Join(disk.SizeHigh.Value, disk.SizeLow.Value)
            : disk.SizeLow;
        ExtInodeFlags flags = (ExtInodeFlags)disk.Flags.Value;
        ulong blocksMax = (flags & ExtInodeFlags.Extents) != 0
            ? FileBlocksMax
            : ulong.Min(IndirectBlocksMax(), FileBlocksMax);
        ulong limit = (flags & ExtInodeFlags.InlineData) != 0
            ? (ulong)super.InodeSize
            : blocksMax * (ulong)super.BlockSize;
        bool isData = type is ModeBits.S_IFREG or ModeBits.S_IFDIR or ModeBits.S_IFLNK;
        if (isData && (size > limit))
        {
            throw new FsException(ExtReasons.InodeSize.At(number, $"{size} bytes, at most {limit}"));
        }

        return isData ? (long)size : 0;
    }

    private ulong IndirectBlocksMax()
    {
        ulong pointers = (ulong)super.BlockSize / sizeof(uint);
        return DirectBlocks + pointers + (pointers * pointers) + (pointers * pointers * pointers);
    }

    private ulong ParseSectors(in InodeDisk disk)
    {
        if (!super.Has(FeatureReadOnlyCompat.HugeFile))
        {
            return disk.BlocksLow;
        }

        ulong count = Bits.Join(disk.BlocksHigh.Value, disk.BlocksLow.Value);
        bool isInBlocks = ((ExtInodeFlags)disk.Flags.Value & ExtInodeFlags.HugeFile) != 0;
        // OK: because 48 bits times 128 sectors fit in 64 bits.
        return isInBlocks ? count * (ulong)(super.BlockSize / 512) : count;
    }
}
