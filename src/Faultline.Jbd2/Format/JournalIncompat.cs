// Values of s_feature_incompat.

using System;

namespace Faultline.Jbd2.Format;

/// <summary>Incompatible features of a journal.</summary>
/// <source>Linux Documentation/filesystems/ext4/journal.rst</source>
[Flags]
internal enum JournalIncompat : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>May hold revocation blocks.</summary>
    Revoke = 0x1,

    /// <summary>Block numbers have 64 bits.</summary>
    SixtyFourBit = 0x2,

    /// <summary>Commit blocks may be written before the blocks they commit.</summary>
    AsyncCommit = 0x4,

    /// <summary>Checksums of version 2.</summary>
    ChecksumV2 = 0x8,

    /// <summary>Checksums of version 3.</summary>
    ChecksumV3 = 0x10,

    /// <summary>The fast-commit area is in use.</summary>
    FastCommit = 0x20,

    /// <summary>All that we know.</summary>
    Known = Revoke | SixtyFourBit | AsyncCommit | ChecksumV2 | ChecksumV3 | FastCommit,
}
