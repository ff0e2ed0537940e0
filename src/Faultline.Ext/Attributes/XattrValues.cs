// Values of extended attributes in inodes of their own (feature ea_inode): made with one reference, freed with the
// last.
// Their contents go through the journal, as metadata.
//
// Fields of such an inode that mean something else: access time, CRC-32C of the value; change time and version, upper
// and lower half of the count of references; modification time, the owner.
//
// Locks: as XattrWriter; counts change under the inode lock of the one owner that values made here have. Values that
// others share are never changed, only their count is, under the caller's handle.

using System;
using System.Buffers.Binary;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Attributes;

/// <summary>Values of extended attributes in inodes.</summary>
/// <param name="super">The superblock.</param>
/// <param name="inodes">The inode table.</param>
/// <param name="allocator">Free inodes.</param>
/// <param name="space">Free blocks.</param>
/// <source>Linux Documentation/filesystems/ext4/inodes.rst, attributes.rst</source>
internal sealed class XattrValues(
    ExtSuperBlock super, InodeTable inodes, InodeAllocator allocator, IBlockSource space)
{
    private const int MapCredits = 8;
    private const uint ValueMode = ModeBits.S_IFREG | 0x180; // 0600
    private const int ValueBytesMax = 64 * 1024;

    private readonly FairMutex _counts = new(LockClasses.OrphanList.For("ext-values"));

    /// <summary>Contents of values, as blocks of the buffer cache.</summary>
    internal static BlockFormat Format { get; } = new("attribute value", VerifyNothing);

    /// <summary>Whether the volume has such values.</summary>
    internal bool AreSupported => super.Has(FeatureIncompat.EaInode);

    /// <summary>Credits of making one value and releasing another.</summary>
    /// <param name="valueBytes">Length of the new value.</param>
    /// <returns>0 where the volume has no such values.</returns>
    internal int CreditsFor(int valueBytes) => !AreSupported
        ? 0
        : (2 * (InodeAllocator.Credits + MapCredits)) + BlocksOf(valueBytes) + BlocksOf(ValueBytesMax);

    /// <summary>Makes an inode of an attribute's value.</summary>
    /// <param name="handle">With <see cref="CreditsFor"/>.</param>
    /// <param name="owner">Whose attribute.</param>
    /// <param name="item">The attribute with its value.</param>
    /// <returns>The attribute with its value elsewhere.</returns>
    /// <errors>ENOSPC; EDQUOT.</errors>
    internal Result<XattrItem> Store(MetadataHandle handle, InodeRecord owner, XattrItem item)
    {
        Result<InodeNumber> taken = allocator.Take(handle, owner.Number, isDirectory: false);
        if (!taken.TryGet(out InodeNumber number, out FsError error))
        {
            return error;
        }

        int extra = super.InodeSize > InodeDisk.SizeBytes ? super.Raw.ExtraInodeSizeWanted : 0;
        InodeRecord record = inodes.Fresh(number, ValueMode, ExtInodeFlags.EaInode, owner.Generation, extra);
        record.StartMap(super.Has(FeatureIncompat.Extents));
        record.LinkCount = 1;
        record.Uid = owner.Uid;
        record.Gid = owner.Gid;
        record.SizeBytes = item.Value.Length;
        Result written = WriteValue(handle, record, item.Value);
        if (!written.IsOk)
        {
            space.FreeSmall(handle, record);
            allocator.Give(handle, number, isDirectory: false);
            return written.Error;
        }

        uint crc = Crc32c.Update(super.ChecksumSeed, item.Value);
        ref InodeDisk disk = ref Disk.Overlay<InodeDisk>(record.Writable);
        disk.AccessTime = crc;
        disk.ChangeTime = 0;
        disk.VersionLow = 1;
        inodes.Store(handle, record);
        owner.Sectors += SectorsOf(item.Value.Length);
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, crc);
        return item with
        {
            Value = [],
            ValueInode = checked((uint)number.Value),
            Hash = XattrHash.Of(item.Name, word),
        };
    }

    /// <summary>An attribute that had its value in an inode is gone.</summary>
    /// <param name="handle">With <see cref="CreditsFor"/>.</param>
    /// <param name="owner">Whose attribute it was.</param>
    /// <param name="number">The value's inode.</param>
    /// <errors>FsException EUCLEAN the inode is no value.</errors>
    internal void Release(MetadataHandle handle, InodeRecord owner, InodeNumber number)
    {
        using MutexGuard guard = _counts.Acquire();
        bool isValue = inodes.Read(number).TryGet(out InodeRecord? record, out _)
            && record.Has(ExtInodeFlags.EaInode) && record.IsRegular && (record.SizeBytes <= ValueBytesMax);
        if (!isValue)
        {
            throw new FsException(ExtWriteReasons.XattrValueInode.At(owner.Number, $"inode {number}"));
        }

        ref InodeDisk disk = ref Disk.Overlay<InodeDisk>(record!.Writable);
        owner.Sectors -= ulong.Min(owner.Sectors, SectorsOf(record.SizeBytes));
        ulong count = Bits.Join(disk.ChangeTime.Value, disk.VersionLow.Value);
        if (count > 1)
        {
            disk.ChangeTime = (uint)((count - 1) >> 32);
            disk.VersionLow = (uint)((count - 1) & uint.MaxValue);
            inodes.Store(handle, record);
            return;
        }

        space.FreeSmall(handle, record);
        record.LinkCount = 0;
        record.SizeBytes = 0;
        disk.ChangeTime = 0;
        disk.VersionLow = 0;

        // A time that is also the number of an inode would be taken for the next orphan.
        disk.DeletionTime = uint.Max(super.Raw.WriteTime.Value, super.InodeCount);
        inodes.Store(handle, record);
        allocator.Give(handle, number, isDirectory: false);
    }

    private static Result VerifyNothing(
        ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) => Result.Ok;

    // The space of a value counts as its owner's, too.
    private ulong SectorsOf(long bytes) =>
        Bits.DivideRoundUp((ulong)bytes, (ulong)super.ClusterSize) * ((ulong)super.ClusterSize / 512);

    private int BlocksOf(int bytes) => (int)Bits.DivideRoundUp(bytes, (long)super.BlockSize);

    private Result WriteValue(MetadataHandle handle, InodeRecord record, ReadOnlySpan<byte> value)
    {
        for (int index = 0; !value.IsEmpty; index++)
        {
            Result<BlockNumber> allocated = space.AllocateBlock(handle, record, (ulong)index);
            if (!allocated.TryGet(out BlockNumber block, out FsError error))
            {
                return error;
            }

            int length = Math.Min(value.Length, super.BlockSize);
            MetadataBuffer buffer = handle.Create(block, Format, default);
            value.Slice(0, length).CopyTo(handle.Change(buffer));
            value = value.Slice(length);
        }

        return Result.Ok;
    }
}
