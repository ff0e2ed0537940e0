// The block of multiple mount protection: who has the volume open. A reader reports it and waits
// for nobody.

using System;
using System.Text;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Format;

namespace Faultline.Ext.Protection;

/// <summary>Reads the block of multiple mount protection.</summary>
/// <source>docs/format/ext.md#mmp; Linux Documentation/filesystems/ext4/mmp.rst</source>
internal sealed class MmpBlock
{
    private readonly ExtVolume _volume;

    private MmpBlock(ExtVolume volume) => _volume = volume;

    /// <summary>Reads the block.</summary>
    /// <param name="volume">A volume with the feature.</param>
    /// <returns>What it says.</returns>
    /// <errors>FsException EUCLEAN when it is malformed.</errors>
    internal static ExtMmpInfo Read(ExtVolume volume)
    {
        MmpBlock self = new(volume);
        BlockFormat format = new("multiple mount protection", self.Verify);
        BlockNumber block = new(volume.Super.Raw.MmpBlock);
        ReadOnlySpan<byte> bytes = volume.Buffers.Read(block, format, default).Bytes;
        ref readonly MmpDisk disk = ref Disk.View<MmpDisk>(bytes);
        string state = disk.Sequence.Value switch
        {
            MmpDisk.SequenceClean => "clean",
            MmpDisk.SequenceCheck => "being checked",
            _ => "in use",
        };
        long seconds = (long)ulong.Min(disk.Time, long.MaxValue);
        return new ExtMmpInfo(
            state,
            disk.Sequence,
            new UnixTime(seconds, 0),
            Text(bytes.Slice(0x10, 64)),
            Text(bytes.Slice(0x50, 32)),
            disk.CheckInterval);
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field.Slice(0, end));
    }

    private Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        ref readonly MmpDisk disk = ref Disk.View<MmpDisk>(bytes);
        uint crc = Crc32c.Update(
            _volume.Super.ChecksumSeed, bytes.Slice(0, MmpDisk.ChecksumOffset));
        bool isIntact = (disk.Magic == MmpDisk.ExpectedMagic)
            && (!_volume.Super.HasMetadataChecksums || (disk.Checksum == crc));
        return isIntact ? Result.Ok : ExtReasons.MmpBlock.At(context.Inode, block);
    }
}
