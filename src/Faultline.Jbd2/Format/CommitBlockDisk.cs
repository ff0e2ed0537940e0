// On-disk only: the commit block, end of a transaction.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Jbd2.Format;

/// <summary>Head of a commit block; the rest of the block is zero.</summary>
/// <source>docs/format/jbd2.md#commit-block; Linux
/// Documentation/filesystems/ext4/journal.rst</source>
[OnDisk(Size = 60)]
[StructLayout(LayoutKind.Explicit, Size = 60)]
internal struct CommitBlockDisk
{
    internal const byte ChecksumTypeCrc32 = 1;

    [FieldOffset(0x00)] internal JournalBlockHeaderDisk Header; // (open coded)
    [FieldOffset(0x0C)] internal byte ChecksumType; // h_chksum_type
    [FieldOffset(0x0D)] internal byte ChecksumSize; // h_chksum_size
    [FieldOffset(0x0E)] internal BeUInt16 Padding; // h_padding
    [FieldOffset(0x10)] internal BeUInt32 Checksum; // h_chksum[0]
    [FieldOffset(0x14)] internal Reserved28 ChecksumRest; // h_chksum[1..7]
    [FieldOffset(0x30)] internal BeUInt64 CommitSeconds; // h_commit_sec
    [FieldOffset(0x38)] internal BeUInt32 CommitNanoseconds; // h_commit_nsec

    /// <summary>Room for longer checksums than any in use.</summary>
    [InlineArray(28)]
    internal struct Reserved28
    {
        private byte _first;
    }
}
