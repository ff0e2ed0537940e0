// Flags of renameat2(2).

using System;

namespace Faultline.Abi;

/// <summary>Flags of renameat2(2), Linux spelling and values.</summary>
/// <source>rename(2)</source>
[Flags]
public enum RenameFlags
{
    /// <summary>Plain rename(2).</summary>
    None = 0,

    /// <summary>Fail with EEXIST instead of replacing.</summary>
    RENAME_NOREPLACE = 1,

    /// <summary>Exchange two names.</summary>
    RENAME_EXCHANGE = 2,

    /// <summary>Leave a whiteout at the old name.</summary>
    RENAME_WHITEOUT = 4,
}
