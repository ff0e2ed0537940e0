// The descriptors of all groups, read one by one when somebody asks: a hostile superblock may claim
// billions.
//
// Invariants: a descriptor handed out matched its checksum and its inode table lies in the volume. Of a volume that
// is only read at most CachedMax descriptors are remembered; of one that is written all that were asked for, so that
// there is one object, and one lock, per group. Lock-free: the table of known descriptors is concurrent.

using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Allocation;

/// <summary>The descriptors of a volume's groups.</summary>
/// <param name="super">The superblock.</param>
/// <param name="buffers">The volume's metadata blocks.</param>
/// <param name="superBlockBlock">Block of the superblock in use: its descriptors follow it.</param>
/// <param name="keepsAll">Whether descriptors stay in memory once asked for.</param>
internal sealed class GroupTable(
    ExtSuperBlock super, BufferCache buffers, ulong superBlockBlock, bool keepsAll)
{
    private const int CachedMax = 65536;

    // Descriptors have a checksum each, so that the block has none.
    private static readonly BlockFormat s_format = new("group descriptors", VerifyNothing);

    private readonly ConcurrentDictionary<ulong, GroupDescriptor> _known = new();

    /// <summary>A group's descriptor.</summary>
    /// <param name="group">A group of the volume.</param>
    /// <returns>The descriptor.</returns>
    /// <errors>FsException EUCLEAN when it is damaged.</errors>
    internal GroupDescriptor Read(ulong group)
    {
        Check.That(group < super.GroupCount);
        if (_known.TryGetValue(group, out GroupDescriptor? known))
        {
            return known;
        }

        BlockNumber block = DescriptorBlock(group);
        MetadataBuffer buffer = buffers.Read(block, s_format, default);
        int offset = (int)(group % (ulong)super.DescriptorsPerBlock) * super.DescriptorSize;
        GroupDescriptor descriptor =
            Parse(group, block, buffer.Bytes.Slice(offset, super.DescriptorSize));
        if (!keepsAll && (_known.Count >= CachedMax))
        {
            _known.Clear();
        }

        return _known.GetOrAdd(group, descriptor);
    }

    /// <summary>Writes a group's counters, flags and bitmap checksums into its descriptor.</summary>
    /// <param name="handle">One credit, shared with the other descriptors of the block.</param>
    /// <param name="group">The group.</param>
    /// <locks>Caller: the group's lock.</locks>
    internal void Store(MetadataHandle handle, GroupDescriptor group)
    {
        MetadataBuffer buffer = buffers.Read(DescriptorBlock(group.Group), s_format, default);
        int offset = (int)(group.Group % (ulong)super.DescriptorsPerBlock) * super.DescriptorSize;
        Span<byte> bytes = handle.Change(buffer).Slice(offset, super.DescriptorSize);
        ref GroupDescriptorDisk low = ref Disk.Overlay<GroupDescriptorDisk>(bytes);
        low.FreeBlockCountLow = (ushort)(group.FreeClusterCount & 0xFFFF);
        low.FreeInodeCountLow = (ushort)(group.FreeInodeCount & 0xFFFF);
        low.UsedDirectoryCountLow = (ushort)(group.DirectoryCount & 0xFFFF);
        low.UnusedInodeCountLow = (ushort)(group.UnusedInodeCount & 0xFFFF);
        low.BlockBitmapChecksumLow = (ushort)(group.BlockBitmapChecksum & 0xFFFF);
        low.InodeBitmapChecksumLow = (ushort)(group.InodeBitmapChecksum & 0xFFFF);
        low.Flags = group.Flags;
        if (super.DescriptorSize > GroupDescriptorDisk.SizeBytes)
        {
            ref GroupDescriptorHighDisk high =
                ref Disk.Overlay<GroupDescriptorHighDisk>(bytes, GroupDescriptorDisk.SizeBytes);
            high.FreeBlockCountHigh = (ushort)(group.FreeClusterCount >> 16);
            high.FreeInodeCountHigh = (ushort)(group.FreeInodeCount >> 16);
            high.UsedDirectoryCountHigh = (ushort)(group.DirectoryCount >> 16);
            high.UnusedInodeCountHigh = (ushort)(group.UnusedInodeCount >> 16);
            high.BlockBitmapChecksumHigh = (ushort)(group.BlockBitmapChecksum >> 16);
            high.InodeBitmapChecksumHigh = (ushort)(group.InodeBitmapChecksum >> 16);
        }

        low.Checksum = super.HasGroupChecksums ? Checksum(super, group.Group, bytes) : low.Checksum;
    }

    /// <summary>Block that holds a group's descriptor.</summary>
    /// <param name="group">A group of the volume.</param>
    /// <returns>The block.</returns>
    internal BlockNumber DescriptorBlock(ulong group)
    {
        ulong index = group / (ulong)super.DescriptorsPerBlock;
        bool isMeta = super.Has(FeatureIncompat.MetaGroups)
            && (index >= super.Raw.FirstMetaGroup);
        if (!isMeta)
        {
            return new BlockNumber(superBlockBlock + 1 + index);
        }

        ulong holder = index * (ulong)super.DescriptorsPerBlock;
        ulong skipped = super.GroupHasSuperBlock(holder) ? 1UL : 0UL;
        // The primary superblock of volumes of 1 KiB blocks lies in block 1, even when block 0
        // belongs to group 0, as it does with clusters.
        bool isAfterBoot = (holder == 0) && (super.BlockSize == 1024) && (super.FirstDataBlock == 0);
        return new BlockNumber(super.GroupFirstBlock(holder) + skipped + (isAfterBoot ? 1UL : 0UL));
    }

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;

    private GroupDescriptor Parse(ulong group, BlockNumber block, ReadOnlySpan<byte> bytes)
    {
        GroupDescriptorDisk low = Disk.View<GroupDescriptorDisk>(bytes);
        if (super.HasGroupChecksums && (low.Checksum != Checksum(super, group, bytes)))
        {
            throw new FsException(
                ExtReasons.GroupChecksum.At(InodeNumber.None, block, $"group {group}"));
        }

        GroupDescriptorHighDisk high = super.DescriptorSize > GroupDescriptorDisk.SizeBytes
            ? Disk.View<GroupDescriptorHighDisk>(bytes, GroupDescriptorDisk.SizeBytes)
            : default;
        ulong inodeTable = Bits.Join(high.InodeTableHigh.Value, low.InodeTableLow.Value);
        ulong tableBlocks = Bits.DivideRoundUp(
            (ulong)super.InodesPerGroup * (ulong)super.InodeSize, (ulong)super.BlockSize);
        bool isInside = (inodeTable > super.SuperBlockBlock)
            && (inodeTable < super.BlockCount)
            && (tableBlocks <= super.BlockCount - inodeTable);
        if (!isInside)
        {
            throw new FsException(ExtReasons.GroupInodeTable.At(
                InodeNumber.None, block, $"group {group}: table at {inodeTable}"));
        }

        return new GroupDescriptor(group, "ext")
        {
            InodeTable = inodeTable,
            BlockBitmap = Bits.Join(high.BlockBitmapHigh.Value, low.BlockBitmapLow.Value),
            InodeBitmap = Bits.Join(high.InodeBitmapHigh.Value, low.InodeBitmapLow.Value),
            Flags = low.Flags,
            UnusedInodeCount = Bits.Join(high.UnusedInodeCountHigh.Value, low.UnusedInodeCountLow.Value),
            FreeClusterCount = Bits.Join(high.FreeBlockCountHigh.Value, low.FreeBlockCountLow.Value),
            FreeInodeCount = Bits.Join(high.FreeInodeCountHigh.Value, low.FreeInodeCountLow.Value),
            DirectoryCount = Bits.Join(high.UsedDirectoryCountHigh.Value, low.UsedDirectoryCountLow.Value),
            BlockBitmapChecksum =
                Bits.Join(high.BlockBitmapChecksumHigh.Value, low.BlockBitmapChecksumLow.Value),
            InodeBitmapChecksum =
                Bits.Join(high.InodeBitmapChecksumHigh.Value, low.InodeBitmapChecksumLow.Value),
        };
    }

    /// <summary>Checksum of a descriptor.</summary>
    /// <param name="super">The volume, one with checksums of groups.</param>
    /// <param name="group">Number of the group.</param>
    /// <param name="bytes">The descriptor.</param>
    /// <returns>The checksum.</returns>
    internal static ushort Checksum(ExtSuperBlock super, ulong group, ReadOnlySpan<byte> bytes)
    {
        const int Offset = GroupDescriptorDisk.ChecksumOffset;
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)group);
        if (!super.HasMetadataChecksums)
        {
            Span<byte> uuid = stackalloc byte[Bytes16.Length];
            super.Uuid.Write(uuid);
            ushort crc16 = Crc16.Update(Crc16.Update(0xFFFF, uuid), number);
            crc16 = Crc16.Update(crc16, bytes.Slice(0, Offset));
            return Crc16.Update(crc16, bytes.Slice(Offset + 2));
        }

        uint crc = Crc32c.Update(Crc32c.Update(super.ChecksumSeed, number), bytes.Slice(0, Offset));
        crc = Crc32c.Update(crc, [0, 0]);
        return (ushort)(Crc32c.Update(crc, bytes.Slice(Offset + 2)) & 0xFFFF);
    }
}
