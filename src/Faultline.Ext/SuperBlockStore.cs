// The superblock as it changes: inside transactions, as a block like others; and past them, when a volume is mounted
// and unmounted, so that what it says of the journal is on the device before the journal is used.
//
// Locks: fields that change in transactions are guarded by whoever owns them (the orphan list's lock); direct changes
// are made while no handle can be open.

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext;

/// <summary>The superblock as it changes.</summary>
internal sealed class SuperBlockStore
{
    private readonly ExtSuperBlock _super;
    private readonly BufferCache _buffers;
    private readonly BlockFormat _format;
    private readonly BlockNumber _block;
    private readonly int _offset;

    internal SuperBlockStore(ExtSuperBlock super, BufferCache buffers)
    {
        _super = super;
        _buffers = buffers;
        _format = new BlockFormat("superblock", Verify, Seal);
        _block = new BlockNumber(super.SuperBlockBlock);
        _offset = (int)(SuperBlockDisk.PrimaryOffset % super.BlockSize);
    }

    /// <summary>Changes fields of the superblock.</summary>
    /// <param name="disk">The superblock.</param>
    internal delegate void Edit(ref SuperBlockDisk disk);

    /// <summary>The superblock as it is.</summary>
    internal ref readonly SuperBlockDisk Current => ref Disk.View<SuperBlockDisk>(Buffer.Bytes, _offset);

    private MetadataBuffer Buffer => _buffers.Read(_block, _format, default);

    /// <summary>The superblock, to be changed in a transaction.</summary>
    /// <param name="handle">One credit.</param>
    /// <returns>The superblock, until the handle stops.</returns>
    internal ref SuperBlockDisk Change(MetadataHandle handle) =>
        ref Disk.Overlay<SuperBlockDisk>(handle.Change(Buffer), _offset);

    /// <summary>Changes the superblock on the device, at once and durably.</summary>
    /// <param name="device">The volume's device.</param>
    /// <param name="edit">The change.</param>
    /// <errors>What the device says.</errors>
    /// <locks>Caller: no handle is open, nothing of the superblock is in the log.</locks>
    internal void WriteNow(IBlockDevice device, Edit edit)
    {
        byte[] bytes = new byte[SuperBlockDisk.SizeBytes];
        device.Read(SuperBlockDisk.PrimaryOffset, bytes);
        edit(ref Disk.Overlay<SuperBlockDisk>(bytes));
        SealBytes(bytes);
        device.Write(SuperBlockDisk.PrimaryOffset, bytes);
        device.Flush();
        _buffers.Drop(_block);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) =>
        Crc32c.Update(uint.MaxValue, bytes.Slice(0, SuperBlockDisk.SizeBytes - sizeof(uint)));

    private void SealBytes(Span<byte> bytes)
    {
        if (_super.HasMetadataChecksums)
        {
            Disk.Overlay<SuperBlockDisk>(bytes).Checksum = Checksum(bytes);
        }
    }

    private void Seal(Span<byte> bytes, BlockNumber block, in BlockContext context) =>
        SealBytes(bytes.Slice(_offset, SuperBlockDisk.SizeBytes));

    private Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        ReadOnlySpan<byte> own = bytes.Slice(_offset, SuperBlockDisk.SizeBytes);
        ref readonly SuperBlockDisk disk = ref Disk.View<SuperBlockDisk>(own);
        bool isIntact = (disk.Magic == SuperBlockDisk.ExpectedMagic)
            && (!_super.HasMetadataChecksums || (disk.Checksum == Checksum(own)));
        return isIntact ? Result.Ok : ExtWriteReasons.SuperChanged.At(InodeNumber.None, block);
    }
}
