// Values of t_flags.

using System;

namespace Faultline.Jbd2.Format;

/// <summary>Flags of a tag.</summary>
/// <source>Linux Documentation/filesystems/ext4/journal.rst</source>
[Flags]
internal enum TagFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The block began with the journal's magic, which was zeroed.</summary>
    Escaped = 1,

    /// <summary>No UUID follows the tag.</summary>
    SameUuid = 2,

    /// <summary>Unused by every writer we know.</summary>
    Deleted = 4,

    /// <summary>No tag follows.</summary>
    LastTag = 8,
}
