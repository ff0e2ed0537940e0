// The descriptors of all groups, read one by one when somebody asks: a hostile superblock may claim
// billions.
//
// Invariants: a descriptor handed out matched its checksum and its inode table lies in the volume;
// at most CachedMax descriptors are remembered. Lock-free: the table of known descriptors is
// concurrent.

using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;

namespace Faultline.Ext.Allocation;

/// <summary>The descriptors of a volume's groups.</summary>
/// <param name="super">The superblock.</param>
/// <param name="buffers">The volume's metadata blocks.</param>
/// <param name="superBlockBlock">Block of the superblock in use: its descriptors follow it.</param>
internal sealed class GroupTable(
    ExtSuperBlock super, BufferCache buffers, ulong superBlockBlock)
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
        if (_known.Count >= CachedMax)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(group, descriptor);
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
        if (super.HasGroupChecksums && (low.Checksum != Checksum(group, bytes)))
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

        return new GroupDescriptor(
            group,
            inodeTable,
            Bits.Join(high.BlockBitmapHigh.Value, low.BlockBitmapLow.Value),
            Bits.Join(high.InodeBitmapHigh.Value, low.InodeBitmapLow.Value),
            low.Flags,
            Bits.Join(high.UnusedInodeCountHigh.Value, low.UnusedInodeCountLow.Value));
    }

    private ushort Checksum(ulong group, ReadOnlySpan<byte> bytes)
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
