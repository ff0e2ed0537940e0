// The journal's superblock for writing: the bytes as they were read, changed field by field, so that what we do not
// know stays as it is. Nothing here flushes: whoever orders a change against others does.
//
// Locks: none; used by the log's thread, or before there is one.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Writing;

/// <summary>Writes a journal's superblock.</summary>
internal sealed class JournalSuperStore
{
    private const int FeaturesOffset = 0x24;

    private readonly JournalLocation _location;
    private readonly byte[] _bytes = new byte[JournalSuperBlockDisk.SizeBytes];

    private JournalSuperStore(JournalLocation location, ReadOnlySpan<byte> block)
    {
        _location = location;
        block.Slice(0, _bytes.Length).CopyTo(_bytes);
    }

    /// <summary>Whether it says that there is nothing to replay.</summary>
    internal bool IsEmpty => Disk.View<JournalSuperBlockDisk>(_bytes).Start == 0;

    /// <summary>Reads the superblock.</summary>
    /// <param name="location">Where the journal lies.</param>
    /// <returns>The store.</returns>
    /// <errors>FsException: the device's.</errors>
    internal static JournalSuperStore Read(JournalLocation location)
    {
        byte[] block = new byte[location.BlockSize];
        location.Read(location.SuperBlock, block);
        return new JournalSuperStore(location, block);
    }

    /// <summary>The superblock, validated.</summary>
    /// <returns>The superblock.</returns>
    /// <errors>As <see cref="JournalSuperBlock.Parse"/>.</errors>
    internal Result<JournalSuperBlock> Parse() =>
        JournalSuperBlock.Parse(_bytes, _location.BlockSize, _location.BlockCount);

    /// <summary>Says where the log starts.</summary>
    /// <param name="start">Its first block, or 0: there is nothing to replay.</param>
    /// <param name="sequence">Its first transaction, or the next one.</param>
    internal void WriteTail(uint start, TransactionId sequence)
    {
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(_bytes);
        disk.Start = start;
        disk.Sequence = sequence.Value;
        Write();
    }

    /// <summary>Says why the journal was aborted.</summary>
    /// <param name="errno">The error, or 0: it was taken note of.</param>
    internal void WriteError(Errno errno)
    {
        // OK: because the field holds a negative number.
        Disk.Overlay<JournalSuperBlockDisk>(_bytes).ErrorNumber = unchecked((uint)-(int)errno);
        Write();
    }

    /// <summary>Switches on what writing needs. Nothing is written until the next change.</summary>
    /// <param name="wants">What the volume wants.</param>
    internal void Adapt(JournalWants wants)
    {
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(_bytes);
        if (disk.Header.BlockType != (uint)JournalBlockType.SuperBlockV2)
        {
            // Version 1 has no features, and so no revocations: what follows the error number means nothing in it.
            disk.Header.BlockType = (uint)JournalBlockType.SuperBlockV2;
            _bytes.AsSpan(FeaturesOffset).Clear();
            disk.UserCount = 1;
        }

        // Commit records here always follow what they commit.
        JournalIncompat features = (JournalIncompat)disk.FeatureIncompat.Value & ~JournalIncompat.AsyncCommit;
        features |= JournalIncompat.Revoke;
        if (wants.Is64Bit)
        {
            features |= JournalIncompat.SixtyFourBit;
        }

        const JournalIncompat BlockChecksums = JournalIncompat.ChecksumV2 | JournalIncompat.ChecksumV3;
        if (wants.HasChecksums && ((features & BlockChecksums) == 0))
        {
            features |= JournalIncompat.ChecksumV3;
            disk.ChecksumType = JournalSuperBlockDisk.ChecksumTypeCrc32c;
            disk.FeatureCompat = disk.FeatureCompat & ~JournalSuperBlock.CompatChecksum;
        }

        disk.FeatureIncompat = (uint)features;
        Seal();
    }

    private void Write()
    {
        Seal();
        _location.Write(_location.SuperBlock, _bytes);
    }

    private void Seal()
    {
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(_bytes);
        if (disk.ChecksumType == JournalSuperBlockDisk.ChecksumTypeCrc32c)
        {
            disk.Checksum = 0;
            disk.Checksum = Crc32c.Update(uint.MaxValue, _bytes);
        }
    }
}
