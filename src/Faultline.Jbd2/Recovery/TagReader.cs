// Reads the tags of a descriptor block. Bound: the block's length; each tag advances by at least
// eight bytes.

using System;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Reads the tags of one descriptor block, in order.</summary>
internal ref struct TagReader
{
    private const int UuidBytes = 16;
    private const int TailBytes = 4;

    private readonly ReadOnlySpan<byte> _block;
    private readonly JournalSuperBlock _super;
    private readonly int _tagBytes;
    private readonly int _end;
    private int _offset;
    private bool _isDone;

    /// <summary>Starts at the first tag.</summary>
    /// <param name="block">The descriptor block.</param>
    /// <param name="super">The journal.</param>
    internal TagReader(ReadOnlySpan<byte> block, JournalSuperBlock super)
    {
        _block = block;
        _super = super;
        _tagBytes = TagBytes(super);
        _end = block.Length - (super.HasBlockChecksums ? TailBytes : 0);
        _offset = JournalBlockHeaderDisk.SizeBytes;
        _isDone = false;
    }

    /// <summary>Bytes of a tag, without the UUID that may follow it.</summary>
    /// <param name="super">The journal.</param>
    /// <returns>Bytes.</returns>
    internal static int TagBytes(JournalSuperBlock super)
    {
        if (super.ChecksumVersion == 3)
        {
            return Tag3Disk.SizeBytes;
        }

        return TagDisk.SizeBytes
            + (super.Is64Bit ? TagDisk.HighBytes : 0)
            + (super.ChecksumVersion == 2 ? TagDisk.ChecksumV2PaddingBytes : 0);
    }

    /// <summary>Takes the next tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>False after the last one.</returns>
    internal bool TryRead(out JournalTag tag)
    {
        if (_isDone || (_offset + _tagBytes > _end))
        {
            tag = default;
            return false;
        }

        tag = _super.ChecksumVersion == 3 ? ReadV3() : ReadClassic();
        _offset += _tagBytes + ((tag.Flags & TagFlags.SameUuid) != 0 ? 0 : UuidBytes);
        _isDone = (tag.Flags & TagFlags.LastTag) != 0;
        return true;
    }

    private readonly JournalTag ReadV3()
    {
        ref readonly Tag3Disk disk = ref Disk.View<Tag3Disk>(_block, _offset);
        uint high = _super.Is64Bit ? disk.BlockHigh : 0U;
        BlockNumber target = new(Bits.Join(high, disk.BlockLow.Value));
        return new JournalTag(target, (TagFlags)disk.Flags.Value, disk.Checksum);
    }

    private readonly JournalTag ReadClassic()
    {
        ref readonly TagDisk disk = ref Disk.View<TagDisk>(_block, _offset);
        uint high = _super.Is64Bit
            ? Disk.View<BeUInt32>(_block, _offset + TagDisk.SizeBytes).Value
            : 0U;
        BlockNumber target = new(Bits.Join(high, disk.BlockLow.Value));
        return new JournalTag(target, (TagFlags)disk.Flags.Value, disk.Checksum);
    }
}
